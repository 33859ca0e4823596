"""The driver's types under short names, and what it raises when the server is gone."""

from __future__ import annotations

from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

__all__ = ["LOST", "Connection", "OwnConnection", "Pool", "Record"]

# At run time the driver's classes take no parameters, so these are texts.
Record: TypeAlias = asyncpg.Record
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
OwnConnection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Connection: TypeAlias = "OwnConnection | PoolConnectionProxy[asyncpg.Record]"

#: A lost connection shows as any of these; the last one when the server ends an idle connection
#: just as it is used again.
LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
