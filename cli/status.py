"""`hoiam status`: what runs, where, and whether it answers."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cli.errors import Exit, Failed
from cli.options import Data, Json
from cli.output import as_json, say
from workers.embedded.info import StackInfo, find
from workers.session import DEFAULT_DATA, NothingRuns, find_settings
from workers.settings import BadSettings, Settings

__all__ = ["status"]

_PATIENCE = 1.0


def status(*, data: Data = None, json: Json = False) -> int:
    """What runs, and at which addresses. Ends with 4 when a part does not answer."""
    settings = _settings(data, json=json)
    facts = _facts(settings, find(data or DEFAULT_DATA))
    if json:
        as_json(facts)
    else:
        say(*(f"{name:<13} {value}" for name, value in facts.items() if value is not None))
    up = facts["postgres_answers"] and facts["temporal_answers"]
    return Exit.OK if up else Exit.UNAVAILABLE


def _settings(data: Path | None, *, json: bool) -> Settings:
    try:
        return find_settings(data)
    except NothingRuns as error:
        if json:
            as_json({"running": False})
        raise Failed(str(error), Exit.UNAVAILABLE) from error
    except BadSettings as error:
        raise Failed(str(error), Exit.MISTAKE) from error


def _facts(settings: Settings, info: StackInfo | None) -> dict[str, Any]:
    postgres = urlsplit(settings.database_url.get_secret_value())
    host, _, port = settings.temporal_address.rpartition(":")
    own = info is not None
    return {
        "running": True,
        "kind": "embedded" if own else "installation",
        "data": str(info.data_dir) if info else None,
        "pid": info.pid if info else None,
        "started_at": info.started_at.isoformat(timespec="seconds") if info else None,
        "virtual_time": settings.virtual_time,
        # Without the password: what is shown is copied into mails.
        "postgres": f"{postgres.hostname}:{postgres.port or 5432}{postgres.path}",
        "postgres_answers": _answers(postgres.hostname or "", postgres.port or 5432),
        "temporal": settings.temporal_address,
        "temporal_answers": _answers(host, int(port)),
        "temporal_ui": info.ui if info else None,
    }


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=_PATIENCE):
            return True
    except OSError:
        return False
