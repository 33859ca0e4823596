"""What PostgreSQL's absence looks like from here."""

from __future__ import annotations

from socket import gaierror

import asyncpg

__all__ = ["LOST"]

#: The connection is gone or refused, the server stops or has no room: worth another attempt.
LOST: tuple[type[Exception], ...] = (
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    ConnectionError,
    TimeoutError,
    gaierror,
)
