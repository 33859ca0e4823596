"""What was loaded before a process was ready is not looked through again."""

from __future__ import annotations

import gc

from workers.settled import settle


def test_what_is_there_when_a_process_is_ready_is_left_alone() -> None:
    loaded = [{"law": number} for number in range(1000)]
    before = gc.get_freeze_count()
    try:
        settle()
        assert gc.get_freeze_count() >= before + len(loaded)
        assert not [one for one in gc.get_objects() if one is loaded[0]]
    finally:
        gc.unfreeze()
