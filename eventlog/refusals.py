"""Which error a refused write is: told by the constraint that refused it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import asyncpg

from eventlog.errors import (
    AppendRefused,
    AttachmentGone,
    DuplicateCode,
    DuplicateCommand,
    DuplicateFiring,
    DuplicateKey,
    VersionConflict,
)

__all__ = ["refusals"]

_BY_CONSTRAINT: dict[str, Callable[[str], AppendRefused]] = {
    "event_pkey": lambda key: VersionConflict(key.rpartition(", ")[0]),
    "case_row_pkey": VersionConflict,
    "case_key_pkey": VersionConflict,
    "case_row_code_key": DuplicateCode,
    "command_pkey": DuplicateCommand,
    "firing_pkey": DuplicateFiring,
}
#: ``Key (case_id, version)=(a, 3) already exists.``, in whatever language the server speaks.
_KEY = re.compile(r"\([^()]*\)=\((.*)\)")


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what PostgreSQL refuses into an AppendRefused; everything else passes as it is."""
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        raise _refusal(error) from error
    except asyncpg.SerializationError as error:  # raised by refuse_append
        raise VersionConflict(str(error.detail)) from error
    except asyncpg.ObjectNotInPrerequisiteStateError as error:  # raised by refuse_claims
        raise AttachmentGone("attachment") from error


def _refusal(error: asyncpg.UniqueViolationError) -> AppendRefused:
    found = _KEY.search(error.detail or "")
    key = found[1] if found else ""
    make = _BY_CONSTRAINT.get(error.constraint_name or "")
    return make(key) if make else DuplicateKey(f"{error.constraint_name}: {key}")
