"""The time that a virtual stack was moved by."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eventlog.pg import Pool
from eventlog.virtual_clock import advance, advanced


async def test_a_new_stack_is_at_real_time_and_moves_forward_only(pool: Pool) -> None:
    assert await advanced(pool) == timedelta(0)
    assert await advance(pool, timedelta(days=2)) == timedelta(days=2)
    assert await advance(pool, timedelta(microseconds=1)) == timedelta(days=2, microseconds=1)
    with pytest.raises(ValueError, match="backwards"):
        await advance(pool, timedelta(seconds=-1))
    assert await advanced(pool) == timedelta(days=2, microseconds=1)
