"""An import in a process of its own, to be killed: DSN, folder of keys, file, number of rows."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from eventlog.keys import Keys
from eventlog.pool import open_pool
from eventlog.store import EventStore
from tests.workers.importing.files import boston, law
from workers.importing.importer import import_file


async def main(dsn: str, keys: str, path: str, rows: str) -> None:
    pool = await open_pool(dsn, max_size=4)
    store = EventStore(pool, Keys.load(Path(keys)))
    rejected = Path(keys) / "rejected.csv"
    await import_file(Path(path), boston(), store, law, rejected=rejected, limit=int(rows))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:5]))
