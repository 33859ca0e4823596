from collections.abc import Callable
from pathlib import Path

import pytest

from domain.context import Law
from workers.drill.plan import plan
from workers.drill.scenario import ScenarioInvalid, read_scenario

Write = Callable[[str], Path]

REPORT = 'report: {case: a, unit: "26734", category: road, text: "Ổ gà"}'


def refused(write: Write, law: Law, *lines: str) -> list[tuple[int, str, str]]:
    with pytest.raises(ScenarioInvalid) as caught:
        plan(write("\n".join(lines)), law)
    return [(one.line, one.field, one.message) for one in caught.value.problems]


@pytest.mark.parametrize(
    ("step", "field", "message"),
    [
        (
            "do: {case: a, comand: accept, as: leader@unit:26734}",
            "steps[1].do.command",
            "is missing; add it",
        ),
        ("do: {case: b, command: accept, as: leader@unit:26734}", "steps[1].do.case", "'b'"),
        (
            "do: {case: a, command: acept, as: leader@unit:26734}",
            "steps[1].do.command",
            "there is no command 'acept'; did you mean accept?",
        ),
        ("do: {case: a, command: accept, as: boss@unit:26734}", "steps[1].do.as", "'boss'"),
        ("do: {case: a, command: accept, as: leader}", "steps[1].do.as", "Write the body too"),
        ("do: {case: a, command: accept, as: system}", "steps[1].do.as", "acts by itself"),
        ("advance: {by: two days}", "steps[1].advance.by", "as 2 working_days"),
        ("advance: {by: 0 hours}", "steps[1].advance.by", "write a number"),
        ("advance: {}", "steps[1].advance", "say either by or until"),
        (
            "advance: {by: 1 hours, until: 2024-03-05T08:00}",
            "steps[1].advance",
            "say either by or until",
        ),
        ("advance: {until: 2024-03-05}", "steps[1].advance.until", "a local time like"),
        ("advance: {until: 2024-02-30T08:00}", "steps[1].advance.until", "not a time that exists"),
        ("advance: {until: 2024-03-05T08:00Z}", "steps[1].advance.until", "a local time like"),
        ("advance: {until: 2024-03-03T08:00}", "steps[1].advance", "time does not run backwards"),
        ("advance: {until: 2044-03-03T08:00}", "steps[1].advance", "calendar vn@1 covers"),
        ("expect: {case: a}", "steps[1].expect", "expects nothing"),
        ("expect: {case: c, late: true}", "steps[1].expect.case", "use one of: a"),
        ("expect: {case: a, overdue: yes}", "steps[1].expect.overdue", "not 'yes'"),
        (
            "expect: {case: a, state: recieved}",
            "steps[1].expect.state",
            "did you mean received or declined?",
        ),
        (
            "expect: {case: a, events: [CaseReported, CaseEscalate]}",
            "steps[1].expect.events[1]",
            "did you mean CaseEscalated?",
        ),
        ("expect: {case: a, count: {Escalated: 1}}", "steps[1].expect.count.Escalated", "no event"),
        (
            "expect: {case: a, accountable: somebody}",
            "steps[1].expect.accountable",
            "Unknown body 'somebody'",
        ),
        (REPORT, "steps[1].report.case", "case a is reported already"),
        ("pause: {case: a}", "steps[1].pause", "is not a known field"),
        (
            "{advance: {by: 1 hours}, expect: {case: a, late: true}}",
            "steps[1]",
            "one of report, do, advance or expect",
        ),
        ("advance:", "steps[1]", "one of report, do, advance or expect"),
    ],
)
def test_a_wrong_step_is_named_by_line_and_field(
    write: Write, law: Law, step: str, field: str, message: str
) -> None:
    lines = ("start: 2024-03-04T08:00", "steps:", f"  - {REPORT}", f"  - {step}")
    problems = refused(write, law, *lines)
    assert {line for line, _, _ in problems} == {4}
    found = [said for _, named, said in problems if named == field]
    assert any(message in said for said in found), problems


@pytest.mark.parametrize("before", ["advance: {by: 1 hours}", REPORT.replace("case: a", "case: b")])
def test_a_refusal_is_expected_of_the_step_before_only(write: Write, law: Law, before: str) -> None:
    expect = "expect: {case: a, rejected: invalid}"
    lines = ("start: 2024-03-04T08:00", "steps:", f"  - {REPORT}", f"  - {before}", f"  - {expect}")
    message = "the step before must be a report or a command on the same case"
    assert refused(write, law, *lines) == [(5, "steps[2].expect.rejected", message)]


@pytest.mark.parametrize(
    ("head", "line", "field", "message"),
    [
        ("policy: modern\nstart: 2024-03-04T08:00", 1, "policy", "no policy is called 'modern'"),
        ("start: 1999-03-04T08:00", 1, "start", "no policy is in force"),
        ("start: 2010-03-04T08:00", 1, "start", "calendar vn@1 covers"),
        ("start: 20240304", 1, "start", "a local time like"),
        ("policy: classic", 1, "start", "is missing"),
        ("start: 2024-03-04T08:00\nend: 2025", 2, "end", "is not a known field"),
    ],
)
def test_a_wrong_head_is_named_by_line_and_field(
    write: Write, law: Law, head: str, line: int, field: str, message: str
) -> None:
    ((found_line, found_field, said),) = refused(write, law, head, "steps:", f"  - {REPORT}")
    assert (found_line, found_field) == (line, field)
    assert message in said


def test_all_wrong_references_are_told_at_once(write: Write, law: Law) -> None:
    step = "  - do: {case: b, command: fly, as: leader@unit:26734}"
    problems = refused(write, law, "start: 2024-03-04T08:00", "steps:", f"  - {REPORT}", step, step)
    assert [(line, field) for line, field, _ in problems] == [
        (4, "steps[1].do.case"),
        (4, "steps[1].do.command"),
        (5, "steps[2].do.case"),
        (5, "steps[2].do.command"),
    ]


def test_a_file_that_is_no_scenario(write: Write, law: Law, tmp_path: Path) -> None:
    assert refused(write, law, "start: [2024")[0][2].startswith("malformed YAML")
    assert refused(write, law, "start: 2024-03-04T08:00", "steps: []")[0][:2] == (2, "steps")
    with pytest.raises(ScenarioInvalid, match="cannot be read"):
        read_scenario(tmp_path / "nothing.yaml")


def test_plain_codes_and_dates_are_read_as_they_are_meant(write: Write) -> None:
    text = """
        start: 2024-03-04T08:00
        steps:
          - report: {case: a, unit: 26734, category: road, text: "Ổ gà"}
          - report: {case: b, unit: 00070, category: road, text: "Ổ gà"}
          - do:
              case: a
              command: draft_response
              as: leader@unit:26734
              set: {done_on: 2024-03-04, evidence: [a, b]}
    """
    first, second, third = read_scenario(write(text))[0].steps
    assert first.report
    assert first.report.unit == "26734"
    assert second.report
    assert second.report.unit == "00070"
    assert third.do
    assert third.do.params == {"done_on": "2024-03-04", "evidence": ["a", "b"]}
