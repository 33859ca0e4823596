"""A scenario made ready to run: the moment of each step, and every word that the law must know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from domain.calendar import CalendarEnds
from domain.context import Law
from domain.directory import BodyNotInForce, UnknownBody
from domain.policy import NoPolicyInForce, UnknownPack
from workers.drill.advance import advanced
from workers.drill.forms import Step
from workers.drill.references import refusals_expected
from workers.drill.scenario import Scenario, ScenarioInvalid, read_scenario
from workers.marked_yaml import Marked, Place

__all__ = ["Plan", "Timed", "body_id", "plan"]


@dataclass(frozen=True, slots=True)
class Timed:
    """A step, counted from 1, on its line, and the scenario's time (UTC) once it is done.

    ``refusable`` says that its refusal is expected.
    """

    number: int
    line: int
    step: Step
    at: datetime
    refusable: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A scenario that can be run: nothing it names is unknown, and its time never runs back."""

    file: str
    pack: str | None
    start: datetime
    steps: tuple[Timed, ...]


def plan(path: Path, law: Law) -> Plan:
    """Read a scenario and lay it out in time. Raises ScenarioInvalid."""
    scenario, source = read_scenario(path)
    start = scenario.start.replace(tzinfo=ZoneInfo(law.zone)).astimezone(UTC)
    _check_start(scenario, start, law, source)
    steps = tuple(_timed(scenario, start, law, source))
    return Plan(source.file, scenario.policy, start, steps)


def body_id(law: Law, ref: str, on: date) -> str:
    """The id of the body that is meant on a day, even if it has ceased. Raises UnknownBody."""
    try:
        return law.directory.resolve(ref, on).body_id
    except BodyNotInForce as error:
        return error.body.body_id


def _check_start(scenario: Scenario, start: datetime, law: Law, source: Marked) -> None:
    place: Place = ("policy",) if scenario.policy else ("start",)
    try:
        law.at(start, scenario.policy).calendar.local_day(start)
    except (NoPolicyInForce, UnknownPack, CalendarEnds) as error:
        raise _invalid(source, place, str(error)) from None


def _timed(scenario: Scenario, start: datetime, law: Law, source: Marked) -> Iterator[Timed]:
    refusable = refusals_expected(scenario.steps)
    now = start
    for at, step in enumerate(scenario.steps):
        place: Place = ("steps", at, step.name)
        try:
            now = _after(step, now, law, scenario.policy)
        except UnknownBody as error:
            raise _invalid(source, (*place, "accountable"), str(error)) from None
        except (ValueError, LookupError) as error:
            raise _invalid(source, place, str(error)) from None
        yield Timed(at + 1, source.lines.get(place, 1), step, now, refusable[at])


def _after(step: Step, now: datetime, law: Law, pack: str | None) -> datetime:
    context = law.at(now, pack)
    if step.expect is not None and step.expect.accountable is not None:
        body_id(law, step.expect.accountable, context.today)
    return now if step.advance is None else advanced(now, step.advance, context.calendar)


def _invalid(source: Marked, place: Place, message: str) -> ScenarioInvalid:
    return ScenarioInvalid([source.problem(place, message)])
