"""The sealed events of the cases in a scope, read a stretch at a time, so that nothing is missed.

A reader is told how far was looked. What lies before that and was left out is not for this reader,
so whoever asks for what comes after it always moves on.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from domain.scope import Scope
from eventlog.feed import Sealed, last_position
from eventlog.inbox import reading
from eventlog.pg import Connection, Pool
from eventlog.queries import TOLD
from eventlog.scope_sql import condition
from eventlog.unwrap import recorded

__all__ = ["Told", "told_after", "told_next"]

#: How many positions one look goes over at most, whether they are for this reader or not.
STRETCH = 2000


@dataclass(frozen=True, slots=True)
class Told:
    """Some events in their order; ``next`` is how far was looked, ``last`` how far there was."""

    events: tuple[Sealed, ...]
    next: int
    last: int

    @property
    def more(self) -> bool:
        """Whether there is something behind that can be read at once."""
        return self.next < self.last


async def told_after(
    pool: Pool, scope: Scope, types: Collection[str], position: int, limit: int
) -> Told:
    """As ``told_next``, on a connection of its own."""
    async with reading(pool) as connection:
        return await told_next(connection, scope, types, position, limit)


async def told_next(
    connection: Connection, scope: Scope, types: Collection[str], position: int, limit: int
) -> Told:
    """The next events after a position whose cases are in a scope now, without free text.

    ``types`` narrows it to some kinds of events; empty: all. Raises UnknownEvent.
    """
    last = await last_position(connection)
    upto = min(position + STRETCH, last)
    if upto <= position:
        return Told((), position, last)
    where = condition(scope)
    text = TOLD.replace("CONDITION", where.text).replace("AFTER", f"${len(where.arguments) + 1}")
    for number, name in enumerate(("UPTO", "TYPES", "LIMIT"), len(where.arguments) + 2):
        text = text.replace(name, f"${number}")
    wanted = sorted(types) or None
    rows = await connection.fetch(text, *where.arguments, position, upto, wanted, limit)
    found = tuple(Sealed(row["position"], recorded(row)) for row in rows)
    return Told(found, found[-1].position if len(found) == limit else upto, last)
