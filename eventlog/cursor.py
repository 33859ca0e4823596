"""Where a page ended, as an opaque text that the next request brings back."""

from __future__ import annotations

import json
from base64 import b64decode, urlsafe_b64encode
from datetime import timedelta
from typing import Any

from domain.scope import Is
from eventlog.order import Order, Place

__all__ = ["BadCursor", "read_cursor", "write_cursor"]

_LONGEST = 1024
_MICROSECOND = timedelta(microseconds=1)


class BadCursor(ValueError):
    """The text is not a cursor of a list in this order: begin again at the first page."""


def write_cursor(order: Order, place: Place) -> str:
    """The cursor after a row. It says nothing that its reader did not see in the row."""
    told = [order.name, place[0] // _MICROSECOND, place[1]]
    return urlsafe_b64encode(json.dumps(told, separators=(",", ":")).encode()).decode()


def read_cursor(order: Order, text: str) -> Place:
    """The place of the row that a page ended with. Raises BadCursor for anything else."""
    try:
        name, since, case_id = _told(text)
        Is("case_id", case_id)  # raises ValueError for what cannot be an id
        place = timedelta(microseconds=since), case_id
    except (ValueError, TypeError, OverflowError, RecursionError):
        name, place = None, (_MICROSECOND, "")
    if name != order.name or abs(place[0]) > 2 * order.end_of_open:
        raise BadCursor(f"This is no cursor of a list by {order.name}: begin at the first page.")
    return place


def _told(text: str) -> list[Any]:
    told = json.loads(b64decode(text, altchars="-_", validate=True)) if len(text) < _LONGEST else 0
    if not isinstance(told, list):
        raise TypeError("not a list")
    return told
