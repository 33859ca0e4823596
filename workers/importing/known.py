"""Which rows of a batch are in the log already, and what became of them: one query per batch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from eventlog.store import EventStore

__all__ = ["Known", "look_up"]

_QUERY = """
select command_id, request_hash, outcome from command where command_id = any($1::text[])
"""


@dataclass(frozen=True, slots=True)
class Known:
    """A row that was imported: its content's digest, and whether the verdicts agreed."""

    digest: bytes
    agrees: bool | None


async def look_up(store: EventStore, command_ids: Sequence[str]) -> dict[str, Known]:
    """Those of the commands that have an outcome."""
    found = await store.pool.fetch(_QUERY, command_ids)
    return {
        row["command_id"]: Known(row["request_hash"], json.loads(row["outcome"]).get("agrees"))
        for row in found
    }
