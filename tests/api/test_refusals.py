"""Every refusal of a rule: its words in both languages, and its row in the glossary."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.catalogue import PROBLEMS
from api.problems import Problem, refusal
from api.refusals import REFUSALS
from domain.rejection import Rejection
from eventlog.store import EventStore
from tests.api.counter import COMMUNE, Counter

ROOT = Path(__file__).parents[2]
RAISED_BY = ("Rejected", "Rejection")
INTAKE, OFFICER, LEADER = (
    f"{role}@{COMMUNE}" for role in ("intake_officer", "case_officer", "leader")
)


@pytest.fixture
def store(shared_store: EventStore) -> EventStore:
    return shared_store


def codes(*folders: str) -> Iterator[str]:
    """What is said first of each rejection that the code of these folders makes."""
    for folder in folders:
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in RAISED_BY:
                    first = node.args[0]
                    if isinstance(first, ast.Constant):
                        yield str(first.value)


RAISED = sorted({*codes("domain", "activities"), "role_not_in_force", "reason_missing"})


def test_the_codes_are_found() -> None:
    assert {"wrong_state", "window_over", "past_due", "top_rung", "changed_since"} <= set(RAISED)


@pytest.mark.parametrize("code", RAISED)
def test_every_code_has_words_in_both_languages_and_a_row_in_the_glossary(code: str) -> None:
    words = REFUSALS.get(code) or PROBLEMS[code].advice
    assert words.vi
    assert words.en
    assert words.vi != words.en
    glossary = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    refusals = glossary.partition("## Refusals")[2].partition("\n## ")[0]
    assert re.search(rf"^\| `{code}` \|", refusals, re.MULTILINE), code


def test_no_words_are_kept_for_what_nobody_refuses() -> None:
    assert set(REFUSALS) <= set(RAISED)


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_a_refusal_says_what_its_rule_says(code: str) -> None:
    problem = refusal(Rejection(code, "In English only."))
    assert isinstance(problem, Problem)
    assert (problem.detail("vi"), problem.detail("en")) == (REFUSALS[code].vi, REFUSALS[code].en)


@pytest.mark.asyncio(loop_scope="module")
async def test_an_officer_reads_why_the_rules_refuse(counter: Counter) -> None:
    case_id = (await counter.report())["case_id"]
    await counter.do(case_id, "accept", INTAKE)
    await counter.do(case_id, "assign", INTAKE, lead=COMMUNE)
    await counter.do(case_id, "take", OFFICER)
    url, form = f"/v1/cases/{case_id}/commands/extend", {"days": 2, "reason": "Chờ vật tư"}
    headers = counter.token(LEADER)
    assert (await counter.http.post(url, headers=headers, json=form)).status_code == 200
    for language, said in (("vi", "Đã gia hạn đủ số lần"), ("en", "It was extended as often")):
        sent = {**headers, "Accept-Language": language}
        answer = (await counter.http.post(url, headers=sent, json=form)).json()
        assert (answer["code"], answer["status"]) == ("extension_used", 409)
        assert answer["detail"].startswith(said), answer
