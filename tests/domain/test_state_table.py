"""One table of every command in every situation: allowed, or the code of its refusal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from domain.access import GRANTS
from domain.case import STATES
from domain.commands import COMMANDS
from tests.domain.given import (
    BINH,
    INTAKE,
    OFFICER,
    Story,
    accepted,
    answered,
    assigned,
    at_the_top,
    closed,
    drafted,
    escalated,
    in_progress,
    informed,
    of,
    received,
)
from tests.domain.town import COMMUNE, DISTRICT, NEIGHBOUR

#: ok: allowed; . : refused as wrong_state; the rest in CODES. The columns are SITUATIONS in order.
TABLE = """
                 rec  acc  ass  wip  dra  ask  pau  esc  top  ans  inf  clo  dec  red  mer  wit
accept           ok   .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
decline          ok   ok   .    .    .    .    .    .    .    .    .    .    .    .    .    .
redirect         ok   ok   .    .    .    .    .    .    .    .    .    .    .    .    .    .
classify         ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   .    ok   ok   .    .
set_severity     ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   .    .    .    .    .    .
merge            ok   ok   ok   ok   ok   ok   ok   ok   ok   .    .    .    .    .    .    .
unmerge          .    .    .    .    .    .    .    .    .    .    .    .    .    .    ok   .
link             ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   .    .
assign           .    ok   ok   ok   ok   ok   ok   ok   ok   .    .    .    .    .    .    .
take             .    .    ok   .    .    .    .    .    .    .    .    .    .    .    .    .
return           .    .    ok   ok   ok   ok   ok   ok   ok   .    .    .    .    .    .    .
hand_over        .    .    .    ok   ok   ok   ok   ok   ok   ok   ok   .    .    .    .    .
request_input    .    ok   ok   ok   ok   ok   ok   ok   ok   .    .    .    .    .    .    .
give_input       .    .    .    .    .    ok   .    .    .    .    .    .    .    .    .    .
instruct         ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   .    ok   ok   .    .
note             ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   .    ok   ok   .    .
attach_evidence  ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   .    ok   ok   .    .
supplement       ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   .    ok   ok   ok   .
extend           .    .    ok   ok   ok   ok   rest ok   due  .    .    .    .    .    .    .
pause            ok   ok   ok   ok   ok   ok   .    ok   due  .    .    .    .    .    .    .
resume           .    .    .    .    .    .    ok   .    .    .    .    .    .    .    .    .
escalate         ok   ok   ok   ok   ok   ok   ok   ok   up   .    .    .    .    .    .    .
draft_response   .    .    ok   ok   ok   ok   ok   ok   ok   .    .    .    .    .    .    .
approve_response .    .    .    .    ok   .    .    .    .    .    .    .    .    .    .    .
return_response  .    .    .    .    ok   .    .    .    .    .    .    .    .    .    .    .
inform           .    .    .    .    .    .    .    .    .    ok   .    .    ok   ok   .    .
feedback         .    .    .    .    .    .    .    .    .    .    ok   ok   .    .    .    .
reopen           .    .    .    .    .    .    .    .    .    .    ok   ok   .    .    .    .
withdraw         ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   .    .    ok   ok   .    .
close            .    .    .    .    .    .    .    .    .    inf  ok   .    .    .    .    .
"""

CODES = {
    "ok": "ok",
    ".": "wrong_state",
    "inf": "not_informed",
    "due": "past_due",
    "rest": "paused",
    "up": "top_rung",
}


def _merged() -> Story:
    return accepted().beside(SECOND).does("merge", INTAKE, into="case-2", reason="Trùng")


SECOND = accepted(case_id="case-2")

#: Every situation is reached by real commands; the last states of a life by name.
SITUATIONS: dict[str, Callable[[], Story]] = {
    "received": received,
    "accepted": accepted,
    "assigned": assigned,
    "in_progress": in_progress,
    "drafted": drafted,
    "asked": lambda: in_progress().does("request_input", OFFICER, body=NEIGHBOUR, days=3),
    "paused": lambda: in_progress().does("pause", OFFICER, waiting_for="reporter", reason="Chờ"),
    "escalated": escalated,
    "top": at_the_top,
    "answered": answered,
    "informed": informed,
    "closed": closed,
    "declined": lambda: received().does("decline", INTAKE, basis="NĐ 1", reason="Không"),
    "redirected": lambda: received().does("redirect", INTAKE, to=DISTRICT, reason="Khác"),
    "merged": _merged,
    "withdrawn": lambda: received().does("withdraw", "reporter"),
}

#: Parameters with which each command is well-formed.
PARAMS: dict[str, dict[str, Any]] = {
    "decline": {"basis": "NĐ 1", "reason": "Không thuộc thẩm quyền"},
    "redirect": {"to": NEIGHBOUR, "reason": "Đúng nơi"},
    "classify": {"category": "waste"},
    "set_severity": {"severity": "hot_spot", "reason": "Tụ tập đông người"},
    "merge": {"into": "case-2", "reason": "Trùng lắp"},
    "unmerge": {"reason": "Hai việc khác nhau"},
    "link": {"to": "case-2"},
    "assign": {"lead": COMMUNE},
    "return": {"reason": "Không đủ người"},
    "hand_over": {"to": BINH, "reason": "Nghỉ phép"},
    "request_input": {"body": DISTRICT, "days": 2},
    "give_input": {"text": "Đồng ý"},
    "instruct": {"text": "Khẩn trương"},
    "note": {"text": "Đã kiểm tra"},
    "attach_evidence": {"evidence": ["Ảnh"]},
    "supplement": {"text": "Thêm ảnh"},
    "extend": {"days": 5, "reason": "Mưa lớn"},
    "pause": {"waiting_for": "reporter", "reason": "Chờ bổ sung"},
    "escalate": {"reason": "Vượt thẩm quyền"},
    "draft_response": {"text": "Đã xử lý"},
    "return_response": {"reason": "Chưa rõ"},
    "feedback": {"satisfied": True},
    "reopen": {"reason": "Chưa sửa"},
    "close": {"outcome": "explained"},
}


def _rows() -> dict[str, dict[str, str]]:
    """Command → situation → what comes of it."""
    _, *lines = TABLE.strip("\n").splitlines()
    cells = (line.split() for line in lines)
    return {
        name: {at: CODES[code] for at, code in zip(SITUATIONS, codes, strict=True)}
        for name, *codes in cells
    }


def _actor(command: str, story: Story) -> str:
    """Somebody the access rules let give this command, whatever the state."""
    if command == "give_input" and story.case.asked():
        return of(NEIGHBOUR)
    roles = GRANTS[command].roles
    role = next(role for role in ("leader", "intake_officer") if role in roles)
    return of(story.case.accountable, role)


def _found(situation: str, command: str) -> str:
    story = SITUATIONS[situation]().beside(SECOND)
    outcome = story.when(command, _actor(command, story), **PARAMS.get(command, {}))
    rejection = outcome.decision.rejection
    if rejection is None:
        assert outcome.story.case.version > story.case.version
        return "ok"
    assert outcome.case == story.case
    return rejection.code


def test_the_table_covers_every_command_and_every_state() -> None:
    assert set(_rows()) == set(COMMANDS) == set(GRANTS)
    assert {story().case.state for story in SITUATIONS.values()} == set(STATES)


@pytest.mark.parametrize("command", _rows())
def test_each_command_is_allowed_or_refused_as_the_table_says(command: str) -> None:
    expected = _rows()[command]
    found = {situation: _found(situation, command) for situation in SITUATIONS}
    wrong = [
        f"{command} in {one}: {found[one]}, the table says {expected[one]}"
        for one in SITUATIONS
        if found[one] != expected[one]
    ]
    assert not wrong, "\n".join(wrong)
