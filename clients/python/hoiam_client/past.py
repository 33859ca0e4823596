"""What a list can be asked beside the filters of now: how cases stood, and how they went."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from hoiam_client.models import Filters

__all__ = ["Past"]


class Past(Filters):
    """The filters of ``GET /v1/cases`` and of its file, also as of a past moment.

    ``done``, ``verdict`` and ``responsible`` are about a ``stage``, by default the answer.
    """

    as_of: datetime | None = None
    merged: bool | None = None
    outcome: tuple[str, ...] | None = None
    stage: Literal["accept", "assign", "answer", "inform", "whole"] | None = None
    done: bool | None = None
    verdict: tuple[Literal["on_time", "late"], ...] | None = None
    responsible: tuple[str, ...] | None = None
    unacted: bool | None = None
    entered_later: bool | None = None
    unit_id: tuple[str, ...] | None = None
