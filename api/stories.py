"""The stories of cases, read from the log: one, and those of all that it was ever merged into."""

from __future__ import annotations

from api.desk import Desk
from api.progress import Stories, Story

__all__ = ["story_of", "survivors"]


async def story_of(desk: Desk, case_id: str, *, unseal: bool) -> Story:
    """Everything that happened to a case; ``unseal``: with what people wrote."""
    history = await desk.store.load(case_id, unseal=unseal)
    return Story.of(case_id, [recorded.event for recorded in history])


async def survivors(desk: Desk, own: Story, *, unseal: bool) -> Stories:
    """The cases into which this one was ever merged, and those into which they were."""
    found: dict[str, Story] = {}
    waiting = own.merged_into
    while waiting:
        case_id = waiting.pop()
        if case_id not in found:
            found[case_id] = await story_of(desk, case_id, unseal=unseal)
            waiting |= found[case_id].merged_into
    return found
