"""The whole description of the interface, held against it: no fault, and every answer as told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis.strategies import DataObject, data, sampled_from
from schemathesis import GenerationMode

from api.access import ACCESS
from api.app import build
from eventlog.store import EventStore
from tests.api.counter import COMMUNE, PROVINCE, counter_over
from tests.api.description import Description
from tests.api.served import served

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: Callers of every kind; a request is made by one of them.
CALLERS = (
    f"intake_officer@{COMMUNE}",
    f"case_officer@{COMMUNE}",
    f"leader@{COMMUNE}",
    f"leader@{PROVINCE}",
    f"auditor@{PROVINCE}",
    f"admin@{PROVINCE}",
    f"integration@{PROVINCE}",
    f"collaborator@{COMMUNE}",
)
#: Whatever is sent to these is of the kind that they describe: there is nothing to send wrongly.
ANYTHING = {"is_alive", "is_ready", "explain_problem", "upload_file"}
ASKED = [(route, GenerationMode.POSITIVE) for route in sorted(ACCESS)] + [
    (route, GenerationMode.NEGATIVE) for route in sorted(ACCESS.keys() - ANYTHING)
]
ROUTES = pytest.mark.parametrize(
    ("route", "mode"), ASKED, ids=[f"{route}-{mode.value}" for route, mode in ASKED]
)
#: The same requests in every run.
FEW = settings(
    max_examples=2,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
MANY = settings(FEW, max_examples=15)


@dataclass(frozen=True)
class Site:
    """An interface at an address, with cases in it that requests can be about."""

    http: httpx.AsyncClient
    description: Description
    offering: Description
    headers: dict[str, dict[str, str]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(shared_store: EventStore) -> AsyncIterator[Site]:
    counter = counter_over(shared_store)
    receipts = [await counter.report() for _ in range(4)]
    real = {
        "case_id": [one["case_id"] for one in receipts],
        "into": [one["case_id"] for one in receipts],
        "code": [receipts[0]["code"]],
        "service_request_id": [receipts[0]["code"]],
        "Receipt-Secret": [receipts[0]["secret"]],
        "suffix": ["json", "xml"],
        "If-Match": ["*", '"1"'],
        "unit": ["26737", "26740", "79", "760@2025-06-30"],
        "category": ["road", "waste"],
        "service_code": ["road", "waste"],
        "body": [COMMUNE, PROVINCE],
        "lead": [COMMUNE, PROVINCE],
        "severity": ["normal", "hot_spot", "complex"],
    }
    headers = {who: counter.token(who) for who in CALLERS}
    async with (
        served(build(counter.desk)) as address,
        httpx.AsyncClient(base_url=address, timeout=30) as http,
    ):
        yield Site(http, Description(), Description(real), headers)


def callers(route: str) -> list[str]:
    """Those who may, and one who may not."""
    access = ACCESS[route]
    able = [who for who in CALLERS if who.partition("@")[0] in access.roles]
    return [*able, ""] if able or access.public else ["", CALLERS[0]]


@ROUTES
@FEW
@given(data=data())
async def test_every_answer_is_as_described(
    site: Site, route: str, mode: GenerationMode, data: DataObject
) -> None:
    assert site.description.faults(route, await answered(site, route, mode, data)) == []


@pytest.mark.long
@ROUTES
@MANY
@given(data=data())
async def test_every_answer_is_as_described_however_long_one_asks(
    site: Site, route: str, mode: GenerationMode, data: DataObject
) -> None:
    assert site.description.faults(route, await answered(site, route, mode, data)) == []


async def answered(
    site: Site, route: str, mode: GenerationMode, data: DataObject
) -> httpx.Response:
    """What a caller is answered who sends what the description allows, or does not allow."""
    fitting = mode is GenerationMode.POSITIVE
    made = (site.offering if fitting else site.description).operations[route]
    case = data.draw(made.as_strategy(mode), label="request")
    who = data.draw(sampled_from(callers(route)), label="caller")
    headers = dict(site.headers.get(who, {}))
    if fitting and "Act-As" in (case.headers or {}):
        headers["Act-As"] = who
    return await asked(site.http, case, headers)


async def asked(http: httpx.AsyncClient, made: Any, headers: dict[str, str]) -> httpx.Response:
    """Send a request exactly as it was made, if HTTP can carry it at all."""
    said = made.as_transport_kwargs(base_url=str(http.base_url), headers=headers)
    content, form = said.get("data"), None
    if isinstance(content, dict):
        content, form = None, content
    try:
        return await http.request(
            said["method"],
            said["url"],
            params=said.get("params"),
            headers=[(name.encode(), _bytes(value)) for name, value in said["headers"].items()],
            content=content.encode() if isinstance(content, str) else content,
            data=form,
            json=said.get("json"),
        )
    except (httpx.LocalProtocolError, httpx.InvalidURL):
        reject()


def _bytes(text: str) -> bytes:
    return text.encode("latin-1", "replace")
