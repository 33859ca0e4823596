"""Fill a log with as many cases as one likes: real events, sealed, hashed, chained, by COPY."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import uuid_utils.compat
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from activities.receipts import new_code
from bench.million.lives import UNIT, Life, lives
from domain.context import Law
from domain.directory import UnitVersion
from domain.events import SEALED
from domain.row import CaseRow
from eventlog.canonical import encode, plain
from eventlog.crypto import seal
from eventlog.envelope import Envelope, bound_to, envelope_hash, payload_hash
from eventlog.firing import firing_of
from eventlog.keys import Keys, open_keys
from eventlog.pg import Connection
from eventlog.pool import open_pool
from eventlog.records import NO_HASH
from eventlog.sealer import Sealer
from eventlog.tables import TABLES
from workers.law import LawBook
from workers.settings import Settings

__all__ = ["seed"]

_PATTERNS = 4_000
_BATCH = 2_000
_PROCESSES = 2
_SEALED = 20_000
_PARTS = ("rows", "events", "firings", "keys")
_CODE = "CODE-OF-THE-CASE"
_TEXTS = (
    "Ổ gà lớn trước cổng trường, mưa xuống không nhìn thấy",
    "Rác thải sinh hoạt đổ ra kênh, mùi hôi nồng nặc cả tuần",
    "Đèn đường hỏng ba ngày nay, đoạn qua chợ tối om",
    "Nước thải từ xưởng nhuộm chảy thẳng xuống mương tưới",
    "Cống nghẹt, nước ngập vào nhà mỗi khi triều lên",
    "Quán hát mở nhạc quá mười một giờ đêm",
)
_values = attrgetter(*TABLES["rows"].columns)


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One life, ready to be moved: bodies as canonical text, what is sealed apart."""

    life: Life
    bodies: tuple[bytes, ...]
    said: tuple[tuple[str, ...], ...]


async def seed(settings: Settings, cases: int, now: datetime) -> float:
    """Write so many cases and give all of them their positions; returns the seconds it took."""
    begin = time.monotonic()
    context = multiprocessing.get_context("spawn")
    share = -(-cases // _PROCESSES)
    given = [(settings, share, now, number) for number in range(_PROCESSES)]
    workers = [context.Process(target=_written, args=one) for one in given]
    for worker in workers:
        worker.start()
    await asyncio.gather(*(asyncio.to_thread(worker.join) for worker in workers))
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("A process of the seed failed; see above.")
    await _settled(settings)
    return time.monotonic() - begin


async def _settled(settings: Settings) -> None:
    """Give all events their positions, and PostgreSQL its statistics."""
    dsn = settings.database_url.get_secret_value()
    sealer = Sealer(dsn, limit=_SEALED)
    while await sealer.seal_once():
        pass
    await sealer.close()
    owner = await asyncpg.connect(dsn)
    await owner.execute("vacuum analyze")
    await owner.close()


def _written(settings: Settings, cases: int, now: datetime, number: int) -> None:
    asyncio.run(_write(settings, cases, now, number))


async def _write(settings: Settings, cases: int, now: datetime, number: int) -> None:
    law = LawBook()()
    patterns = [_pattern(life) for life in lives(law, now, _PATTERNS, seed=number)]
    random, units = Random(number), _communes(law, now)
    weights = [1 / (1 + place % 200) for place in range(len(units))]
    pool = await open_pool(settings.database_url.get_secret_value())
    async with pool.acquire() as connection:
        keys = await open_keys(settings.keys_dir, connection)
        for start in range(0, cases, _BATCH):
            size = min(_BATCH, cases - start)
            places = random.choices(units, weights, k=size)
            chosen = random.choices(patterns, k=size)
            await _copy(connection, [*zip(chosen, places, strict=True)], keys, random)
    await pool.close()


def _communes(law: Law, now: datetime) -> list[UnitVersion]:
    """Every commune of today that has a province of its own kind above it."""
    day, directory = law.at(now).today, law.directory
    ids = {unit.unit_id for unit in directory.territory.units}
    units = (directory.unit(unit_id, day) for unit_id in sorted(ids))
    return [unit for unit in units if unit is not None and unit.level == "commune"]


def _pattern(life: Life) -> _Pattern:
    bodies, said = [], []
    for event in life.events:
        facts: dict[str, Any] = plain(event.body)
        said.append(tuple(name for name in sorted(SEALED & set(facts)) if facts.pop(name)))
        if "code" in facts:
            facts["code"] = _CODE
        bodies.append(encode(facts))
    return _Pattern(life, tuple(bodies), tuple(said))


async def _copy(
    connection: Connection,
    batch: Sequence[tuple[_Pattern, UnitVersion]],
    keys: Keys,
    random: Random,
) -> None:
    parts: dict[str, list[tuple[Any, ...]]] = {name: [] for name in _PARTS}
    for pattern, unit in batch:
        case_id, code = str(uuid_utils.compat.uuid7()), new_code()
        key = keys.new_case_key(case_id)
        moved = _Move(unit, code)
        row = moved.row(pattern.life.row, case_id)
        parts["rows"].append(_values(row))
        parts["keys"].append((case_id, key.wrapped))
        parts["events"] += _chained(pattern, case_id, moved, key.cipher, random)
        fired = (firing_of(event.body) for event in pattern.life.events)
        parts["firings"] += [(case_id, *firing) for firing in fired if firing is not None]
    async with connection.transaction():
        for part, records in parts.items():
            table = TABLES[part]
            await connection.copy_records_to_table(
                table.name, records=records, columns=table.columns
            )


@dataclass(frozen=True, slots=True)
class _Move:
    """From the commune of the patterns to another one, and to its province."""

    unit: UnitVersion
    code: str

    def body(self, body: bytes) -> bytes:
        text = body.decode().replace(_CODE, self.code)
        return self._moved(text).encode()

    def _moved(self, text: str) -> str:
        here = text.replace(f"{UNIT}~2025", self.unit.unit_id)
        return here.replace('unit:79"', f'unit:{self.unit.parent_id}"')

    def row(self, row: CaseRow, case_id: str) -> CaseRow:
        """The row of a pattern as that of a case here."""
        return replace(
            row,
            case_id=case_id,
            code=self.code,
            unit=self.unit.unit_id,
            accountable=self.ref(row.accountable),
            lead=self.ref(row.lead) if row.lead else None,
            involved=tuple(sorted(map(self.ref, row.involved))),
        )

    def ref(self, ref: str) -> str:
        """The body that a body of the pattern's commune or province stands for."""
        return self._moved(f'{ref}"')[:-1]


def _chained(
    pattern: _Pattern, case_id: str, moved: _Move, cipher: AESGCM, random: Random
) -> Iterator[Envelope]:
    previous = NO_HASH
    told = zip(pattern.life.events, pattern.bodies, pattern.said, strict=True)
    for version, (event, body, said) in enumerate(told, start=1):
        event_id, facts = uuid_utils.compat.uuid7(), moved.body(body)
        sealed = _sealed(said, event_id, cipher, random)
        actor = moved.body(str(event.actor).encode()).decode()
        draft = Envelope(
            case_id=case_id,
            version=version,
            event_id=event_id,
            command_id=None,
            ordinal=version - 1,
            type=event.type,
            schema_version=event.body.SCHEMA,
            occurred_at=event.occurred_at,
            actor=actor,
            cause="import",
            body=facts,
            sealed=sealed,
            payload_hash=payload_hash(facts, sealed),
            prev_hash=previous,
            hash=b"",
        )
        row = draft._replace(hash=envelope_hash(draft))
        previous = row.hash
        yield row


def _sealed(said: Sequence[str], event_id: UUID, cipher: AESGCM, random: Random) -> bytes | None:
    if not said:
        return None
    told: dict[str, Any] = {name: random.choice(_TEXTS) for name in said}
    if "evidence" in told:
        told["evidence"] = [told["evidence"]]
    return encode(
        {
            name: b64encode(seal(cipher, encode(value), bound_to(event_id, name))).decode()
            for name, value in told.items()
        }
    )
