"""What the steps of a scenario say of each other: cases, commands and events must exist."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches

from domain.access import GRANTS
from domain.case import STATES
from domain.events import EVENTS
from domain.policy import Fault
from workers.drill.forms import Expect, Step

__all__ = ["faults", "refusals_expected"]


def faults(steps: Sequence[Step]) -> Iterator[Fault]:
    """Everything that a step names and that does not exist, each with its place."""
    expected = refusals_expected(steps)
    named: set[str] = set()
    taken: set[str] = set()
    for at, step in enumerate(steps):
        if step.report is not None:
            if step.report.case in taken:
                message = f"case {step.report.case} is reported already; give this one another name"
                yield Fault((at, "report", "case"), message)
            named.add(step.report.case)
            taken |= set() if expected[at] else {step.report.case}
        else:
            if step.do is not None and _expects(steps, at, "unknown_case"):
                named.add(step.do.case)  # that nobody reported it is the point
            yield from _names(at, step, named)
        if step.expect is not None and "rejected" in step.expect.keys:
            yield from _refused(at, steps)


def refusals_expected(steps: Sequence[Step]) -> tuple[bool, ...]:
    """For each step, whether an `expect` that follows it directly names a refusal."""
    return tuple(any(e.rejected for e in _following(steps, at)) for at in range(len(steps)))


def _expects(steps: Sequence[Step], at: int, code: str) -> bool:
    return any(expect.rejected == code for expect in _following(steps, at))


def _following(steps: Sequence[Step], at: int) -> Iterator[Expect]:
    for step in steps[at + 1 :]:
        if step.expect is None:
            return
        yield step.expect


def _names(at: int, step: Step, named: Collection[str]) -> Iterator[Fault]:
    about = step.do or step.expect
    if about is not None and about.case not in named:
        yield Fault((at, step.name, "case"), _unknown("reported case", about.case, named))
    if step.do is not None and step.do.command not in GRANTS:
        yield Fault((at, "do", "command"), _unknown("command", step.do.command, GRANTS))
    if step.expect is not None:
        yield from _words(at, step.expect)


def _words(at: int, expect: Expect) -> Iterator[Fault]:
    if expect.state is not None and expect.state not in STATES:
        yield Fault((at, "expect", "state"), _unknown("state", expect.state, STATES))
    for place, event in enumerate(expect.events):
        if event not in EVENTS:
            yield Fault((at, "expect", "events", place), _unknown("event", event, EVENTS))
    for event in expect.count:
        if event not in EVENTS:
            yield Fault((at, "expect", "count", event), _unknown("event", event, EVENTS))


def _refused(at: int, steps: Sequence[Step]) -> Iterator[Fault]:
    before = next((step for step in reversed(steps[:at]) if step.expect is None), None)
    expect = steps[at].expect
    act = before.act if before else None
    if act is None or expect is None or act.case != expect.case:
        message = "the step before must be a report or a command on the same case"
        yield Fault((at, "expect", "rejected"), message)


def _unknown(what: str, word: str, known: Collection[str]) -> str:
    close = get_close_matches(word, known, n=2)
    advice = f"did you mean {' or '.join(close)}?" if close else f"use one of: {_listed(known)}"
    return f"there is no {what} {word!r}; {advice}"


def _listed(words: Collection[str]) -> str:
    return ", ".join(sorted(words)) or "none so far"
