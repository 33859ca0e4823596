"""`hoiam status`: what runs, where, and whether it answers."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import asyncpg

from cli.errors import Exit, Failed
from cli.options import Data, Json
from cli.output import as_json, say, word
from eventlog.virtual_clock import advanced
from workers.embedded.info import StackInfo, find
from workers.session import DEFAULT_DATA, NothingRuns, find_settings
from workers.settings import BadSettings, Settings

__all__ = ["status"]

#: Seconds after which a part counts as one that does not answer.
_PATIENCE = 2.0


async def status(*, data: Data = None, json: Json = False) -> int:
    """What runs, and at which addresses. Ends with 4 when a part does not answer."""
    settings = _settings(data, json=json)
    ahead, temporal = await asyncio.gather(_ahead(settings), _reached(settings.temporal_address))
    facts = {
        **_place(find(data or DEFAULT_DATA)),
        **_time(settings, ahead),
        # Without the password: what is shown is copied into mails.
        "postgres": _address(settings),
        "postgres_answers": ahead is not None,
        "temporal": settings.temporal_address,
        "temporal_answers": temporal,
    }
    if json:
        as_json({"running": True, **facts})
    else:
        say(*(f"{name:<17} {word(value)}" for name, value in facts.items()))
    return Exit.OK if temporal and ahead is not None else Exit.UNAVAILABLE


def _settings(data: Path | None, *, json: bool) -> Settings:
    try:
        return find_settings(data)
    except NothingRuns as error:
        if json:
            as_json({"running": False})
        raise Failed(str(error), Exit.UNAVAILABLE) from error
    except BadSettings as error:
        raise Failed(str(error), Exit.MISTAKE) from error


def _place(info: StackInfo | None) -> dict[str, Any]:
    if info is None:
        return {"kind": "installation"}
    return {
        "kind": "embedded",
        "data": str(info.data_dir),
        "pid": info.pid,
        "started_at": info.started_at.isoformat(timespec="seconds"),
        "temporal_ui": info.ui,
        "api": info.api,
    }


def _time(settings: Settings, ahead: timedelta | None) -> dict[str, Any]:
    now = datetime.now(UTC) + (ahead or timedelta())
    local = now.astimezone(ZoneInfo(settings.zone)).isoformat(timespec="seconds")
    return {"virtual_time": settings.virtual_time, "now": local}


def _address(settings: Settings) -> str:
    parts = urlsplit(settings.database_url.get_secret_value())
    return f"{parts.hostname}:{parts.port or 5432}{parts.path}"


async def _ahead(settings: Settings) -> timedelta | None:
    """How far its time was moved ahead; None when PostgreSQL does not answer."""
    dsn = settings.database_url.get_secret_value()
    try:
        async with asyncio.timeout(_PATIENCE), asyncpg.create_pool(dsn, min_size=1) as pool:
            return await advanced(pool) if settings.virtual_time else timedelta()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return None


async def _reached(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        async with asyncio.timeout(_PATIENCE):
            _, writer = await asyncio.open_connection(host, int(port))
    except (OSError, ValueError):
        return False
    writer.close()
    return True
