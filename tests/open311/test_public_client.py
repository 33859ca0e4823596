"""A client of Open311 that others wrote finds its way here, over a real socket, in both formats."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from georeport import GeoReport

from api.app import build
from eventlog.store import EventStore
from tests.api.counter import TEXT, Counter, counter_over
from tests.api.served import served


@pytest.fixture
def counter(store: EventStore) -> Counter:
    return counter_over(store)


@pytest_asyncio.fixture
async def address(counter: Counter) -> AsyncIterator[str]:
    async with served(build(counter.desk)) as address:
        yield f"{address}/open311/v2"


async def sent(address: str) -> str:
    """Send the standard's own example, in our places; returns the id."""
    form = {
        "jurisdiction_id": "city.gov",
        "service_code": "road",
        "address_id": "26737",
        "email": "smit333@sfgov.edu",
        "device_id": "tt222111",
        "account_id": "123456",
        "first_name": "john",
        "last_name": "smith",
        "phone": "111111111",
        "description": TEXT,
        "media_url": "http://farm3.static.flickr.com/2002/2212426634_5ed477a060.jpg",
    }
    async with httpx.AsyncClient() as http:
        answer = await http.post(f"{address}/requests.json", data=form)
    assert answer.status_code == 201, answer.text
    return str(answer.json()[0]["service_request_id"])


@pytest.mark.parametrize("output", ["json", "xml"])
async def test_it_lists_services_and_follows_requests(address: str, output: str) -> None:
    public = GeoReport(address, jurisdiction="city.gov", output_format=output)

    async def call(name: str, *given: Any, **named: Any) -> Any:
        return await asyncio.to_thread(getattr(public, name), *given, **named)

    services = await call("get_service_list")
    assert [one["service_code"] for one in services][:2] == ["road", "lighting"]
    definition = await call("get_service_definition", "road")
    assert definition["service_code"] == "road"
    codes = [await sent(address), await sent(address)]
    one = await call("get_service_request", codes[0])
    assert (one["service_request_id"], one["status"]) == (codes[0], "open")
    assert not one["description"]
    both = await call("get_service_requests", service_request_id=",".join(codes))
    assert [one["service_request_id"] for one in both] == codes
    with pytest.raises(OSError, match="403"):
        await call("get_service_requests", status="open")
    with pytest.raises(OSError, match="404"):
        await call("get_service_request", "293944")
