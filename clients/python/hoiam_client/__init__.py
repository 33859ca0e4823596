"""A typed client of Hồi Âm's HTTP interface: ``async with Hoiam.at(address, token) as hoiam``."""

from hoiam_client.client import Hoiam
from hoiam_client.past import Past
from hoiam_client.problems import (
    Conflict,
    Invalid,
    KeyReused,
    Lost,
    NotFound,
    NotPermitted,
    OutcomeUnknown,
    Problem,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    VersionMismatch,
)
from hoiam_client.transport import Patience

__all__ = [
    "Conflict",
    "Hoiam",
    "Invalid",
    "KeyReused",
    "Lost",
    "NotFound",
    "NotPermitted",
    "OutcomeUnknown",
    "Past",
    "Patience",
    "Problem",
    "TooManyRequests",
    "Unauthenticated",
    "Unavailable",
    "VersionMismatch",
]
