from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from policies import __file__ as policies_file
from tests.cli.process import Hoiam

POLICIES = Path(policies_file).parent
DRILLS = Path(__file__).parents[2] / "examples" / "drills"
COMMANDS = (
    *("up", "worker", "api", "token", "revoke", "status", "advance", "migrate", "recover"),
    *("verify", "report", "do", "case", "import", "units", "policy", "deadline", "drill", "demo"),
)


def asked(say: Hoiam, *arguments: str) -> Any:
    said = say(*arguments, "--json")
    assert (said.code, said.err) == (0, "")
    return said.json


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2025-01-20", "2025-02-10"),
        ("2025-12-24", "2026-01-09"),
        ("2026-02-10", "2026-03-03"),
        ("2026-08-17", "2026-08-28"),
    ],
)
def test_a_deadline_knows_the_days_off_and_the_days_worked_for_them(
    say: Hoiam, start: str, end: str
) -> None:
    told = asked(
        say, "deadline", "--from", f"{start}T09:00", "--amount", "10", "--unit", "working_day"
    )
    assert told["due_at"] == f"{end}T17:00:00+07:00"
    counted = [line["counted"] for line in told["trace"] if line["counted"]]
    assert counted == list(range(1, 11))


def test_a_deadline_goes_by_the_calendar_that_is_named(say: Hoiam) -> None:
    told = asked(
        say,
        *("deadline", "--from", "2011-07-01T10:00", "--amount", "1", "--unit", "working_day"),
        *("--calendar", "us-ma"),
    )
    assert told["due_at"].startswith("2011-07-05T")  # after the weekend and Independence Day


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        (("--from", "yesterday"), "2026-02-10T09:00"),
        (("--amount", "0"), "Must be >= 1"),
        (("--unit", "week"), "working_day"),
        (("--calendar", "xx"), "there is us-ma"),
        (("--amount", "5000"), "add the missing years to the calendar"),
        (("--amount", "99999999999"), "Must be <= 1000000"),
    ],
)
def test_a_wrong_deadline_is_the_callers_mistake(
    say: Hoiam, wrong: tuple[str, str], hint: str
) -> None:
    right = {"--from": "2026-02-10T09:00", "--amount": "10", "--unit": "working_day"}
    words = [word for pair in (right | dict([wrong])).items() for word in pair]
    said = say("deadline", *words)
    assert (said.code, said.out) == (2, "")
    assert hint in said.err


def test_units_are_found_without_diacritics_at_a_date(say: Hoiam) -> None:
    found = asked(say, "units", "search", "ben nghe quan 1", "--at", "2025-06-30")
    assert found[0]["name"] == "Phường Bến Nghé"
    assert found[0]["under"] == ["Quận 1", "Thành phố Hồ Chí Minh"]
    assert found[0]["valid_to"] == "2025-07-01"
    assert "26740" not in {
        unit["code"] for unit in asked(say, "units", "search", "ben nghe", "--at", "2025-07-01")
    }


def test_a_search_without_a_find_says_so(say: Hoiam) -> None:
    said = say("units", "search", "zzzzzz", "--at", "2026-01-01")
    assert said.code == 0
    assert "No unit in force on 2026-01-01" in said.out


def test_the_shipped_policies_are_right(say: Hoiam) -> None:
    assert asked(say, "policy", "check", str(POLICIES)) == {"ok": True, "problems": []}


def test_a_wrong_policy_is_shown_by_line_and_field(say: Hoiam, tmp_path: Path) -> None:
    text = (POLICIES / "classic.yaml").read_text("utf-8")
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(text.replace("text_limit: 20000", "text_limit: many"), "utf-8")
    line = text[: text.index("text_limit:")].count("\n") + 1
    said = say("policy", "check", str(wrong), "--json")
    assert said.code == 2
    assert f"wrong.yaml:{line}: text_limit:" in said.err
    problem = said.json["problems"][0]
    assert (problem["line"], problem["field"]) == (line, "text_limit")


def test_a_policy_that_is_not_yaml_is_shown_by_its_line(say: Hoiam, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("id: x\nladder: [\n", "utf-8")
    said = say("policy", "check", str(wrong))
    assert said.code == 2
    assert "wrong.yaml:3" in said.err


def test_a_policy_that_is_not_there_is_named(say: Hoiam) -> None:
    said = say("policy", "check", "nowhere.yaml")
    assert (said.code, said.out) == (2, "")
    assert "nowhere.yaml" in said.err


def test_a_drill_that_goes_well_ends_with_0(say: Hoiam) -> None:
    told = asked(say, "drill", str(DRILLS / "full-ladder-classic.yaml"), "--engine", "memory")
    assert told["ok"] is True
    assert told["failure"] is None
    assert "CaseEscalated" in {event["type"] for event in told["history"]["a"]}


DRILL = """
    start: 2024-03-04T08:00
    steps:
      - report: {case: a, unit: "26734", category: road, text: "Ổ gà"}
      - expect: {case: a, state: STATE}
"""


def test_a_drill_that_goes_otherwise_ends_with_1_and_the_history_so_far(
    say: Hoiam, tmp_path: Path
) -> None:
    scenario = tmp_path / "s.yaml"
    scenario.write_text(dedent(DRILL).replace("STATE", "closed"), "utf-8")
    said = say("drill", str(scenario))
    assert said.code == 1
    assert "s.yaml:5: step 2: state: expected closed, found received" in said.err
    assert "CaseReported" in said.out


def test_a_drill_that_cannot_be_read_ends_with_2_and_its_line(say: Hoiam, tmp_path: Path) -> None:
    scenario = tmp_path / "s.yaml"
    scenario.write_text(dedent(DRILL).replace("state: STATE", "mood: good"), "utf-8")
    said = say("drill", str(scenario))
    assert (said.code, said.out) == (2, "")
    assert "s.yaml:5" in said.err


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        (("nonsense",), 'Unknown command "nonsense"'),
        (("case", "nonsense"), "nonsense"),
        (("verify", "--fast"), "--fast"),
        (("do", "x"), "COMMAND"),
        (("advance", "two", "hours"), "two"),
        (("advance", "2", "weeks"), "weeks"),
        (("drill", "nowhere.yaml"), "does not exist"),
        (("import", "nowhere.csv", "--profile", "boston311"), "does not exist"),
        (("do", "x", "close", "--as", "nobody"), "Unknown role"),
        (("do", "x", "close", "--as", "leader"), "Write the body too"),
        (("do", "x", "close", "--as", "reporter", "--set", "days"), "name and a value"),
        (("case", "list", "--state", "lost"), "There is no state 'lost'"),
        (("report", "--unit", "1", "--category", "road", "--text", "\udcff"), "not UTF-8"),
    ],
)
def test_a_wrong_call_ends_with_2_and_says_what_is_wrong(
    say: Hoiam, call: tuple[str, ...], hint: str
) -> None:
    said = say(*call)
    assert (said.code, said.out) == (2, "")
    assert hint in said.err


@pytest.mark.parametrize(
    "call",
    [
        ("status",),
        ("report", "--unit", "26737", "--category", "road", "--text", "x"),
        ("do", "x", "accept", "--as", "leader@unit:26737"),
        ("case", "list"),
        ("advance", "1", "hours"),
        ("verify", "--data", "nowhere"),
    ],
)
def test_where_nothing_runs_a_command_ends_with_4_and_says_how_to_start(
    say: Hoiam, call: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = say(*call)
    assert (said.code, said.out) == (4, "")
    assert "`hoiam up" in said.err


def test_status_tells_programs_too_that_nothing_runs(
    say: Hoiam, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = say("status", "--json")
    assert (said.code, said.json) == (4, {"running": False})


def test_an_installation_needs_all_its_settings(
    say: Hoiam, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOIAM_DATABASE_URL", "postgresql://127.0.0.1:1/none")
    said = say("status")
    assert said.code == 2
    assert "HOIAM_TEMPORAL_ADDRESS" in said.err


def test_an_installation_that_does_not_answer_is_unavailable(
    say: Hoiam, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOIAM_DATABASE_URL", "postgresql://u:secret@127.0.0.1:1/none")
    monkeypatch.setenv("HOIAM_TEMPORAL_ADDRESS", "127.0.0.1:1")
    monkeypatch.setenv("HOIAM_KEYS_DIR", str(tmp_path))
    said = say("status", "--json")
    told = said.json
    assert said.code == 4
    assert not told["postgres_answers"]
    assert not told["temporal_answers"]
    assert "secret" not in said.out
    said = say("verify")
    assert said.code == 4
    assert "PostgreSQL cannot be reached" in said.err


def test_a_command_ends_without_the_ending_of_python_which_threads_may_disturb() -> None:
    """A thread of Temporal's client aborts a process that ends while it still lets go."""
    program = "import atexit, os; atexit.register(os.abort); from cli.main import run; run()"
    command = [sys.executable, "-c", program, "policy", "check", str(POLICIES), "--json"]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout[:1], done.stderr) == (0, b"{", b"")


def test_help_names_every_command_and_loads_nothing_heavy() -> None:
    code = (
        "import sys; from cli.main import main; main(['--help']); "
        "print([name for name in ('asyncpg', 'holidays', 'temporalio') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stderr == ""
    assert done.stdout.rstrip().endswith("[]")
    for name in COMMANDS:
        assert f"│ {name} " in done.stdout


@pytest.mark.parametrize(
    "names",
    [
        *((name,) for name in COMMANDS if name not in {"case", "units", "policy"}),
        *(("case", name) for name in ("list", "show", "history", "explain")),
        ("units", "search"),
        ("policy", "check"),
    ],
    ids=" ".join,
)
def test_every_command_explains_itself(say: Hoiam, names: tuple[str, ...]) -> None:
    said = say(*names, "--help")
    assert (said.code, said.err) == (0, "")
    assert f"Usage: hoiam {' '.join(names)}" in said.out
