"""The parts that need no database: the table of access, languages, buckets, claims."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import date

import pytest
from fastapi.routing import APIRoute

from api.access import ACCESS
from api.accounts import Grant, grants_of
from api.acting import place_of
from api.app import ROOMS
from api.language import language_of
from api.limits import RATES, Limits, Rate, network_of
from api.problems import Problem
from domain.access import READERS
from domain.actor import ROLES
from tests.domain.town import law
from workers.serve import listening

OPERATIONS = [
    route for room in ROOMS for route in room.router.routes if isinstance(route, APIRoute)
]


def test_every_route_is_in_the_table_of_access_and_nothing_else_is() -> None:
    assert {route.operation_id for route in OPERATIONS} == set(ACCESS)


def test_every_rate_and_role_of_the_table_exists() -> None:
    rates = {rate for one in ACCESS.values() for rate in (one.rate, one.known_rate)}
    assert rates - {None} <= set(RATES)
    assert all(access.roles <= ROLES for access in ACCESS.values())
    assert not [name for name, access in ACCESS.items() if not access.public and not access.roles]


def test_routes_that_tell_what_people_wrote_are_for_those_who_may_read_it() -> None:
    for name in ("find_duplicates", "list_reporters"):
        assert ACCESS[name].roles <= READERS


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "vi"),
        ("", "vi"),
        ("en", "en"),
        ("en-GB,en;q=0.9,vi;q=0.8", "en"),
        ("en;q=0.5, vi;q=0.7", "vi"),
        ("fr, de;q=0.9", "vi"),
        ("en;q=0", "vi"),
        ("en;q=x", "vi"),
        ("*", "vi"),
    ],
)
def test_the_language_is_the_one_the_caller_likes_best(header: str | None, language: str) -> None:
    assert language_of(header) == language


def test_a_bucket_fills_up_to_its_burst_and_no_further() -> None:
    seconds = [0.0]
    limits = Limits({"x": Rate(burst=2, per_minute=60)}, lambda: seconds[0])
    seconds[0] = 3_600.0
    limits.take("x", "a", 2)
    with pytest.raises(Problem):
        limits.take("x", "a")
    limits.take("x", "b")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002::/64"),
        ("2001:db8:1:2::9", "2001:0db8:0001:0002::/64"),
        ("testclient", "unknown"),
        (None, "unknown"),
    ],
)
def test_a_household_is_one_client(address: str | None, network: str) -> None:
    assert network_of(address) == network


def test_a_claim_that_is_not_understood_gives_nothing() -> None:
    said = ["leader@unit:79", "god@unit:79", "leader", "leader@", 7, None, "system", "reporter"]
    assert grants_of(said) == (Grant("leader", "unit:79"),)
    for other in ("leader@unit:79", {"leader": "unit:79"}, None, 7):
        assert grants_of(other) == ()
    assert Grant.parse("auditor@unit:79 in 26737") == Grant("auditor", "unit:79", "26737")
    assert str(Grant("auditor", "unit:79", "26737")) == "auditor@unit:79 in 26737"


def test_a_code_that_has_another_holder_gives_nothing_any_more() -> None:
    directory, before, after = law().directory, date(2025, 6, 30), date(2026, 3, 2)
    grant = Grant.parse("leader@unit:26737")
    was, becomes = place_of(grant, directory, before), place_of(grant, directory, after)
    assert was is not None
    assert becomes is not None
    assert (was.body.body_id, becomes.body.body_id) == ("unit:26737", "unit:26737~2025")
    kept = replace(grant, body_id=was.body.body_id, unit_id=was.root)
    assert place_of(kept, directory, before) == was
    assert place_of(kept, directory, after) is None


def test_no_answer_waits_for_an_acknowledgement() -> None:
    """asyncio sends at once only where a socket knows that it speaks TCP."""
    with listening("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP
        with socket.create_connection(listener.getsockname()), listener.accept()[0] as accepted:
            assert accepted.proto == socket.IPPROTO_TCP
