import json
from collections.abc import Awaitable, Callable

import pytest

from workers.drill.result import DrillResult, Failure

Drill = Callable[[str], Awaitable[DrillResult]]

OFFICER = "intake_officer@unit:26734"
BEGIN = """
policy: classic
start: 2024-03-04T08:00
steps:
  - report: {case: a, unit: "26734", category: road, text: "Ổ gà"}
"""


def failure_of(result: DrillResult) -> Failure:
    assert not result.ok
    assert result.failure is not None
    return result.failure


@pytest.mark.parametrize(
    ("expected", "key", "wanted", "found"),
    [
        ("state: accepted", "state", "accepted", "received"),
        ("rung: district", "rung", "district", "commune"),
        (
            'accountable: "unit:760"',
            "accountable",
            "unit:760 (Ủy ban nhân dân quận 1)",
            "unit:26734 (Ủy ban nhân dân phường Tân Định)",
        ),
        ("severity: hot_spot", "severity", "hot_spot", "normal"),
        ("outcome: merged", "outcome", "merged", None),
        ("due: 2024-03-06T16:59", "due", "2024-03-06T16:59", "2024-03-06T17:00"),
        ("due: null", "due", None, "2024-03-06T17:00"),
        ("overdue: true", "overdue", True, False),
        ("late: true", "late", True, False),
        ("paused: true", "paused", True, False),
        ("reopened: 1", "reopened", 1, 0),
        (
            "events: [ClockStarted, CaseReported]",
            "events",
            ["ClockStarted", "CaseReported"],
            ["CaseReported", "ClockStarted"],
        ),
        ("count: {CaseReported: 2}", "count", {"CaseReported": 2}, {"CaseReported": 1}),
        ("rejected: invalid", "rejected", "invalid", None),
    ],
)
async def test_the_first_expectation_that_fails_is_told(
    drill: Drill, expected: str, key: str, wanted: object, found: object
) -> None:
    result = await drill(
        BEGIN + f"  - expect: {{case: a, {expected}}}\n  - advance: {{by: 1 hours}}"
    )
    failure = failure_of(result)
    assert (failure.step, failure.line, failure.expected, failure.found) == (2, 6, wanted, found)
    assert f"drill.yaml:6: step 2: {key}: expected" in failure.message
    assert result.steps == 2


async def test_the_history_so_far_comes_with_a_failure(drill: Drill) -> None:
    text = BEGIN + "  - advance: {by: 2 working_days}\n  - expect: {case: a, rung: commune}\n"
    result = await drill(text)
    assert failure_of(result).found == "district"
    history = json.loads(json.dumps(result.as_json()))["history"]["a"]
    assert [event["version"] for event in history] == list(range(1, 7))
    assert [event["type"] for event in history] == [
        "CaseReported",
        "ClockStarted",
        "DeadlineMissed",
        "ClockStopped",
        "CaseEscalated",
        "ClockStarted",
    ]
    assert {event["occurred_at"] for event in history[2:]} == {"2024-03-06T10:00:00.000000Z"}
    assert history[4]["actor"] == "system"
    assert history[4]["body"]["to_body"] == "unit:760"


@pytest.mark.parametrize("after", ["", "  - expect: {case: a, state: received}\n"])
async def test_a_refusal_that_nobody_expected_fails_the_drill(drill: Drill, after: str) -> None:
    step = "  - do: {case: a, command: accept, as: leader@unit:760}\n"
    failure = failure_of(await drill(BEGIN + step + after))
    assert (failure.step, failure.line) == (2, 6)
    assert "accept on case a: expected done, found not_accountable: " in failure.message


async def test_another_refusal_than_the_expected_one_fails_the_drill(drill: Drill) -> None:
    steps = """
  - do: {case: a, command: accept, as: leader@unit:760}
  - expect: {case: a, rejected: out_of_scope}
"""
    failure = failure_of(await drill(BEGIN + steps))
    assert failure.step == 3
    assert failure.expected == "out_of_scope"
    assert str(failure.found).startswith("not_accountable: ")


async def test_several_expectations_may_follow_a_refusal(drill: Drill) -> None:
    steps = """
  - do: {case: a, command: accept, as: leader@unit:760}
  - expect: {case: a, state: received}
  - expect: {case: a, rejected: not_accountable}
  - do: {case: a, command: accept, as: leader@unit:26734}
  - expect: {case: a, rejected: null, state: accepted}
"""
    result = await drill(BEGIN + steps)
    assert result.ok, result.failure


async def test_a_refused_report_leaves_no_case(drill: Drill) -> None:
    steps = """
  - report: {case: b, unit: "99999", category: road, text: "Ổ gà"}
  - expect: {case: b, rejected: invalid}
  - do: {case: b, command: accept, as: leader@unit:26734}
  - expect: {case: b, rejected: unknown_case}
  - expect: {case: b, state: received}
"""
    result = await drill(BEGIN + steps)
    assert failure_of(result).found == "no such case: its report was refused"
    assert set(result.history) == {"a"}


async def test_a_pinned_pack_goes_on_after_its_time(drill: Drill) -> None:
    steps = """
  - advance: {until: 2025-07-01T08:00}
  - do: {case: a, command: accept, as: leader@unit:26737}
  - expect: {case: a, state: accepted, due: 2025-07-03T17:00}
"""
    result = await drill(BEGIN.replace("2024-03-04", "2025-06-30") + steps)
    assert result.ok, result.failure
    assert {event["body"].get("pack") for event in result.history["a"]} == {"classic@1", None}


async def test_a_calendar_that_ends_on_the_way_fails_the_drill(drill: Drill) -> None:
    failure = failure_of(await drill(BEGIN + "  - advance: {until: 2030-12-31T16:00}\n"))
    assert failure.step == 2
    assert "load it again" in failure.found


async def test_a_case_that_nobody_reported_is_refused_where_that_is_expected(drill: Drill) -> None:
    strange = f"  - do: {{case: z, command: accept, as: {OFFICER}}}\n"
    result = await drill(BEGIN + strange + "  - expect: {case: z, rejected: unknown_case}")
    assert result.ok, result.failure


async def test_a_report_entered_late_counts_from_when_it_came_in(drill: Drill) -> None:
    late = """
policy: classic
start: 2024-03-04T08:00
steps:
  - report: {case: a, unit: "26734", category: road, text: Cũ, received_at: 2024-03-01T08:00}
  - expect: {case: a, rung: commune, due: 2024-03-05T17:00, late: false}
  - report: {case: b, unit: "26734", category: road, text: Cũ hơn, received_at: 2024-02-26T08:00}
  - expect: {case: b, rung: district, due: 2024-03-06T17:00, late: true, count: {CaseEscalated: 1}}
  - report: {case: c, unit: "26734", category: road, text: Mai, received_at: 2024-03-05T08:00}
  - expect: {case: c, rejected: invalid}
"""
    result = await drill(late)
    assert result.ok, result.failure
    assert result.history["b"][0]["occurred_at"] == "2024-02-26T01:00:00.000000Z"


async def test_a_case_passes_on_at_the_midnight_at_which_its_body_ceases(drill: Drill) -> None:
    reform = """
start: 2025-06-30T08:00
steps:
  - report: {case: a, unit: "26734", category: road, text: Hẹp}
  - report: {case: b, unit: "26737", category: road, text: Vỡ}
  - advance: {until: 2025-06-30T23:59}
  - expect: {case: a, accountable: "unit:26734", count: {JurisdictionChanged: 0}}
  - advance: {until: 2025-07-01T00:00}
  - expect: {case: a, rung: commune, accountable: "unit:26737", count: {JurisdictionChanged: 1}}
  - expect: {case: b, rung: province, accountable: "unit:79", count: {JurisdictionChanged: 1}}
"""
    result = await drill(reform)
    assert result.ok, result.failure
    assert result.history["a"][-1]["occurred_at"] == "2025-06-30T17:00:00.000000Z"
