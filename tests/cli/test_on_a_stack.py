"""What each command does on a running stack, and what it says when it may not."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from cli.words import request_key
from tests.cli.process import Hoiam, Said, Up

pytestmark = pytest.mark.xdist_group("cli")

EXAMPLES = Path(__file__).parents[2] / "examples"
TEXT = "Ổ gà lớn trước cổng trường"
UNIT = "26737"
INTAKE, OFFICER, LEADER = (
    f"{role}@unit:{UNIT}" for role in ("intake_officer", "case_officer", "leader")
)
REPORT = ("report", "--unit", UNIT, "--category", "road", "--channel", "zalo")


@pytest.fixture(scope="module")
def taken() -> dict[str, str]:
    """The receipt of the module's first report, once it is there."""
    return {}


@pytest.fixture
def receipt(process: Hoiam, taken: dict[str, str]) -> dict[str, str]:
    if not taken:
        said = process(*REPORT, "--text", TEXT, "--key", "first", "--json")
        assert (said.code, said.err) == (0, "")
        taken.update(said.json)
    return taken


def test_a_report_gives_a_receipt_and_its_key_gives_it_again(
    hoiam: Hoiam, receipt: dict[str, str]
) -> None:
    assert set(receipt) == {"case_id", "code", "secret"}
    again = hoiam(*REPORT, "--text", TEXT, "--key", "first", "--json")
    assert (again.code, again.json) == (0, receipt)
    other = hoiam(*REPORT, "--text", "Chuyện khác", "--key", "first", "--json")
    assert (other.code, other.json["rejected"]) == (2, "key_reused")
    assert "use a new one" in other.err


@pytest.mark.parametrize(
    ("wrong", "param", "hint"),
    [
        (("--unit", "99999"), "unit", "Unknown unit '99999'"),
        (("--unit", "26734"), "unit", "since 2025-07-01; its successors: 26737 Phường Tân Định"),
        (("--category", "raod"), "category", "did you mean road"),
        (("--channel", "pigeon"), "channel", "zalo"),
        (("--about-body", "unit:nowhere"), "about_body", "Unknown body"),
        (("--received-at", "2026-03-02T09:00"), "received_at", "offset"),
        (("--text", " "), "text", "write something"),
    ],
)
def test_a_report_with_a_mistake_is_refused_with_a_way_out(
    hoiam: Hoiam, wrong: tuple[str, str], param: str, hint: str
) -> None:
    right = {"--unit": UNIT, "--category": "road", "--text": TEXT}
    words = [word for pair in (right | dict([wrong])).items() for word in pair]
    said = hoiam("report", *words, "--json")
    assert said.code == 2
    assert said.json["rejected"] == "invalid"
    assert said.json["param"] == param
    assert hint in said.json["detail"]
    assert hint in said.err


def test_text_from_standard_input_is_read_as_utf8(hoiam: Hoiam, process: Hoiam) -> None:
    broken = process(*REPORT, "--text", "-", given="Đường".encode("utf-16"))
    assert (broken.code, broken.out) == (2, "")
    assert "Standard input is not UTF-8" in broken.err
    long = hoiam(*REPORT, "--text", "-", "--json", given=b"x" * 20_001)
    assert (long.code, long.json["param"]) == (2, "text")
    assert "20000" in long.err
    told = hoiam(*REPORT, "--text", "-", "--json", given=f"{TEXT}\n".encode())
    assert told.code == 0
    shown = hoiam("case", "history", told.json["code"], "--unseal", "--json").json
    assert shown[0]["body"]["text"] == TEXT


def test_a_command_is_done_once_under_its_key(
    hoiam: Hoiam, process: Hoiam, receipt: dict[str, str]
) -> None:
    accept = ("do", receipt["code"], "accept", "--as", INTAKE, "--key", "a", "--json")
    done = process(*accept)
    assert (done.code, done.err) == (0, "")
    assert done.json["case_id"] == receipt["case_id"]
    assert done.json["events"] == ["CaseAccepted", "ClockStopped", "ClockStarted"]
    assert hoiam(*accept).json == done.json
    other = hoiam("do", receipt["code"], "take", "--as", OFFICER, "--key", "a", "--json")
    assert (other.code, other.json["rejected"]) == (2, "key_reused")


@pytest.mark.parametrize(
    ("call", "code", "rejected"),
    [
        (("acept", "--as", INTAKE), 2, "unknown_command"),
        (("extend", "--as", LEADER, "--set", "days=many", "--set", "reason=x"), 3, "wrong_state"),
        (
            ("request_input", "--as", INTAKE, "--set", "body=unit:0", "--set", "days=2"),
            2,
            "invalid",
        ),
        (("note", "--as", INTAKE, "--set", "txt=x"), 2, "invalid"),
        (("note", "--as", "leader@unit:nowhere", "--set", "text=x"), 2, "invalid"),
        (("approve_response", "--as", INTAKE), 3, "not_permitted"),
        (("accept", "--as", "intake_officer@unit:79"), 3, "not_accountable"),
        (("accept", "--as", INTAKE), 3, "wrong_state"),
    ],
)
def test_a_refused_command_says_why_on_both_streams(
    hoiam: Hoiam, receipt: dict[str, str], call: tuple[str, ...], code: int, rejected: str
) -> None:
    said = hoiam("do", receipt["case_id"], *call, "--json")
    assert (said.code, said.json["rejected"]) == (code, rejected)
    assert said.json["detail"] in said.err


@pytest.mark.parametrize(
    ("case", "hint"),
    [
        ("01890000-0000-7000-8000-000000000000", "There is no case"),
        ("HA-AAAAA-AAAAA-0", "A letter of this code is wrong"),
        ("HA-1", "A code looks like"),
    ],
)
def test_a_case_that_is_not_there_is_the_callers_mistake(
    hoiam: Hoiam, case: str, hint: str
) -> None:
    said = hoiam("do", case, "accept", "--as", INTAKE, "--json")
    assert (said.code, said.json["rejected"]) == (2, "unknown_case")
    assert hint in said.err


def test_time_moves_and_the_case_climbs(hoiam: Hoiam, receipt: dict[str, str]) -> None:
    before = hoiam("case", "show", receipt["code"], "--json").json
    assert before["state"] == "accepted"
    assert (before["rung"], before["accountable"]) == ("commune", f"unit:{UNIT}")
    assert datetime.fromisoformat(before["due"]).utcoffset() is not None
    moved = hoiam("advance", "5", "working_days", "--json")
    assert (moved.code, moved.err) == (0, "")
    assert moved.json["now"].endswith("T17:00:01+07:00")
    after = hoiam("case", "show", receipt["case_id"], "--json").json
    assert (after["rung"], after["accountable"]) == ("province", "unit:79")
    assert after["late"]
    assert after["overdue"]
    assert after["version"] > before["version"]


def test_show_has_what_programs_were_promised(hoiam: Hoiam, receipt: dict[str, str]) -> None:
    shown = hoiam("case", "show", receipt["code"], "--json").json
    assert {
        *("case_id", "state", "rung", "accountable", "due", "severity", "outcome", "late"),
        *("overdue", "paused", "reopened", "version"),
    } <= set(shown)


def test_a_history_is_told_without_anybodys_words(hoiam: Hoiam, receipt: dict[str, str]) -> None:
    events = hoiam("case", "history", receipt["code"], "--json")
    assert TEXT not in events.out
    assert [event["version"] for event in events.json] == list(range(1, len(events.json) + 1))
    assert all(
        set(event) == {"version", "type", "occurred_at", "actor", "body"} for event in events.json
    )
    told = hoiam("case", "history", receipt["code"])
    assert TEXT not in told.out
    assert "A report from Phường Tân Định about Roads and pavements came in by zalo" in told.out
    assert len(told.out.splitlines()) == len(events.json)
    vietnamese = hoiam("case", "history", receipt["code"], "--lang", "vi", "--unseal")
    assert "đã chuyển cấp trên" in vietnamese.out.lower()
    assert TEXT in vietnamese.out


def test_every_clock_explains_itself(hoiam: Hoiam, receipt: dict[str, str]) -> None:
    clocks = hoiam("case", "explain", receipt["code"], "--json").json["clocks"]
    assert [clock["kind"] for clock in clocks] == ["accept", "assign", "assign"]
    assert all(clock["trace"][-1]["text"].startswith("due ") for clock in clocks)
    assert "working day: 2 of 2" in hoiam("case", "explain", receipt["code"]).out


def test_a_list_counts_all_that_match(hoiam: Hoiam, receipt: dict[str, str]) -> None:
    found = hoiam("case", "list", "--overdue", "--limit", "1", "--json").json
    assert len(found["cases"]) == 1
    assert found["total"] == sum(count["cases"] for count in found["counts"])
    mine = hoiam("case", "list", "--rung", "province", "--accountable", "unit:79", "--json").json
    assert receipt["code"] in {case["code"] for case in mine["cases"]}
    none = hoiam("case", "list", "--state", "closed", "--open", "--json").json
    assert none == {"total": 0, "counts": [], "cases": []}
    assert receipt["code"] in hoiam("case", "list", "--open").out
    unknown = hoiam("case", "list", "--accountable", "unit:nowhere")
    assert (unknown.code, unknown.out) == (2, "")


def test_lists_of_several_values_reach_the_rules(hoiam: Hoiam, receipt: dict[str, str]) -> None:
    province = "case_officer@unit:79"
    evidence = ("--set", "evidence=Ảnh trước", "--set", "evidence=Ảnh sau")
    done = hoiam("do", receipt["code"], "attach_evidence", "--as", province, *evidence, "--json")
    assert done.code == 0
    history = hoiam("case", "history", receipt["code"], "--json").json
    assert history[-1]["body"]["count"] == 2


def test_a_file_is_imported_once(hoiam: Hoiam, tmp_path: Path) -> None:
    source = EXAMPLES / "import" / "so-phan-anh.csv"
    call = (
        *("import", str(source), "--profile", f"csv:{EXAMPLES / 'import' / 'so-phan-anh.yaml'}"),
        *("--rejected", str(tmp_path / "rejected.csv"), "--json"),
    )
    first, second = hoiam(*call), hoiam(*call)
    assert (first.code, first.err) == (0, "")
    told = first.json
    assert told["read"] == told["imported"] + told["already"] + told["rejected"]
    assert {"events", "seconds"} <= set(told)
    assert {"agree", "disagree"} <= set(told["verdict"])
    assert (second.json["imported"], second.json["events"]) == (0, 0)
    assert second.json["already"] == told["imported"]


def test_a_drill_on_the_server_goes_as_in_memory(hoiam: Hoiam, process: Hoiam) -> None:
    drill = ("drill", str(EXAMPLES / "drills" / "full-ladder-classic.yaml"), "--json", "--engine")
    memory, server = hoiam(*drill, "memory"), process(*drill, "temporal")
    assert (server.code, server.err) == (0, "")

    def events(said: Said) -> list[tuple[str, str]]:
        return [(e["type"], e["occurred_at"][:16]) for e in said.json["history"]["a"]]

    assert events(server) == events(memory)


def test_status_shows_addresses_and_no_password(hoiam: Hoiam) -> None:
    said = hoiam("status", "--json")
    assert (said.code, said.err) == (0, "")
    assert said.json["running"]
    assert said.json["virtual_time"]
    assert "@" not in said.json["postgres"]
    assert "temporal_ui" in hoiam("status").out


def test_recover_and_migrate_can_be_run_at_any_time(hoiam: Hoiam) -> None:
    is_open = hoiam("case", "list", "--open", "--limit", "0", "--json").json["total"]
    recovered = hoiam("recover", "--json")
    assert (recovered.code, recovered.err) == (0, "")
    assert recovered.json == {"open": is_open}
    migrated = hoiam("migrate", "--json")
    assert (migrated.code, migrated.json) == (0, {"applied": []})


def test_the_whole_log_verifies(hoiam: Hoiam) -> None:
    said = hoiam("verify", "--json")
    assert (said.code, said.json) == (0, {"ok": True, "findings": []})
    assert "Verified" in hoiam("verify").out


def test_the_stack_logs_json_with_ids_and_nobodys_words(
    hoiam: Hoiam, up: Up, receipt: dict[str, str]
) -> None:
    lines = (up.folder / "up.log").read_text("utf-8").splitlines()
    logs = [json.loads(line) for line in lines]
    accepted = [log for log in logs if log.get("command") == "accept"]
    assert accepted
    assert accepted[0]["command_id"].endswith(f"/command/{request_key('a')}")
    assert accepted[0]["case_id"] == receipt["case_id"]
    assert len(accepted[0]["trace_id"]) == 32
    assert TEXT not in "\n".join(lines)
