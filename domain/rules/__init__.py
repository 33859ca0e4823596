"""The rule of every command, a room for each part of a case's life."""

from domain.rules import ending, reporter, response, time, triage, work

__all__ = ["ending", "reporter", "response", "time", "triage", "work"]
