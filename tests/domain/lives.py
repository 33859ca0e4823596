"""A season of a small town: cases that live side by side, by chance but the same for a seed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from domain.events import Event
from tests.domain.given import Outcome, Story, of, received
from tests.domain.town import AGENCY, PROVINCE, local

__all__ = ["season"]

_ANSWER = {"text": "Đã xử lý", "act": "Đã vá", "done_on": "2024-03-04", "evidence": ["Ảnh"]}
#: The straight way through a life.
_NEXT: dict[str, tuple[str, dict[str, Any]]] = {
    "received": ("accept", {}),
    "assigned": ("draft_response", _ANSWER),
    "answered": ("inform", {}),
    "declined": ("inform", {}),
    "redirected": ("inform", {}),
    "informed": ("close", {"outcome": "solved_unconfirmed"}),
}
_WHY = {"reason": "Theo việc"}
#: What else happens to cases.
_ELSE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("decline", {"basis": "Điều 10", **_WHY}),
    ("redirect", {"to": AGENCY, **_WHY}),
    ("withdraw", {}),
    *(4 * (("reopen", _WHY),)),
    ("return", _WHY),
    ("escalate", _WHY),
    ("pause", {"waiting_for": "Người phản ánh", **_WHY}),
    ("resume", _WHY),
    ("extend", {"days": 2, **_WHY}),
    ("set_severity", {"severity": "hot_spot", **_WHY}),
    ("classify", {"category": "waste"}),
    ("request_input", {"body": AGENCY, "days": 2}),
    ("note", {"text": "Đã xem"}),
    *(4 * (("merge", _WHY),)),
    *(3 * (("unmerge", _WHY),)),
)
_UNITS = ("26734", "26734", "26740", "26737", "26999")
_UNITS_SINCE = ("26737", "26740", "26999")
_REFORMED = local("2025-07-01 00:00")
_CHANNELS = ("zalo", "web", "phone")


class _Season:
    def __init__(self, seed: int, cases: int, prefix: str) -> None:
        self.chance = Random(seed)
        self.now = local(self.chance.choice(["2024-03-04 08:00", "2025-06-02 08:00"]))
        self.stories: dict[str, Story] = {}
        self.names = [f"{prefix}{seed}-{number}" for number in range(cases)]

    def live(self, steps: int) -> None:
        for _ in range(steps):
            if self.names and self.chance.random() < 0.3:
                self._report(self.names.pop())
            elif self.stories:
                self._step(self.chance.choice(list(self.stories)))
            if self.chance.random() < 0.7:
                self._pass_time()

    def _report(self, case_id: str) -> None:
        at = self.now - timedelta(days=self.chance.choice([0, 0, 0, 1, 5]))
        story = received(
            at=at,
            case_id=case_id,
            unit=self.chance.choice(_UNITS if at < _REFORMED else _UNITS_SINCE),
            channel=self.chance.choice(_CHANNELS),
            about_body=self.chance.choice([None, None, None, PROVINCE]),
        )
        self.stories[case_id] = replace(story, now=self.now)

    def _pass_time(self) -> None:
        hours = self.chance.choice([1, 3, 10, 24, 48, 24 * 5])
        self.now += timedelta(hours=hours, seconds=self.chance.randrange(3600))
        for case_id, story in self.stories.items():
            late = self.chance.random() < 0.2  # a worker that was away notes it later
            self.stories[case_id] = story.at(self.now) if late else story.until(self.now)

    def _step(self, case_id: str) -> None:
        command, params = self._choice(self.stories[case_id])
        other = None
        if command == "merge":
            params = {**params, "into": self.chance.choice(list(self.stories))}
            other = self.stories[params["into"]] if params["into"] != case_id else None
        elif command in ("unmerge", "reopen"):
            other = self.stories.get(self.stories[case_id].case.merged_into or "")
        self._try(case_id, command, params, other)

    def _choice(self, story: Story) -> tuple[str, dict[str, Any]]:
        case = story.case
        if self.chance.random() < 0.4:
            return self.chance.choice(_ELSE)
        if case.state == "merged" and self.chance.random() < 0.5:
            return "unmerge", _WHY
        if case.state == "accepted":
            return "assign", {"lead": case.accountable}
        if case.state == "in_progress":
            return ("draft_response", _ANSWER) if case.draft is None else ("approve_response", {})
        return _NEXT.get(case.state, ("note", {"text": "Đã xem"}))

    def _try(
        self, case_id: str, command: str, params: dict[str, Any], other: Story | None, by: str = ""
    ) -> None:
        story = replace(self.stories[case_id].at(self.now), other=other.case if other else None)
        by = by or self._somebody(story, command)
        outcome = story.when(command, by, **params)
        self.stories[case_id] = replace(outcome.story, other=None)
        if other is not None and outcome.decision.other_events:
            taken = other.taking(outcome.decision.other_events)
            self.stories[other.case.case_id] = taken
        self._tell_merged(outcome)

    def _somebody(self, story: Story, command: str) -> str:
        """Mostly who has it; now and then somebody of the body that had it before."""
        case = story.case
        if command == "withdraw":
            return "reporter"
        lower = case.held_by and self.chance.random() < 0.2
        return of(case.held_by[-1] if lower else case.accountable)

    def _tell_merged(self, outcome: Outcome) -> None:
        for event in outcome.decision.events:
            for case_id in event.body.model_dump().get("merged", ()):
                self._try(case_id, "inform", {}, None, by="system")


def season(
    seed: int, cases: int = 6, steps: int = 60, prefix: str = "case-"
) -> dict[str, tuple[Event, ...]]:
    """The histories of some cases by their ids."""
    town = _Season(seed, cases, prefix)
    town.live(steps)
    return {case_id: story.history for case_id, story in town.stories.items()}
