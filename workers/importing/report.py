"""What an import did, for people and for programs."""

from __future__ import annotations

from bisect import insort
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["ImportReport", "Progress", "Tally", "Verdict"]

#: So many disagreements are named in a report; all of them are counted.
_NAMED = 100


@dataclass(frozen=True, slots=True)
class Verdict:
    """How often the engine's on-time judgement, from events, agrees with the file's.

    Only rows with both a target and a closing time count; one on which the file is silent
    disagrees. ``disagreements`` are the ids of the first of those rows in the file.
    """

    agree: int = 0
    disagree: int = 0
    disagreements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is; bytes are of the file, seconds since it began."""

    read: int
    imported: int
    already: int
    rejected: int
    events: int
    seconds: float
    bytes_read: int
    bytes_total: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Every row that was read was imported, was there already, or was rejected.

    ``rejected_file`` holds the rejected rows with their reasons; None when there is none.
    """

    read: int = 0
    imported: int = 0
    already: int = 0
    rejected: int = 0
    events: int = 0
    seconds: float = 0.0
    verdict: Verdict = field(default_factory=Verdict)
    rejected_file: Path | None = None

    def as_json(self) -> dict[str, Any]:
        """The report as plain data."""
        told = asdict(self)
        told["disagreements"] = list(told["verdict"].pop("disagreements"))
        told["seconds"] = round(self.seconds, 3)
        told["rejected_file"] = str(self.rejected_file) if self.rejected_file else None
        return told


@dataclass(slots=True)
class Tally:
    """The counts of an import that is under way."""

    read: int = 0
    imported: int = 0
    already: int = 0
    rejected: int = 0
    events: int = 0
    agree: int = 0
    disagree: int = 0
    disagreements: list[tuple[int, str]] = field(default_factory=list)

    def compare(self, line: int, ref: str, *, agrees: bool | None) -> None:
        """Count the verdict of the row on a line; None when there is nothing to compare."""
        if agrees is None:
            return
        if agrees:
            self.agree += 1
            return
        self.disagree += 1
        # Batches are written side by side: the first rows of the file are not always told first.
        insort(self.disagreements, (line, ref))
        del self.disagreements[_NAMED:]

    def report(self, seconds: float, rejected_file: Path | None) -> ImportReport:
        """The counts so far."""
        return ImportReport(
            read=self.read,
            imported=self.imported,
            already=self.already,
            rejected=self.rejected,
            events=self.events,
            seconds=seconds,
            verdict=Verdict(self.agree, self.disagree, tuple(ref for _, ref in self.disagreements)),
            rejected_file=rejected_file,
        )
