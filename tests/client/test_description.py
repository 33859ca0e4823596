"""The client says what docs/api/openapi.json says: its models, and every route it calls."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from hoiam_client import Hoiam, Past, Patience, Problem, models
from hoiam_client.problems import BY_TYPE
from pydantic import BaseModel

from api.catalogue import PROBLEMS, type_of
from scripts.client_models import DESCRIPTION, MODELS, client_models

SAID: dict[str, Any] = json.loads(DESCRIPTION.read_text("utf-8"))
#: What people and other standards use, not programs.
LEFT_OUT = {"is_alive", "explain_problem"}
ID, NOW, DAY = "0199", datetime(2026, 3, 2, tzinfo=UTC), date(2026, 3, 2)


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in SAID["paths"].items():
        if not path.startswith("/open311/"):
            for method, operation in methods.items():
                yield method.upper(), path, operation


def test_the_models_are_those_of_the_description() -> None:
    written = ast.dump(ast.parse(MODELS.read_text("utf-8")))
    assert written == ast.dump(ast.parse(client_models(SAID)))


def test_the_models_take_every_example() -> None:
    tried = 0
    for name, schema in SAID["components"]["schemas"].items():
        for example in schema.get("examples", ()):
            model: type[BaseModel] | None = getattr(models, name, None)
            if model is not None:
                again = model.model_validate(example).model_dump(
                    mode="json", exclude_unset=True, by_alias=True
                )
                assert again == example
                tried += 1
    assert tried


def test_what_is_sent_is_closed_and_what_comes_back_is_open() -> None:
    with pytest.raises(ValueError, match="ufo"):
        models.Supplement.model_validate({"text": "x", "ufo": 1})
    told = models.Me.model_validate({"account": "a", "roles": [], "ufo": 1})
    assert told.account == "a"


def test_every_problem_with_an_exception_of_its_own_is_in_the_catalogue() -> None:
    assert set(BY_TYPE) <= {type_of(name) for name in PROBLEMS}


async def _drain(pages: Any) -> None:
    async for _ in pages:
        break


FILTERS = models.Filters(
    view="new",
    unit=("79",),
    rung=("commune",),
    state=("received",),
    severity=("normal",),
    category=("road",),
    channel=("web",),
    accountable=("unit:79",),
    assignee=("a",),
    open=True,
    overdue=True,
    late=True,
    paused=False,
    due_before=NOW,
    received_since=NOW,
    received_before=NOW,
    q="x",
)

#: All that a list can be asked.
PAST = Past(
    **FILTERS.model_dump(exclude_none=True),
    as_of=NOW,
    merged=False,
    outcome=("redirected",),
    stage="answer",
    done=True,
    verdict=("late",),
    responsible=("unit:79",),
    unacted=True,
    entered_later=False,
    unit_id=("79",),
)
#: Where a client gives all that may be asked; pages it turns by itself.
ASKED_WHOLLY = {"list_cases", "export_cases", "read_case", "explain_clocks", "show_statistics"}


def reporting(hoiam: Hoiam) -> Iterator[Any]:
    reports = hoiam.reports
    yield from (hoiam.me(), hoiam.ready())
    yield reports.make(models.NewReport(text="x"), "k" * 16)
    yield reports.places(models.Somewhere(address="x"))
    yield reports.track("HA", "s")
    yield reports.supplement("HA", "s", "x")
    yield reports.feedback("HA", "s", models.Feedback(satisfied=True))
    yield reports.withdraw("HA", "s", "x")


def looking(hoiam: Hoiam) -> Iterator[Any]:
    cases = hoiam.cases
    yield cases.page(PAST, sort="due", after="a", limit=1, counts=True)
    yield _drain(cases.all(PAST, sort="due"))
    yield _drain(cases.csv(PAST, sort="due", bom=True))
    yield cases.get(ID, as_of=NOW, known_at=NOW)
    yield _drain(cases.history(ID))
    yield cases.clocks(ID, as_of=NOW, known_at=NOW)
    yield cases.allowed(ID)
    yield cases.duplicates(ID, 1)
    yield cases.reporters(ID)
    yield cases.identity(ID, "x", "x")
    yield cases.replace_receipt(ID, models.Replace(basis="x", reason="x", name="x", phone="1"))
    accounts = hoiam.accounts
    yield from (accounts.grants("a"), accounts.give("a", ["leader@unit:79"], "x"))
    yield accounts.revoke(models.Ending(reason="x", account="0c1d2e3f405162738495"))
    numbers = FILTERS.model_copy(update={"view": None, "assignee": None, "q": None})
    yield hoiam.statistics.get(numbers, as_of=NOW, by="unit", level="commune", period="day")
    files = hoiam.attachments
    yield from (files.upload(b"x"), files.of_case(ID), files.own("HA", "s"))
    yield from (files.download(ID, "a"), files.download_own("HA", "s", "a"))
    registers = hoiam.registers
    yield registers.units("x", under="79", level="commune", on=DAY, limit=1)
    yield registers.bodies("x", unit="79", kind="agency", on=DAY, limit=1)
    yield registers.categories("x", on=DAY)
    yield registers.officers("unit:79", "a")


def acting(hoiam: Hoiam) -> Iterator[Any]:
    for path in SAID["paths"]:
        if found := re.fullmatch(r"/v1/cases/\{case_id\}/commands/(\w+)", path):
            yield hoiam.commands.give(ID, found[1], version=1)
    yield hoiam.commands.outcome("k")
    bulk = hoiam.bulk
    yield bulk.plan(models.BulkForm(command="accept", cases=(ID,)))
    yield bulk.plan_handover(models.Handover(from_="a", to="b", reason="x"))
    yield bulk.plan_undo(ID, {})
    yield from (bulk.see(ID), bulk.start(ID), bulk.stop(ID), bulk.ended(ID))
    yield _drain(bulk.results(ID))


def following(hoiam: Hoiam) -> Iterator[Any]:
    yield hoiam.events.page(1, ("CaseClosed",), limit=1, wait=1)
    yield _drain(hoiam.events.follow(1, ("CaseClosed",)))
    yield _drain(hoiam.events.stream(1, ("CaseClosed",)))
    hooks = hoiam.subscriptions
    yield hooks.make(models.NewSubscription(url="https://x.example"))
    yield _drain(hooks.all())
    yield from (hooks.get(ID), hooks.end(ID), hooks.test(ID))
    yield hooks.change(ID, models.Changed(state="paused"))
    yield hooks.rotate(ID, models.Rotation())
    yield from (hooks.deliveries(ID, 1), hooks.dead(ID, 1))
    yield hooks.replay(ID, models.Replay(after=1))


async def test_it_calls_every_route_as_the_description_says() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(500, json={"type": "/problems/fault", "title": "x", "status": 500})

    http = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://hoiam.test")
    async with Hoiam.at("", "token", act_as="a@b", http=http, patience=Patience(1)) as hoiam:
        for part in (reporting, looking, acting, following):
            for call in part(hoiam):
                with pytest.raises(Problem):
                    await call
    used = {_matched(request) for request in asked}
    known = {operation["operationId"] for _, _, operation in operations()}
    assert used == known - LEFT_OUT
    for request in asked:
        _asks_all(request)


def _asks_all(request: httpx.Request) -> None:
    """Of what can be asked with a whole query nothing is missing from the client."""
    operation = _operation(request)
    known = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
    missing = known - set(request.url.params)
    turned = "after" in missing  # the client turns these pages by itself
    if operation["operationId"] in ASKED_WHOLLY and not turned:
        assert not missing, (operation["operationId"], missing)


def _matched(request: httpx.Request) -> str:
    """The operation that a request is; what it carries must be described there."""
    operation = _operation(request)
    known = {(one["in"], one["name"].lower()) for one in operation.get("parameters", ())}
    carried = {("query", name) for name in request.url.params} | {
        ("header", name)
        for name in ("idempotency-key", "if-match", "receipt-secret", "last-event-id")
        if name in request.headers
    }
    assert carried <= known, (operation["operationId"], carried - known)
    assert bool(request.content) == ("requestBody" in operation), operation["operationId"]
    return str(operation["operationId"])


def _operation(request: httpx.Request) -> dict[str, Any]:
    for method, path, operation in operations():
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))
        if request.method == method and re.fullmatch(pattern, request.url.path):
            return operation
    raise AssertionError(f"There is no {request.method} {request.url.path}.")
