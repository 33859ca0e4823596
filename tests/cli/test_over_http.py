"""The commands that act go over HTTP: they see and may do what their role may, and no more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.words import request_key
from tests.cli.process import Hoiam, Up

pytestmark = pytest.mark.xdist_group("cli")

UNIT = "26737"
INTAKE, OFFICER, LEADER = (
    f"{role}@unit:{UNIT}" for role in ("intake_officer", "case_officer", "leader")
)
REPORT = ("report", "--unit", UNIT, "--category", "road", "--text", "Cống nghẹt", "--json")
ELSEWHERE = "intake_officer@unit:01"  # another province altogether


@pytest.fixture(scope="module")
def settings(up: Up) -> dict[str, str]:
    """The stack as a real installation's settings name it."""
    info = json.loads((up.folder / ".hoiam" / "stack.json").read_text("utf-8"))
    return {
        "HOIAM_DATABASE_URL": info["postgres_dsn"],
        "HOIAM_TEMPORAL_ADDRESS": info["temporal"],
        "HOIAM_KEYS_DIR": str(up.folder / ".hoiam" / "keys"),
        "HOIAM_VIRTUAL_TIME": "true",
    }


@pytest.fixture
def api(settings: dict[str, str], tmp_path: Path) -> Iterator[Up]:
    """An interface of its own over the same log."""
    running = Up(tmp_path, name="api", **settings)
    yield running
    running.stop()


@pytest.fixture
def away(say: Hoiam, api: Up, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hoiam:
    """`hoiam` on another machine: it knows the address of the interface and nothing else."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOIAM_API_URL", api.ready["api"])
    return say


def shape(value: Any) -> Any:
    """A history without bodies, which the log names by its own ids, and what it leaves out."""
    same = ("version", "type", "occurred_at")
    return [
        (
            *(event[name] for name in same),
            event["actor"].partition("@")[0],
            event["body"].get("text"),
        )
        for event in value
    ]


def test_without_the_interface_nothing_is_done_though_the_database_runs(
    up: Up,
    say: Hoiam,
    hoiam: Hoiam,
    settings: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    receipt = hoiam(*REPORT).json
    with monkeypatch.context() as patch:
        patch.chdir(tmp_path)
        for name, value in settings.items():
            patch.setenv(name, value)
        api = Up(tmp_path, name="api", **settings)
        patch.setenv("HOIAM_API_URL", api.ready["api"])
        assert say(*REPORT).code == 0
        assert api.stop() == 0
        before = say("case", "list", "--json").json["total"]
        for call in (
            REPORT,
            ("do", receipt["code"], "accept", "--as", INTAKE, "--json"),
            ("do", receipt["code"], "withdraw", "--as", "reporter", "--json"),
            ("case", "show", receipt["code"], "--as", INTAKE, "--json"),
            ("case", "list", "--as", INTAKE, "--json"),
        ):
            said = say(*call)
            assert (said.code, said.out) == (4, "")
            assert api.ready["api"] in said.err
        assert say("case", "list", "--json").json["total"] == before
    assert hoiam("case", "show", receipt["code"], "--json").json["state"] == "received"


def test_a_role_sees_the_same_forms_as_the_log_tells(hoiam: Hoiam) -> None:
    receipt = hoiam(*REPORT).json
    assert hoiam("do", receipt["code"], "accept", "--as", INTAKE, "--json").code == 0
    for what in ("show", "explain"):
        call = ("case", what, receipt["code"], "--json")
        seen, told = hoiam(*call, "--as", LEADER), hoiam(*call)
        assert (seen.code, seen.err) == (0, "")
        assert seen.json == told.json
    call = ("case", "history", receipt["code"], "--json")
    for words in ((), ("--unseal",)):
        seen = hoiam(*call, *words, "--as", LEADER)
        assert shape(seen.json) == shape(hoiam(*call, *words).json)
    assert "Cống nghẹt" not in hoiam(*call, "--unseal", "--as", f"auditor@unit:{UNIT}").out
    assert "CaseAccepted" in hoiam("case", "history", receipt["code"], "--as", LEADER).out


def test_a_list_as_a_role_counts_what_the_role_sees(hoiam: Hoiam) -> None:
    hoiam(*REPORT)
    call = ("case", "list", "--accountable", f"unit:{UNIT}", "--limit", "1", "--json")
    assert hoiam(*call, "--as", LEADER).json == hoiam(*call).json
    none = hoiam("case", "list", "--json", "--as", ELSEWHERE)
    assert (none.code, none.json) == (0, {"total": 0, "counts": [], "cases": []})


def test_who_may_not_is_refused_by_the_interface(hoiam: Hoiam) -> None:
    receipt = hoiam(*REPORT).json
    for call, rejected in (
        (("do", receipt["code"], "approve_response", "--as", INTAKE), "not_permitted"),
        (("do", receipt["code"], "accept", "--as", ELSEWHERE), "out_of_scope"),
        (("do", receipt["code"], "accept", "--as", "reporter"), "not_permitted"),
        (("case", "show", receipt["code"], "--as", ELSEWHERE), "out_of_scope"),
        ((*REPORT[:-1], "--as", ELSEWHERE), "out_of_scope"),
        ((*REPORT[:-1], "--received-at", "2026-03-02T09:00+07:00"), "not_permitted"),
    ):
        said = hoiam(*call, "--json")
        assert (said.code, said.json["rejected"]) == (3, rejected)
        assert said.json["detail"] in said.err
    assert hoiam("case", "show", receipt["code"], "--json").json["version"] == 2


def test_a_report_that_an_officer_enters_tells_who_did(hoiam: Hoiam) -> None:
    taken = hoiam(*REPORT, "--as", INTAKE, "--channel", "phone")
    first = hoiam("case", "history", taken.json["code"], "--json").json[0]
    assert first["actor"].startswith("intake_officer@")


def test_the_reporter_speaks_by_the_receipt(hoiam: Hoiam) -> None:
    receipt = hoiam(*REPORT).json
    call = ("do", receipt["code"], "supplement", "--as", "reporter", "--json", "--key", "s")
    added = hoiam(*call, "--set", "text=Ngập tới gối")
    assert added.code == 0
    assert added.json["case_id"] == receipt["case_id"]
    assert added.json["events"] == ["ReportSupplemented"]
    assert hoiam(*call, "--set", "text=Ngập tới gối").json == added.json
    wrong = hoiam(*call, "--set", "text=Khác", "--secret", "a" * 32)
    assert (wrong.code, wrong.json["rejected"]) == (3, "unknown_receipt")
    early = hoiam(
        *("do", receipt["case_id"], "reopen", "--as", "reporter", "--set", "reason=Còn ngập"),
        "--json",
    )
    assert early.code == 3
    gone = hoiam("do", receipt["case_id"], "withdraw", "--as", "reporter", "--json")
    assert gone.code == 0
    assert gone.json["events"] == ["ClockStopped", "CaseClosed"]
    history = hoiam("case", "history", receipt["code"], "--json").json
    assert [event["type"] for event in history].count("ReportSupplemented") == 1
    assert history[-1]["version"] == gone.json["version"]


def test_another_machine_needs_an_address_and_a_token(
    hoiam: Hoiam, away: Hoiam, monkeypatch: pytest.MonkeyPatch, up: Up
) -> None:
    token = away(
        "token", "--role", "leader", "--body", f"unit:{UNIT}", "--data", str(up.folder / ".hoiam")
    )
    receipt = away(*REPORT, "--key", "away").json
    assert away(*REPORT, "--key", "away").json == receipt
    show = ("case", "show", receipt["case_id"], "--json")
    refused = away(*show)
    assert (refused.code, refused.out) == (2, "")
    assert "HOIAM_TOKEN" in refused.err
    monkeypatch.setenv("HOIAM_TOKEN", token.out.strip())
    assert away(*show).json["version"] == 2
    assert away(*show, "--as", LEADER).json["version"] == 2
    assert away(*show, "--as", OFFICER).code == 3
    assert away("case", "show", receipt["code"]).code == 2
    added = away(
        *("do", receipt["code"], "supplement", "--as", "reporter", "--set", "text=Thêm"),
        *("--secret", receipt["secret"], "--json"),
    )
    assert (added.code, added.json["events"]) == (0, ["ReportSupplemented"])
    monkeypatch.setenv("HOIAM_TOKEN", "x.y.z")
    assert (away(*show).code, away(*show).json["rejected"]) == (3, "unauthenticated")


def test_a_key_that_the_interface_takes_is_sent_as_it_is() -> None:
    assert request_key(None) is None
    assert request_key("0123456789abcdef") == "0123456789abcdef"
    made = {request_key(key) for key in ("a", "b", "khóa của tôi dài lắm", "x" * 201, "")}
    assert len(made) == 5
    assert all(request_key(key or "") == key for key in made)
