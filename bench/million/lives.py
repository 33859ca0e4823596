"""Lives of cases, decided by the rules themselves: the patterns that the seed repeats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from domain.actor import REPORTER, Actor
from domain.agenda import agenda
from domain.case import Case
from domain.commands import Command
from domain.context import Law
from domain.decide import decide, decide_wake_up
from domain.events import Event
from domain.project import row_of
from domain.report import Report, decide_report
from domain.row import CaseRow

__all__ = ["UNIT", "Life", "lives"]

#: The commune in which every pattern happens; the seed moves it to others.
UNIT = "26737"
_BODY = f"unit:{UNIT}"
_CATEGORIES = (
    "road",
    "waste",
    "drainage_flood",
    "lighting",
    "air_noise",
    "water_pollution",
    "other",
)
_CHANNELS = ("zalo", "web", "phone", "app", "letter")
_SEVERITIES = ("normal",) * 12 + ("attention",) * 3 + ("complex", "hot_spot")

Step = tuple[int, str, str, dict[str, Any]]
_ANSWER = {"text": "Tuyến đường đã có trong kế hoạch sửa chữa của quý sau."}
#: Hours after receipt, command, role, parameters.
_WORK: Sequence[Step] = (
    (1, "accept", "intake_officer", {}),
    (2, "assign", "intake_officer", {"lead": _BODY}),
    (3, "take", "case_officer", {}),
    (20, "draft_response", "case_officer", _ANSWER),
    (21, "approve_response", "leader", {}),
    (22, "inform", "intake_officer", {"text": "Đã trả lời."}),
    (23, "close", "intake_officer", {"outcome": "explained"}),
)
_WITHDRAWN: Step = (1, "withdraw", "reporter", {"reason": "Đã tự giải quyết."})


@dataclass(frozen=True, slots=True)
class Life:
    """What happened to one case, and its row; everything in the one commune."""

    events: tuple[Event, ...]
    row: CaseRow


def lives(law: Law, now: datetime, count: int, seed: int = 1) -> Iterator[Life]:
    """Many ended cases of the past year, some that are worked on, and some that nobody acts on."""
    random = Random(seed)
    for number in range(count):
        yield _Told(law, now, random).life(f"pattern-{number}")


@dataclass(slots=True)
class _Told:
    law: Law
    now: datetime
    random: Random

    def life(self, case_id: str) -> Life:
        chance = self.random.random()
        if chance < 0.75:
            return self._lived(case_id, self._ago(3, 360), [_WITHDRAWN])
        if chance < 0.85:
            return self._lived(case_id, self._ago(5, 360), _WORK)
        if chance < 0.97:
            return self._lived(case_id, self._ago(0, 8), _WORK[: self.random.randint(0, 4)])
        return self._lived(case_id, self._ago(5, 60), ())

    def _ago(self, least: int, most: int) -> datetime:
        days = self.random.uniform(least, most)
        return self.now - timedelta(days=days, microseconds=self.random.randint(0, 999_999))

    def _lived(self, case_id: str, begin: datetime, steps: Sequence[Step]) -> Life:
        case, events = self._reported(case_id, begin)
        for hours, name, role, params in steps:
            at = begin + timedelta(hours=hours)
            if at > self.now:
                break
            actor = REPORTER if role == "reporter" else Actor(role, _BODY, f"{role}-1")
            decision = decide(case, Command(name, params), actor, self.law.of(case, at))
            if decision.rejection is not None:
                raise RuntimeError(f"{name}: {decision.rejection}")
            case, events = decision.case, events + decision.events
        return self._left_alone(case, events)

    def _reported(self, case_id: str, begin: datetime) -> tuple[Case, tuple[Event, ...]]:
        report = Report(
            unit=UNIT,
            category=self.random.choice(_CATEGORIES),
            text="-",
            channel=self.random.choice(_CHANNELS),
        )
        course = decide_report(case_id, "-", report, REPORTER, self.law.at(begin))
        case, events = course.case, tuple(course.events)
        severity = self.random.choice(_SEVERITIES)
        if severity == "normal":
            return case, events
        params = {"severity": severity, "reason": "Nhiều người phản ánh."}
        actor = Actor("intake_officer", _BODY, "intake-1")
        decision = decide(case, Command("set_severity", params), actor, self.law.of(case, begin))
        return decision.case, events + decision.events

    def _left_alone(self, case: Case, events: tuple[Event, ...]) -> Life:
        """Let fire what is due until now."""
        while (firing := agenda(case)) is not None and firing.at <= self.now:
            decision = decide_wake_up(case, self.law.of(case, firing.at))
            case, events = decision.case, events + decision.events
        return Life(events, replace(row_of(case)))
