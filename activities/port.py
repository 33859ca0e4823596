"""The door to the engine, as those see it who may not know Temporal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from activities.messages import Answer
from domain.actor import Actor

__all__ = ["Commands", "Unavailable"]


class Unavailable(Exception):
    """The command could not be tried in time; try again, or ask for its outcome by its key."""


class Commands(Protocol):
    """The gateway, as far as it gives commands."""

    async def command(
        self,
        case_id: str,
        name: str,
        params: Mapping[str, Any],
        actor: Actor,
        command_id: str,
        unit: str | None = None,
        expected: int | None = None,
    ) -> Answer:
        """Give a command and wait for its answer, refusals included. Raises Unavailable.

        With ``expected`` it is refused (``version_mismatch``) unless that is the case's version.
        """
