"""The one composition root: every process is wired here and nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from temporalio.client import Client, Interceptor
from temporalio.contrib.opentelemetry import TracingInterceptor

from activities.addresses import Addresses
from activities.bulk import BulkActivities
from activities.bulk_plan import BulkPlanner
from activities.cases import CaseActivities
from activities.disclosure import Disclosures
from activities.file_care import FileCare
from activities.files import Files
from activities.group import GroupCommit
from activities.handler import CaseHandler
from activities.intake import Intake
from activities.rehearsal import Rehearsal
from activities.replacement import Replacements
from activities.scanner import scanner_at
from domain.context import Law
from eventlog.attachments import Attachments
from eventlog.bulks import Bulks
from eventlog.case_text import CaseText
from eventlog.keys import Keys, open_keys
from eventlog.objects import Objects, open_objects
from eventlog.periods import CasePeriods
from eventlog.pg import Pool
from eventlog.pool import open_pool
from eventlog.projector import Projection
from eventlog.scans import Scans
from eventlog.setup import prepare
from eventlog.store import EventStore
from eventlog.vault import Vault
from eventlog.virtual_clock import advanced
from workers.law import LawBook
from workers.outside import Outside
from workers.settings import PREFIX, BadSettings, Settings
from workflows.converter import data_converter
from workflows.gateway import Gateway
from workflows.subscribing import DELIVERIES, Subscribing

__all__ = ["CODEC", "Log", "Office", "connect_temporal", "open_log", "open_office"]

#: What the key of everything that Temporal stores is derived for.
CODEC = "temporal-payloads"


@dataclass(frozen=True, slots=True)
class Log:
    """The half of an installation that needs PostgreSQL only: reports can be taken in."""

    settings: Settings
    pool: Pool
    keys: Keys
    store: EventStore
    intake: Intake
    handler: CaseHandler
    disclosures: Disclosures
    replacements: Replacements
    planner: BulkPlanner
    files: Files
    law: Callable[[], Law]

    @property
    def outside(self) -> Outside:
        """The way to receivers of webhooks."""
        return Outside(Addresses(private=self.settings.webhook_private_networks))

    @property
    def projections(self) -> Sequence[Projection]:
        """The read models that follow the sealed log; a worker keeps them up, `verify` checks."""
        return (CaseText(), CasePeriods())

    @property
    def file_care(self) -> FileCare:
        """What a worker does for files: it scans them, and removes what nobody attached."""
        return FileCare(self.files, Scans(self.pool), scanner_at(self.settings.scanner), self.now)

    async def now(self) -> datetime:
        """The installation's time (UTC): the wall clock, moved ahead in virtual time."""
        wall = datetime.now(UTC)
        return wall + await advanced(self.pool) if self.settings.virtual_time else wall


@dataclass(frozen=True, slots=True)
class Office:
    """A whole installation: the log, and Temporal through the gateway."""

    log: Log
    client: Client
    gateway: Gateway
    subscribing: Subscribing

    @property
    def activities(self) -> Sequence[Callable[..., Any]]:
        """The activities that a worker registers."""
        log = self.log
        cases = CaseActivities(log.handler, log.intake, drills=log.settings.virtual_time)
        return [*cases.all, *BulkActivities(log.planner.bulks, self.gateway).all]


@asynccontextmanager
async def open_log(settings: Settings, law: Callable[[], Law] | None = None) -> AsyncIterator[Log]:
    """Migrate if need be, read the keys, and wire what needs PostgreSQL only.

    ``law`` is what a drill goes by; left out: what is installed.
    """
    dsn = settings.database_url.get_secret_value()
    await prepare(dsn)
    async with AsyncExitStack() as undo:
        pool = await open_pool(dsn, max_size=16)
        undo.push_async_callback(pool.close)
        async with pool.acquire() as connection:
            keys = await open_keys(settings.keys_dir, connection)
        yield _wired(settings, pool, keys, law or LawBook(settings.profiles_dir, settings.zone))


def _wired(settings: Settings, pool: Pool, keys: Keys, law: Callable[[], Law]) -> Log:
    store = EventStore(pool, keys)
    group, vault = GroupCommit(store), Vault(pool, keys)
    receipt_key = keys.derive("receipts")
    handler = CaseHandler(store, group, law, keys.derive("command-signing"))
    return Log(
        settings=settings,
        pool=pool,
        keys=keys,
        store=store,
        intake=Intake(store, group, law, receipt_key),
        handler=handler,
        disclosures=Disclosures(store, group, vault, law),
        replacements=Replacements(store, group, vault, law, receipt_key),
        planner=BulkPlanner(Bulks(pool, keys), Rehearsal(handler)),
        files=Files(Attachments(pool, keys), _objects(settings), _bytes(settings)),
        law=law,
    )


def _objects(settings: Settings) -> Objects:
    try:
        return open_objects(settings.files)
    except (OSError, ValueError) as error:
        raise BadSettings(f"{PREFIX}FILES_URL: {error}") from error


def _bytes(settings: Settings) -> int:
    return settings.upload_megabytes * 1024 * 1024


async def connect_temporal(settings: Settings, keys: Keys, *, lazy: bool = False) -> Client:
    """A client whose payloads are encrypted and whose calls are traced.

    A lazy one connects when it is first used, so that Temporal need not be there before.
    """
    tracing: list[Interceptor] = [TracingInterceptor()]
    return await Client.connect(
        settings.temporal_address,
        namespace=settings.temporal_namespace,
        data_converter=data_converter(keys.derive(CODEC)),
        interceptors=tracing,
        lazy=lazy,
    )


@asynccontextmanager
async def open_office(
    settings: Settings, law: Callable[[], Law] | None = None, *, lazy: bool = False
) -> AsyncIterator[Office]:
    """Wire everything. Raises RuntimeError when Temporal cannot be reached, unless ``lazy``."""
    async with open_log(settings, law) as log:
        client = await connect_temporal(settings, log.keys, lazy=lazy)
        gateway = Gateway(
            client=client,
            task_queue=settings.task_queue,
            signing_key=log.keys.derive("command-signing"),
            history_limit=settings.history_limit,
        )
        queue = f"{settings.task_queue}{DELIVERIES}"
        subscribing = Subscribing(client, queue, settings.history_limit)
        yield Office(log, client, gateway, subscribing)
