"""Moments as they are sent: with an offset, and told everywhere on earth."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator
from pydantic_core import PydanticKnownError

from domain.language import Mistake

__all__ = ["Moment"]

#: Farther than any offset, so that what is stored in UTC can be said in local time.
_DAY = timedelta(days=1)
_FIRST = datetime.min.replace(tzinfo=UTC) + _DAY
_LAST = datetime.max.replace(tzinfo=UTC) - _DAY
_DAY_FIRST = re.compile(r"\d{4}-\d{2}-\d{2}")


def _storable(moment: datetime) -> datetime:
    """The moment in UTC. Raises ValueError for one that no calendar of ours can hold."""
    if not _FIRST <= moment <= _LAST:
        raise Mistake(
            "thời điểm phải thuộc các năm từ 1 đến 9999 ở mọi múi giờ",
            "a moment lies in the years 1 to 9999, everywhere on earth",
        )
    return moment.astimezone(UTC)


def _no_number(given: Any) -> Any:
    """Seconds since 1970 are no moment of RFC 3339, which says its offset."""
    if isinstance(given, datetime) or (isinstance(given, str) and _DAY_FIRST.match(given)):
        return given
    raise PydanticKnownError("datetime_type")


Moment = Annotated[AwareDatetime, BeforeValidator(_no_number), AfterValidator(_storable)]
