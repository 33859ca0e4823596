"""Serving the HTTP interface over an office: its wiring, its start and its stop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta

import uvicorn
from temporalio.client import Client
from temporalio.service import RPCError

from activities.cloud_events import source_of
from api.app import build
from api.desk import Desk
from api.issuers import Jwks
from api.limits import Limits
from api.register import Register
from api.telling import Telling
from api.tokens import Issuer, Tokens
from eventlog.accounts import Accounts
from eventlog.dead_letters import Ledger
from eventlog.feed import Seals
from eventlog.officers import Officers
from eventlog.subscriptions import Subscriptions
from workers.bootstrap import Log, Office
from workers.settings import Settings
from workers.tokens import own_issuer

__all__ = ["KEPT", "CannotServe", "desk_for", "listening", "serving"]

_PATIENCE = timedelta(seconds=1)
#: What the server waits for requests under way when it is told to stop (seconds).
_GRACE = 5
#: How long a connection may be idle (seconds): longer than callers keep theirs (httpx 5, nginx 60).
#: Who lets go first decides; were it the server, a request just sent would be cut off.
KEPT = 75


class CannotServe(RuntimeError):
    """The address cannot be listened at; the message names it."""


@asynccontextmanager
async def serving(
    office: Office,
    host: str | None = None,
    port: int | None = None,
    limits: Limits | None = None,
) -> AsyncIterator[str]:
    """Serve while the context lasts; yields the address. Left out: as the settings say.

    Raises CannotServe.
    """
    settings = office.log.settings
    listener = listening(host or settings.api_host, settings.api_port if port is None else port)
    desk = desk_for(office, limits)
    server = _Quiet(_config(settings, desk))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield _address(listener)
    finally:
        server.should_exit = True
        await task
        await desk.telling.seals.close()


def desk_for(office: Office, limits: Limits | None = None) -> Desk:
    """Everything the interface works with."""
    log = office.log

    async def temporal() -> bool:
        return await _answers(office.client)

    return Desk(
        store=log.store,
        intake=log.intake,
        disclosures=log.disclosures,
        files=log.files,
        replacements=log.replacements,
        commands=office.gateway,
        rehearsal=log.planner.rehearsal,
        planner=log.planner,
        register=Register(Officers(log.pool), log.law, log.now),
        law=log.law,
        now=log.now,
        temporal=temporal,
        tokens=_tokens(log),
        limits=limits or Limits(),
        telling=_telling(log),
        public_reports=log.settings.public_reports,
        origins=log.settings.origins,
    )


def _telling(log: Log) -> Telling:
    return Telling(
        seals=Seals(log.settings.database_url.get_secret_value()),
        subscriptions=Subscriptions(log.pool, log.keys),
        ledger=Ledger(log.pool),
        sender=log.outside,
        addresses=log.outside.addresses,
        source=source_of(log.keys),
    )


def _tokens(log: Log) -> Tokens:
    issuers = [own_issuer(log).issuer] if log.settings.own_tokens else []
    foreign = _foreign(log.settings)
    if foreign is not None:
        issuers.append(foreign)
    return Tokens(
        issuers={issuer.name: issuer for issuer in issuers},
        accounts=Accounts(log.pool),
        account_key=log.keys.derive("accounts"),
    )


def _foreign(settings: Settings) -> Issuer | None:
    if settings.oidc_issuer is None:
        return None
    keys = Jwks(settings.oidc_issuer, settings.oidc_jwks_url)
    return Issuer(settings.oidc_issuer, settings.oidc_audience, keys)


async def _answers(client: Client) -> bool:
    try:
        return await client.service_client.check_health(timeout=_PATIENCE)
    except (RPCError, RuntimeError):  # the latter while it was never connected
        return False


class _Quiet(uvicorn.Server):
    """Signals belong to whoever runs the process, which may run more than this server."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield


def _config(settings: Settings, desk: Desk) -> uvicorn.Config:
    proxies = settings.trusted_proxies
    return uvicorn.Config(
        build(desk),
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        proxy_headers=proxies is not None,
        forwarded_allow_ips=proxies,
        timeout_keep_alive=KEPT,
        timeout_graceful_shutdown=_GRACE,
    )


def listening(host: str, port: int) -> socket.socket:
    """A socket of our own: uvicorn would end the process when it cannot have one.

    Raises CannotServe.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise CannotServe(f"Nothing can listen at {host}, port {port}: {error.strerror}.") from None
    # Only a socket that knows its protocol gets TCP_NODELAY from asyncio; without it every answer
    # waits some 40 ms for an acknowledgement between its head and its body.
    return socket.socket(fileno=listener.detach())


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
