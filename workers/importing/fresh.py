"""A row that is new as what is written for it: events, the case's row, the command, the start."""

from __future__ import annotations

from dataclasses import dataclass

from uuid_utils.compat import uuid7

from activities.receipts import new_code
from domain.project import row_of
from eventlog.records import Append, CaseAppend, OutboxMessage, StoredCommand
from workers.importing.entry import Entry
from workers.importing.history import Historian, Imported
from workers.importing.known import Known
from workers.importing.mapping import Mapping

__all__ = ["Fresh", "Maker", "agrees"]


@dataclass(frozen=True, slots=True)
class Fresh:
    """A row that is new: what to write, and what to know of it until that is done."""

    command_id: str
    append: Append
    known: Known

    @property
    def events(self) -> int:
        """How many events it adds."""
        return sum(len(case.events) for case in self.append.cases)


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes rows into appends."""

    mapping: Mapping
    historian: Historian

    def key(self, entry: Entry) -> str:
        """The key under which a row is imported once."""
        return f"import:{self.mapping.source}:{entry.ref}"

    def make(self, entry: Entry) -> Fresh:
        """Everything to write for a row. Raises Refused."""
        case_id, code = str(uuid7()), new_code()
        told = self.historian.tell(entry, case_id, code)
        agreed = agrees(self.mapping, entry, late=told.late)
        outcome = {"case_id": case_id, "code": code, "agrees": agreed}
        key = self.key(entry)
        command = StoredCommand(key, case_id, entry.digest, outcome)
        append = Append(command, [_case(told)], _start(told), cause="import")
        return Fresh(key, append, Known(entry.digest, agreed))


def agrees(mapping: Mapping, entry: Entry, *, late: bool) -> bool | None:
    """Whether the engine judges as the file does; None when there is nothing to compare."""
    columns = mapping.verdict
    if columns is None or entry.target is None or entry.closed is None:
        return None
    return entry.verdict == (columns.late if late else columns.on_time)


def _case(told: Imported) -> CaseAppend:
    return CaseAppend(
        case_id=told.case.case_id,
        base_version=0,
        prev_hash=None,
        events=told.events,
        row=row_of(told.case),
    )


def _start(told: Imported) -> list[OutboxMessage]:
    """An open case becomes a live workflow; the relay starts it."""
    case = told.case
    return [OutboxMessage("start", case.case_id, {"unit": case.unit})] if case.open else []
