"""Moments as they are sent: with an offset, and told everywhere on earth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime

from domain.language import Mistake

__all__ = ["Moment"]

#: Farther than any offset, so that what is stored in UTC can be said in local time.
_DAY = timedelta(days=1)
_FIRST = datetime.min.replace(tzinfo=UTC) + _DAY
_LAST = datetime.max.replace(tzinfo=UTC) - _DAY


def _storable(moment: datetime) -> datetime:
    """The moment in UTC. Raises ValueError for one that no calendar of ours can hold."""
    if not _FIRST <= moment <= _LAST:
        raise Mistake(
            "thời điểm phải thuộc các năm từ 1 đến 9999 ở mọi múi giờ",
            "a moment lies in the years 1 to 9999, everywhere on earth",
        )
    return moment.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_storable)]
