"""The interface over a real log, for tests: its desk, callers with tokens, and its HTTP client."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from fastapi import FastAPI
from obstore.store import MemoryStore
from starlette.routing import BaseRoute

from activities.addresses import Addresses
from activities.bulk_plan import BulkPlanner
from activities.disclosure import Disclosures
from activities.files import Files
from activities.group import GroupCommit
from activities.handler import CaseHandler
from activities.intake import Intake
from activities.messages import Answer, SignedCommand
from activities.rehearsal import Rehearsal
from activities.replacement import Replacements
from activities.signing import sign
from api.accounts import Grant
from api.app import build
from api.desk import Desk
from api.limits import RATES, Limits, Rate
from api.own_issuer import OwnIssuer
from api.register import Register
from api.telling import Telling
from api.tokens import Tokens
from domain.actor import Actor
from domain.context import Law
from eventlog.accounts import Accounts
from eventlog.attachments import Attachments
from eventlog.bulks import Bulks
from eventlog.dead_letters import Ledger
from eventlog.feed import Seals
from eventlog.objects import Objects
from eventlog.officers import Officers
from eventlog.store import EventStore
from eventlog.subscriptions import Subscriptions
from eventlog.vault import Vault
from tests.domain.town import law
from workers.outside import Outside
from workflows.gateway import Unavailable

__all__ = ["COMMUNE", "NOW", "PROVINCE", "TEXT", "Clock", "Counter", "counter_over", "report"]

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
COMMUNE, PROVINCE, ELSEWHERE = "unit:26737", "unit:79", "unit:01"
TEXT = "Ổ gà lớn trước cổng trường"
KEY = b"k" * 32
#: Nothing listens there.
NOWHERE = "postgresql://127.0.0.1:1/none"
#: Those of the first application; all others have them too.
_ROUTES: list[BaseRoute] = []


def report(**changes: Any) -> dict[str, Any]:
    """A report as it is sent."""
    return {"unit": "26737", "category": "road", "text": TEXT, **changes}


@dataclass
class Clock:
    """The installation's time, which a test moves."""

    now: datetime = NOW

    async def __call__(self) -> datetime:
        return self.now


@dataclass
class Direct:
    """The gateway's port without Temporal between: commands are handled where they are given."""

    handler: CaseHandler
    clock: Clock
    down: bool = False

    async def command(
        self,
        case_id: str,
        name: str,
        params: Mapping[str, Any],
        actor: Actor,
        command_id: str,
        unit: str | None = None,  # noqa: ARG002 - the port has it
        expected: int | None = None,
    ) -> Answer:
        if self.down:
            raise Unavailable("down")
        command = SignedCommand(
            command_id=command_id,
            case_id=case_id,
            name=name,
            params=dict(params),
            actor=str(actor),
            expected_version=expected,
        )
        return await self.handler.handle(sign(command, KEY), self.clock.now)


@dataclass
class Counter:
    """Where a test calls the interface."""

    desk: Desk
    issuer: OwnIssuer
    clock: Clock
    commands: Direct
    http: httpx.AsyncClient
    seconds: list[float] = field(default_factory=lambda: [0.0])

    def token(self, *roles: str, subject: str = "an") -> dict[str, str]:
        """The header of an account with roles such as ``leader@unit:26737``."""
        grants = tuple(Grant.parse(role) for role in roles)
        issued = self.issuer.issue(subject, grants, datetime.now(UTC), timedelta(hours=1))
        return {"Authorization": f"Bearer {issued.token}"}

    async def report(self, headers: Mapping[str, str] | None = None, **changes: Any) -> Any:
        """Make a report that must be taken; returns the receipt."""
        answer = await self.http.post("/v1/reports", json=report(**changes), headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def do(self, case_id: str, name: str, actor: str, **params: Any) -> Answer:
        """An officer's command that must be allowed."""
        who, key = Actor.parse(actor), f"{case_id}/{name}/{self.clock.now}/{len(params)}"
        answer = await self.commands.command(case_id, name, params, who, key)
        assert answer.rejected is None, answer
        return answer

    async def upload(self, content: bytes, headers: Mapping[str, str] | None = None) -> Any:
        """Upload a file that must be taken; returns what is told of it."""
        answer = await self.http.post("/v1/uploads", content=content, headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def track(self, receipt: Mapping[str, str], **headers: str) -> httpx.Response:
        """What the reporter sees."""
        sent = {"Receipt-Secret": receipt["secret"], **headers}
        return await self.http.get(f"/v1/track/{receipt['code']}", headers=sent)

    async def say(
        self, receipt: Mapping[str, str], what: str, key: str | None = None, **form: Any
    ) -> httpx.Response:
        """What the reporter says."""
        headers = {"Receipt-Secret": receipt["secret"]}
        if key is not None:
            headers["Idempotency-Key"] = key
        url = f"/v1/track/{receipt['code']}/{what}"
        return await self.http.post(url, headers=headers, json=form)


#: Tests call more often than people do; the limits have tests of their own.
GENEROUS: Mapping[str, Rate] = {name: Rate(10**9, 10**9) for name in RATES}
LARGEST = 20 * 1024 * 1024


def counter_over(store: EventStore, **choices: Any) -> Counter:
    """A counter over a log; ``choices`` replace parts of the desk."""

    def current() -> Law:
        return law()

    async def temporal() -> bool:
        return not commands.down

    clock, group, issuer = Clock(), GroupCommit(store), OwnIssuer(KEY)
    handler = CaseHandler(store, group, current, KEY)
    commands, rehearsal = Direct(handler, clock), Rehearsal(handler)
    vault, receipt_key = Vault(store.pool, store.keys), store.keys.derive("receipts")
    desk = Desk(
        store=store,
        intake=Intake(store, group, current, receipt_key),
        disclosures=Disclosures(store, group, vault, current),
        replacements=Replacements(store, group, vault, current, receipt_key),
        files=Files(Attachments(store.pool, store.keys), Objects(MemoryStore()), LARGEST),
        commands=commands,
        rehearsal=rehearsal,
        planner=BulkPlanner(Bulks(store.pool, store.keys), rehearsal),
        register=Register(Officers(store.pool), current, clock),
        law=current,
        now=clock,
        temporal=temporal,
        tokens=Tokens({"hoiam": issuer.issuer}, Accounts(store.pool), KEY),
        limits=Limits(GENEROUS),
        telling=telling_over(store),
    )
    desk = replace(desk, **choices)
    transport = httpx.ASGITransport(_application(desk), raise_app_exceptions=False)
    http = httpx.AsyncClient(transport=transport, base_url="http://hoiam.test")
    return Counter(desk, issuer, clock, commands, http)


def _application(desk: Desk) -> FastAPI:
    """The application over a desk, with the routes of the first one: they hold no desk.

    What FastAPI makes of a route when it is asked for first takes longer than most tests.
    """
    app = build(desk)
    if not _ROUTES:
        _ROUTES.extend(app.router.routes)
    app.router.routes = _ROUTES
    return app


def telling_over(store: EventStore, dsn: str = NOWHERE) -> Telling:
    """What the feed works with; without an address it hears of no seal and has to look."""
    addresses = Addresses(private=True)
    return Telling(
        seals=Seals(dsn),
        subscriptions=Subscriptions(store.pool, store.keys),
        ledger=Ledger(store.pool),
        sender=Outside(addresses, longest=2.0),
        addresses=addresses,
        source="urn:hoiam:test",
    )


async def at_once(*calls: Any) -> list[Any]:
    """All answers of calls that are made together."""
    return list(await asyncio.gather(*calls))
