"""What anybody might try on a case: commands with right and wrong parameters, and time passing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from domain.actor import ROLES
from tests.domain.town import AGENCY, COMMUNE, DISTRICT, ISLAND, NEIGHBOUR, PROVINCE, SPLIT

__all__ = ["ACTORS", "BODIES", "EDITS", "JUMPS", "PARAMS"]

BODIES = st.sampled_from(
    [COMMUNE, DISTRICT, PROVINCE, NEIGHBOUR, SPLIT, ISLAND, AGENCY, "unit:26737~2025", "unit:00001"]
)
ACTORS = st.one_of(
    st.sampled_from(["reporter", "system"]),
    st.builds(lambda role, body: f"{role}@{body}", st.sampled_from(sorted(ROLES)), BODIES),
)
OFFICERS = st.sampled_from(["an", "binh", "cuc", "dung", "giang", "nobody"])
WORDS = st.sampled_from(["Vì mưa lớn", "Chờ bổ sung", "Đã kiểm tra"])
CASES = st.sampled_from(["case-1", "case-2", "case-3"])
CATEGORIES = st.sampled_from(["road", "waste", "corruption", "nonsense"])
SEVERITIES = st.sampled_from(["normal", "attention", "complex", "hot_spot", "nonsense"])
OUTCOMES = st.sampled_from(
    ["solved_confirmed", "solved_unconfirmed", "explained", "refused", "redirected"]
)
#: Time that passes between two things: from a second to a season.
JUMPS = st.one_of(
    st.integers(1, 90).map(lambda n: timedelta(seconds=n)),
    st.integers(1, 72).map(lambda n: timedelta(hours=n)),
    st.integers(1, 25).map(lambda n: timedelta(days=n)),
)


def _form(
    required: Mapping[str, st.SearchStrategy[Any]],
    optional: Mapping[str, st.SearchStrategy[Any]] | None = None,
) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(dict(required), optional=dict(optional or {}))


_REASON = {"reason": WORDS}

#: For each command: what it may be asked with. Now and then something is wrong on purpose.
PARAMS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "accept": _form({}),
    "decline": _form({"basis": WORDS, **_REASON}),
    "redirect": _form({"to": BODIES, **_REASON}),
    "classify": _form({"category": CATEGORIES}),
    "set_severity": _form({"severity": SEVERITIES, **_REASON}),
    "merge": _form({"into": CASES, **_REASON}),
    "unmerge": _form(_REASON),
    "link": _form({"to": CASES}),
    "assign": _form({"lead": BODIES}, {"coordinating": st.lists(BODIES, max_size=2)}),
    "take": _form({}),
    "return": _form(_REASON),
    "hand_over": _form({"to": OFFICERS, **_REASON}),
    "request_input": _form({"body": BODIES, "days": st.integers(1, 5)}),
    "give_input": _form({"text": WORDS}),
    "instruct": _form({"text": WORDS}, {"body": BODIES}),
    "note": _form({"text": WORDS}),
    "attach_evidence": _form({"evidence": st.lists(WORDS, max_size=2)}),
    "supplement": _form({"text": WORDS}),
    "extend": _form({"days": st.integers(1, 6), **_REASON}),
    "pause": _form({"waiting_for": WORDS}, _REASON),
    "resume": _form({}, _REASON),
    "escalate": _form(_REASON),
    "draft_response": _form({"text": WORDS}, {"act": WORDS, "evidence": WORDS}),
    "approve_response": _form({}),
    "return_response": _form(_REASON),
    "inform": _form({}, _REASON),
    "feedback": _form({"satisfied": st.booleans()}),
    "reopen": _form(_REASON),
    "withdraw": _form({}),
    "close": _form({"outcome": OUTCOMES}, {"basis": WORDS, **_REASON}),
}

#: Commands that only write something down.
EDITS = ("note", "classify", "attach_evidence", "instruct", "link", "supplement", "assign")
