"""Statistics of a month: each number with the list of its cases."""

from __future__ import annotations

from api.examples.facts import CASE, CITY, Example
from domain.period import STAGES, TIMED

__all__ = ["LIST", "NUMBERS"]

#: The list behind the numbers.
LIST = "/v1/cases?as_of=2026-03-31T17%3A00%3A00%2B07%3A00&merged=false"


def _some(n: int, asks: str = "") -> Example:
    return {"n": n, "href": LIST + asks if n else None}


_TIMES: Example = {
    stage: {"done": _some(90, f"&stage={stage}&done=true"), "median_hours": 20.5, "p90_hours": 71.0}
    for stage in STAGES
}
_KEPT: Example = {
    clock: {
        "due": _some(80, f"&stage={clock}&verdict=late&verdict=on_time"),
        "on_time": _some(68, f"&stage={clock}&verdict=on_time"),
        "share": 0.85,
    }
    for clock in TIMED
}
_STATS: Example = {
    "as_of": "2026-03-31T17:00:00+07:00",
    "behind": 0,
    "by": None,
    "total": {
        "received": _some(120),
        "open": _some(30, "&open=true"),
        "closed": _some(90, "&open=false"),
        "solved": _some(61, "&open=false&outcome=solved_confirmed&outcome=solved_unconfirmed"),
        "merged": {"n": 4, "href": LIST.replace("false", "true")},
        "entered_later": _some(0),
        "state": {"in_progress": _some(30, "&state=in_progress")},
        "rung": {"commune": _some(110, "&rung=commune")},
        "severity": {"normal": _some(120, "&severity=normal")},
        "outcome": {"redirected": _some(9, "&outcome=redirected")},
        "on_time": _KEPT,
        "stages": _TIMES,
        "escalations": {
            "waiting": _some(2, "&unacted=true"),
            "oldest": {
                "since": "2026-03-12T17:00:00+07:00",
                "to": CITY,
                "case_id": CASE,
            },
        },
    },
    "groups": [],
}

#: By the name of the schema.
NUMBERS: Example = {"Stats": _STATS}
