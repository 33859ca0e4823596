"""Waiting for the next seal: whoever is told to stop stops, whatever comes at that moment."""

from __future__ import annotations

import asyncio

import pytest

from eventlog.feed import Seals
from eventlog.sealing import CHANNEL


@pytest.mark.parametrize("steps", range(6))
async def test_who_is_told_to_stop_just_as_a_seal_comes_stops(database: str, steps: int) -> None:
    """A worker is told once: if it missed that, it would go on to the end of its shift."""
    seals = Seals(database)
    try:
        await seals.wait(0, beyond=-1)
        waiting = asyncio.create_task(seals.wait(60))
        await asyncio.sleep(0.05)
        seals._heard(None, 0, CHANNEL, 1)
        for _ in range(steps):
            await asyncio.sleep(0)
        told = waiting.cancel()
        [outcome] = await asyncio.gather(waiting, return_exceptions=True)
        assert isinstance(outcome, asyncio.CancelledError) is told
    finally:
        await seals.close()
