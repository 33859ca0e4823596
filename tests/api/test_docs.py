"""docs/api says what the interface is; `python -m scripts.openapi` writes two of its pages."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.access import ACCESS
from api.app import described
from api.catalogue import PROBLEMS
from api.open311.errors import PREFIX
from domain.commands import COMMANDS
from scripts.openapi import case_input, page, schema
from tests.api.description import Description

REQUEST = httpx.Request("GET", "http://hoiam.test")
FOLDER = Path(__file__).parents[2] / "docs" / "api"


#: Told in the manner of another standard, which has errors of its own.
OPEN311 = {
    operation
    for methods in (m for path, m in described()["paths"].items() if path.startswith(PREFIX))
    for operation in (one["operationId"] for one in methods.values())
}


def operations(said: dict[str, Any]) -> dict[str, tuple[str, str, dict[str, Any]]]:
    return {
        operation["operationId"]: (method.upper(), path, operation)
        for path, methods in said["paths"].items()
        for method, operation in methods.items()
    }


def test_the_copies_of_the_description_are_of_today() -> None:
    assert (FOLDER / "openapi.json").read_text("utf-8") == schema()
    assert (FOLDER / "problems.md").read_text("utf-8") == page()
    assert (FOLDER / "case-input.schema.json").read_text("utf-8") == case_input()


def test_the_description_is_openapi_3_1_and_has_every_route() -> None:
    described_now = described()
    assert described_now["openapi"].startswith("3.1")
    assert set(operations(described_now)) == set(ACCESS)
    assert "HTTPValidationError" not in json.dumps(described_now)
    failed = described_now["components"]["responses"]
    for name, (_, _, operation) in operations(described_now).items():
        manner = "text/xml" if name in OPEN311 else "application/problem+json"
        problems = {code: said for code, said in operation["responses"].items() if code >= "400"}
        assert {"401", "429", "500"} <= problems.keys(), name
        assert "default" not in operation["responses"], "every status is told"
        for code, said in problems.items():
            told = failed[said["$ref"].rpartition("/")[2]] if "$ref" in said else said
            assert manner in told["content"] or (name, code) == ("is_ready", "503"), name
        assert operation["summary"], name
        assert bool(operation.get("security")) == bool(ACCESS[name].roles), name


def test_the_description_tells_how_long_to_wait_and_where_what_was_made_is() -> None:
    said = described()
    failed = said["components"]["responses"]
    for name, (_, _, operation) in operations(said).items():
        for code, one in operation["responses"].items():
            told = failed[one["$ref"].rpartition("/")[2]] if "$ref" in one else one
            headers = {
                key for key, header in told.get("headers", {}).items() if header.get("required")
            }
            waits = code in {"429", "503"} and (name, code) != ("is_ready", "503")
            assert ("Retry-After" in headers) == waits, (name, code)
            made = code == "201" and name != "upload_file"
            assert ("Location" in headers) == made, (name, code)


@pytest.mark.parametrize(
    ("route", "status", "header"),
    [("list_cases", 503, "Retry-After"), ("list_cases", 429, "Retry-After")]
    + [(route, 201, "Location") for route in ("make_report", "plan_bulk", "subscribe")],
)
def test_an_answer_without_what_is_promised_is_not_as_described(
    route: str, status: int, header: str
) -> None:
    answer = httpx.Response(status, request=REQUEST, json={})
    answer.elapsed = timedelta()
    faults = Description().faults(route, answer)
    assert any("MissingHeaders" in fault and header in fault for fault in faults)


def test_every_reference_in_the_description_leads_somewhere() -> None:
    text = schema()
    for kind, parts in json.loads(text)["components"].items():
        assert set(re.findall(rf'"#/components/{kind}/(\w+)"', text)) <= set(parts)


def test_the_page_names_every_route_and_no_other() -> None:
    pages = ("README.md", "integrations.md")
    readme = "\n".join((FOLDER / name).read_text("utf-8") for name in pages)
    found = re.findall(r"`(GET|POST|PUT|PATCH|DELETE) (/[^` ]+)`", readme)
    named = set(found) | {("POST", "/v1/reports")}
    real = {(method, _named(path)) for method, path, _ in operations(described()).values()}
    assert "/v1/reports" in readme
    assert named == real - {("GET", "/problems/{name}")}
    assert not [name for name in COMMANDS if f"`{name}`" not in readme]


def _named(path: str) -> str:
    """Commands have a route each, and one line together."""
    return re.sub(r"/commands/(?!\{)\w+$", "/commands/{name}", path)


def test_the_page_on_open311_names_its_routes_and_no_other() -> None:
    named = re.findall(r"`(GET|POST) (/[^` ]+)`", (FOLDER / "open311.md").read_text("utf-8"))
    real = operations(described()).values()
    assert set(named) == {(verb, path) for verb, path, _ in real if path.startswith(PREFIX)}


def test_each_problem_is_told_in_both_languages() -> None:
    for kind in PROBLEMS.values():
        words = (kind.title.vi, kind.title.en, kind.advice.vi, kind.advice.en)
        assert len(set(words)) == 4
        assert all(words)
