"""What can go wrong in the log, each with what to do about it."""

from __future__ import annotations

__all__ = [
    "AppendRefused",
    "AttachmentGone",
    "DatabaseTooNew",
    "DatabaseTooOld",
    "DuplicateCode",
    "DuplicateCommand",
    "DuplicateFiring",
    "DuplicateKey",
    "EventLogError",
    "KeyDestroyed",
    "KeyFileRefused",
    "MigrationChanged",
    "NotCanonical",
    "ObjectMissing",
    "ObjectsUnavailable",
    "SealBroken",
    "SealerStopped",
    "UnknownEvent",
    "VersionConflict",
    "WrongMasterKey",
]


class EventLogError(Exception):
    """The base of all errors of this room."""


class NotCanonical(EventLogError, ValueError):
    """A value cannot be written in one way only: a float, a NUL, an integer beyond 2^53."""


class UnknownEvent(EventLogError):
    """A stored event has a type or a schema version that this code does not know."""


class SealBroken(EventLogError):
    """Sealed bytes do not open: they were changed, moved, or belong to another key."""


class SealerStopped(EventLogError):
    """The sealer cannot go on safely; the message says what to do."""


class KeyDestroyed(EventLogError):
    """The case's key no longer exists, so free text can be neither read nor added."""

    def __init__(self, case_id: str) -> None:
        super().__init__(f"The key of case {case_id} was destroyed: its free text is gone.")
        self.case_id = case_id


class ObjectMissing(EventLogError):
    """The store of files has nothing under a name that the log tells of."""


class ObjectsUnavailable(EventLogError):
    """The store of files does not answer, or does not let us in."""


class KeyFileRefused(EventLogError):
    """The master key file is missing, unsafe or damaged; the message says what to do."""


class WrongMasterKey(EventLogError):
    """The master key is not the one that this database's case keys were wrapped with."""


class MigrationChanged(EventLogError):
    """A migration that was applied is not the one in this code."""


class DatabaseTooNew(EventLogError):
    """The database was migrated by a newer version of the code."""


class DatabaseTooOld(EventLogError):
    """The database lacks migrations of this code: run ``hoiam migrate``."""


class AppendRefused(EventLogError):
    """Nothing of the append was written. ``key`` names what stood in the way."""

    def __init__(self, key: str) -> None:
        super().__init__(f"{type(self).__name__}: {key}")
        self.key = key


class VersionConflict(AppendRefused):
    """Somebody else appended to the case: load it again and decide anew. ``key``: case id."""

    @property
    def case_id(self) -> str:
        """The case that moved on."""
        return self.key


class DuplicateCommand(AppendRefused):
    """The command has an outcome already: return that one. ``key``: command id."""

    @property
    def command_id(self) -> str:
        """The command that was handled before."""
        return self.key


class DuplicateFiring(AppendRefused):
    """The clock fired this already. ``key``: case, clock and firing."""


class DuplicateCode(AppendRefused):
    """Another case has this code: draw a new one. ``key``: the code."""


class DuplicateKey(AppendRefused):
    """Another row that must be unique was there. ``key``: the constraint and its value."""


class AttachmentGone(AppendRefused):
    """A file of the append belongs to a case already, or was forgotten: look at it again."""
