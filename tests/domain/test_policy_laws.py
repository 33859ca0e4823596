"""Laws of validity: any exact cover of a pack's days is accepted, and nothing else is."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from domain.policy import CLOCKS, EVERY, Rule
from domain.policy.tiling import Scope, tiling_faults

START, DAYS = date(2020, 1, 1), 400
END = START + timedelta(days=DAYS)
DAY = timedelta(days=1)
SCOPE = Scope(("low", "high"), ("calm", "grave"), START, END)
CELLS = [(level, severity) for level in SCOPE.levels for severity in SCOPE.severities]
Span = tuple[date, date]


def rules(clock: str, tiles: dict[str, list[Span]], levels: str, severities: str) -> list[Rule]:
    return [
        Rule.model_validate(
            {
                "id": f"{clock}.{name}",
                "version": version,
                "clock": clock,
                "levels": levels,
                "severities": severities,
                "limit": {"amount": 1, "unit": "hour"},
                "on_breach": "remind",
                "basis": "an example",
                "valid_from": start,
                "valid_to": end,
            }
        )
        for name, spans in tiles.items()
        for version, (start, end) in enumerate(spans, start=1)
    ]


@st.composite
def splits(draw: st.DrawFn) -> list[Span]:
    cuts = draw(st.sets(st.integers(1, DAYS - 1), max_size=5))
    edges = [START + timedelta(days=cut) for cut in sorted({0, *cuts, DAYS})]
    return list(pairwise(edges))


def pack_of(answers: dict[tuple[str, str], list[Span]]) -> list[Rule]:
    whole = [
        rule for clock in CLOCKS[:2] for rule in rules(clock, {"all": [(START, END)]}, "*", "*")
    ]
    rest = [
        rule for clock in CLOCKS[3:] for rule in rules(clock, {"all": [(START, END)]}, "*", "*")
    ]
    cells = [
        rule
        for (level, severity), spans in answers.items()
        for rule in rules("answer", {f"{level}.{severity}": spans}, level, severity)
    ]
    return [*whole, *rest, *cells]


every_cell = st.fixed_dictionaries({cell: splits() for cell in CELLS})


@given(every_cell, st.randoms(use_true_random=False))
def test_any_split_of_the_days_is_accepted_in_any_order(answers: Any, order: Any) -> None:
    made = pack_of(answers)
    order.shuffle(made)
    assert tiling_faults(made, SCOPE) == []


@given(every_cell, st.sampled_from(CELLS), st.data())
def test_a_removed_day_is_refused_by_its_date(answers: Any, cell: Any, data: st.DataObject) -> None:
    spans = answers[cell]
    at = data.draw(st.integers(0, len(spans) - 1))
    start, end = spans[at]
    assume(end - start > DAY)
    front = data.draw(st.booleans())
    spans[at] = (start + DAY, end) if front else (start, end - DAY)
    lost = start if front else end - DAY
    (fault,) = tiling_faults(pack_of(answers), SCOPE)
    assert f"no answer rule for {'/'.join(cell)} from {lost} to {lost + DAY}" in fault.message


@given(every_cell, st.sampled_from(CELLS), st.data())
def test_an_overlapping_day_is_refused_by_both_names(
    answers: Any, cell: Any, data: st.DataObject
) -> None:
    spans = answers[cell]
    assume(len(spans) > 1)
    at = data.draw(st.integers(1, len(spans) - 1))
    start, end = spans[at]
    spans[at] = (start - DAY, end)
    (fault,) = tiling_faults(pack_of(answers), SCOPE)
    name = f"answer.{'.'.join(cell)}"
    assert fault.message.startswith(f"{name}@{at} and {name}@{at + 1} both hold")
    assert str(start - DAY) in fault.message


@given(every_cell)
def test_a_rule_for_everything_over_the_others_is_refused_for_every_one_of_them(
    answers: Any,
) -> None:
    made = [*pack_of(answers), *rules("answer", {"all": [(START, END)]}, EVERY, EVERY)]
    covered = sum(len(spans) for spans in answers.values())
    assert len(tiling_faults(made, SCOPE)) == covered
