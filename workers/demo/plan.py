"""Which story each sample follows, and when: fixed, so that every run tells the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import cycle
from typing import Any

from domain.context import Context
from workers.demo import arcs
from workers.demo.samples import Sample, nth_working_day
from workers.demo.steps import Arc, Step

__all__ = ["BEGIN", "DAYS", "Act", "Plan", "Report", "Stop", "make_plan"]

#: The Monday two weeks before Tết 2026, so that most clocks run across the holidays.
BEGIN = date(2026, 2, 2)
#: How many working days the demo lasts.
DAYS = 60

#: Working days on which somebody comes to the office, and at what time: reports come in during
#: the first week and are entered before the office closes.
_MEETINGS = {
    **dict.fromkeys(range(1, 6), time(16, 30)),
    **dict.fromkeys((6, 8, 10, 13, 16, 20, 25, 30, 40, 50), time(10)),
    DAYS: time(17, 1),
}
#: The stories of ordinary reports, in turn: many are answered, some climb, some nobody looks at.
_ORDINARY = (
    arcs.SOLVED,
    arcs.IGNORED,
    arcs.UNCONFIRMED,
    arcs.RESCUED,
    arcs.EXPLAINED,
    arcs.FORGOTTEN,
    arcs.SOLVED,
    arcs.PAUSED,
    arcs.DECLINED,
    arcs.IGNORED,
    arcs.CHASED,
    arcs.UNCONFIRMED,
    arcs.COORDINATED,
    arcs.UNANSWERED,
    arcs.EXTENDED,
    arcs.SOLVED,
    arcs.WITHDRAWN,
    arcs.REOPENED,
    arcs.IGNORED,
    arcs.RETURNED,
)
#: Reports into which others are merged must still be worked on when the others come in.
_SURVIVORS = (arcs.SOLVED, arcs.CHASED, arcs.PAUSED, arcs.UNCONFIRMED)
#: Told once each: the first report of that day that has no other story.
_ONCE = ((arcs.REOPENED_TWICE, 1), (arcs.HOT_ANSWERED, 2), (arcs.HOT_CLIMBED, 5))
_BY_CATEGORY = {"denunciation": arcs.REDIRECTED, "corruption": arcs.SUBMITTED}


@dataclass(frozen=True, slots=True)
class Report:
    """A sample as it is entered: ``fields`` are those of ``domain.report.Report``."""

    sample: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """A command on a sample's case; ``refusal`` is the code with which it must be refused."""

    sample: str
    command: str
    actor: str
    params: Mapping[str, Any]
    refusal: str | None


@dataclass(frozen=True, slots=True)
class Stop:
    """A moment (UTC) at which reports are entered and people act, each case's acts in order."""

    day: int
    at: datetime
    reports: tuple[Report, ...]
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole demo: when it begins (UTC), its stops, and the story of every sample.

    ``survivors`` are the samples into which others are merged.
    """

    start: datetime
    zone: str
    stops: tuple[Stop, ...]
    arcs: Mapping[str, Arc]
    survivors: frozenset[str]

    def first(self, arc: Arc) -> str:
        """A sample that follows a story: the first with duplicates, or else the first.

        Raises LookupError.
        """
        following = [sample for sample, followed in self.arcs.items() if followed is arc]
        if not following:
            raise LookupError(arc.title)
        return next((sample for sample in following if sample in self.survivors), following[0])


def make_plan(samples: Sequence[Sample], context: Context) -> Plan:
    """Lay the samples out; ``context`` tells calendar, ladder and directory of the first day."""
    chosen = _choose(samples)
    office = _Office(context)
    acts: defaultdict[int, list[Act]] = defaultdict(list)
    reports: defaultdict[int, list[Report]] = defaultdict(list)
    for sample in samples:
        reports[_meeting(sample.day)].append(office.report(sample))
        for day, act in office.acts(sample, chosen[sample.id]):
            acts[day].append(act)
    stops = tuple(
        Stop(day, office.moment(day, at), tuple(reports[day]), tuple(acts[day]))
        for day, at in _MEETINGS.items()
    )
    start, zone = office.moment(1, time(7, 30)), context.pack.zone
    survivors = frozenset(sample.duplicate_of for sample in samples if sample.duplicate_of)
    return Plan(start, zone, stops, chosen, survivors)


def _choose(samples: Sequence[Sample]) -> dict[str, Arc]:
    survivors = {sample.duplicate_of for sample in samples}
    ordinary, kept, duplicates = cycle(_ORDINARY), cycle(_SURVIVORS), iter((arcs.UNMERGED,))
    once = list(_ONCE)
    chosen: dict[str, Arc] = {}
    for sample in samples:
        if sample.about_body:
            arc = arcs.OWN_CASE
        elif sample.duplicate_of:
            arc = next(duplicates, arcs.DUPLICATE)
        elif sample.id in survivors:
            arc = next(kept)
        elif sample.category in _BY_CATEGORY:
            arc = _BY_CATEGORY[sample.category]
        else:
            arc = _special(once, sample.day) or next(ordinary)
        chosen[sample.id] = arc
    return chosen


def _special(once: list[tuple[Arc, int]], day: int) -> Arc | None:
    found = next((pair for pair in once if pair[1] == day), None)
    if found is None:
        return None
    once.remove(found)
    return found[0]


def _meeting(day: int) -> int:
    return next(meeting for meeting in _MEETINGS if meeting >= day)


class _Office:
    """Puts codes, days and moments in the place of what the stories leave open."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def moment(self, day: int, at: time) -> datetime:
        calendar = self._context.calendar
        local = nth_working_day(BEGIN, day, calendar)
        return datetime.combine(local, at, calendar.zone).astimezone(UTC)

    def report(self, sample: Sample) -> Report:
        received = self.moment(sample.day, sample.at)
        fields = {
            "unit": sample.unit,
            "category": sample.category,
            "channel": sample.channel,
            "text": sample.text,
            "received_at": received,
            "about_body": sample.about_body,
        }
        return Report(sample.id, fields)

    def acts(self, sample: Sample, arc: Arc) -> Iterator[tuple[int, Act]]:
        words = self._words(sample)
        for step in arc.steps:
            day = _meeting(sample.day + step.day)
            today = self.moment(day, _MEETINGS[day]).astimezone(self._context.calendar.zone).date()
            yield day, _act(sample.id, step, {**words, "today": today.isoformat()})

    def _words(self, sample: Sample) -> dict[str, str]:
        unit = self._context.directory.unit_at(sample.unit, self._context.today)
        top = self._context.directory.path(unit.unit_id, self._context.today)[-1]
        return {
            "commune": f"unit:{unit.code}",
            "province": self._context.directory.ref(f"unit:{top}"),
            "front": f"front:{unit.code}",
            "party": f"party:{unit.code}",
            "survivor": sample.duplicate_of or "",
        }


def _act(sample: str, step: Step, words: Mapping[str, str]) -> Act:
    params = {name: _filled(value, words) for name, value in step.params.items()}
    return Act(sample, step.command, step.who.format_map(words), params, step.refusal)


def _filled(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return value.format_map(words)
    if isinstance(value, Iterable):
        return [_filled(part, words) for part in value]
    return value
