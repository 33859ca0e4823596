"""Bring a database to the form that this code works with, one numbered file after another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files

from eventlog.errors import DatabaseTooNew, DatabaseTooOld, MigrationChanged
from eventlog.pg import Connection

__all__ = ["Migration", "check", "migrate", "migrations"]

#: One number for all processes: only one of them migrates.
LOCK = 0x686F69616D01
_TABLE = """
create table if not exists migration (
    version integer primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default clock_timestamp()
)
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: its number, its file name, its text."""

    version: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text: an applied step must never change."""
        return sha256(self.sql.encode()).hexdigest()


@lru_cache(maxsize=1)
def migrations() -> tuple[Migration, ...]:
    """The steps this code knows, in order."""
    found = [
        Migration(int(path.name[:4]), path.name.removesuffix(".sql"), path.read_text("utf-8"))
        for path in (files("eventlog") / "migrations").iterdir()
        if path.name.endswith(".sql")
    ]
    return tuple(sorted(found, key=lambda step: step.version))


async def migrate(
    connection: Connection, steps: tuple[Migration, ...] | None = None
) -> tuple[str, ...]:
    """Apply what is missing, under the role that owns the database; return the names applied.

    Raises:
        DatabaseTooNew: the database has steps that this code does not know.
        MigrationChanged: an applied step differs from this code's.
    """
    steps = migrations() if steps is None else steps
    await connection.execute("select pg_advisory_lock($1)", LOCK)
    try:
        await connection.execute(_TABLE)
        missing = _missing(steps, await _applied(connection))
        for step in missing:
            await _apply(connection, step)
    finally:
        await connection.execute("select pg_advisory_unlock($1)", LOCK)
    return tuple(step.name for step in missing)


async def check(connection: Connection, steps: tuple[Migration, ...] | None = None) -> None:
    """Refuse to work with a database in another form than this code's.

    Raises:
        DatabaseTooNew, DatabaseTooOld, MigrationChanged: see the message.
    """
    steps = migrations() if steps is None else steps
    present = await connection.fetchval("select to_regclass('migration') is not null")
    missing = _missing(steps, await _applied(connection) if present else {})
    if missing:
        names = ", ".join(step.name for step in missing)
        raise DatabaseTooOld(f"The database lacks {names}: run `hoiam migrate` first.")


async def _applied(connection: Connection) -> Mapping[int, str]:
    rows = await connection.fetch("select version, checksum from migration")
    return {row["version"]: row["checksum"] for row in rows}


def _missing(steps: tuple[Migration, ...], applied: Mapping[int, str]) -> list[Migration]:
    unknown = set(applied) - {step.version for step in steps}
    if unknown:
        raise DatabaseTooNew(
            f"The database has migration {max(unknown)}, this code knows only up to "
            f"{max((step.version for step in steps), default=0)}: use the newer version."
        )
    for step in steps:
        if applied.get(step.version, step.checksum) != step.checksum:
            raise MigrationChanged(
                f"Migration {step.name} was applied with another text: restore its file, and "
                "write changes as a new migration."
            )
    return [step for step in steps if step.version not in applied]


async def _apply(connection: Connection, step: Migration) -> None:
    async with connection.transaction():
        await connection.execute(step.sql)
        await connection.execute(
            "insert into migration (version, name, checksum) values ($1, $2, $3)",
            step.version,
            step.name,
            step.checksum,
        )
