"""Reports that may be of the same thing as a given one: by place, time, category and words.

Each question reads a bounded number of rows from an index, however many cases there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.duplicates import LEAST, Likeness, Place, metres_between
from domain.row import CaseRow
from domain.scope import Scope
from domain.words import telling
from eventlog.pg import Connection, Record
from eventlog.rarity import rarest
from eventlog.rows import COLUMNS, case_row
from eventlog.scope_sql import condition
from eventlog.similarity import similarity

__all__ = ["Candidate", "Subject", "candidates", "likenesses"]

#: Reports further apart in time are not compared.
WINDOW = timedelta(days=60)
#: Of those that are found, so many of the likest are looked at by who may see them.
_LOOKED_AT = 200

_FACTS = """
select case_id, unit, category, received_at, latitude_e6, longitude_e6,
    tsvector_to_array(words) as words
from case_place left join case_text using (case_id)
where case_id = any($1::text[])
"""
# What came in next, before the report and after it.
_NEXT = """
(
    select case_id from case_place where WHERE
        and received_at between $1::timestamptz - $2::interval and $1::timestamptz
    order by received_at desc limit 30
) union all (
    select case_id from case_place where WHERE
        and received_at > $1::timestamptz and received_at <= $1::timestamptz + $2::interval
    order by received_at limit 30
)
"""
_SQUARE = """
latitude_e6 is not null
and (latitude_e6 + 90000000) / 4000 = ($3::integer + 90000000) / 4000 + y
and (longitude_e6 + 180000000) / 4000 = ($4::integer + 180000000) / 4000 + x
"""
# The report's own square and the eight around it, in each all categories and the report's own.
_AROUND = """
select near.case_id
from (values (-1), (0), (1)) as up (y) cross join (values (-1), (0), (1)) as along (x)
cross join lateral (
    ANY_CATEGORY union all OWN_CATEGORY
) as near
""".replace("ANY_CATEGORY", _NEXT.replace("WHERE", _SQUARE)).replace(
    "OWN_CATEGORY", _NEXT.replace("WHERE", f"category = $5 and {_SQUARE}")
)
_IN_UNIT = " union all ".join(
    _NEXT.replace("WHERE", where) for where in ("unit = $3", "unit = $3 and category = $4")
)
# What came in nearest. The planner must see the words: few texts have them, or many.
_WORDED = """
(
    select case_id from case_text join case_place using (case_id)
    where words @@ QUERY::text::tsquery and unit = any($3::text[])
        and received_at between $1::timestamptz - $2::interval and $1::timestamptz + $2::interval
    order by greatest(received_at - $1::timestamptz, $1::timestamptz - received_at) limit 40
)
"""
_VISIBLE = "select COLUMNS from case_row where CONDITION and case_id = any(IDS::text[])".replace(
    "COLUMNS", COLUMNS
)


@dataclass(frozen=True, slots=True)
class Subject:
    """The report that others are compared with; ``words`` are those of its texts, folded."""

    case_id: str
    unit: str
    category: str
    received_at: datetime
    place: Place | None
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that may be of the same thing, and what speaks for it."""

    row: CaseRow
    likeness: Likeness


async def candidates(
    connection: Connection, subject: Subject, units: Sequence[str], scope: Scope, limit: int
) -> list[Candidate]:
    """The likest cases in a scope, the likest first.

    ``units`` are those in which the same words may mean the same thing. What was reported a
    moment ago is found once it is indexed.
    """
    alike = await likenesses(connection, subject, units)
    where = condition(scope)
    text = _VISIBLE.replace("CONDITION", where.text).replace("IDS", f"${len(where.arguments) + 1}")
    rows = await connection.fetch(text, *where.arguments, list(alike)[:_LOOKED_AT])
    visible = {row["case_id"]: case_row(row) for row in rows}
    found = (Candidate(visible[id_], alike[id_]) for id_ in alike if id_ in visible)
    return [candidate for candidate, _ in zip(found, range(limit), strict=False)]


async def likenesses(
    connection: Connection, subject: Subject, units: Sequence[str]
) -> dict[str, Likeness]:
    """The cases that were found at all and are like enough, by their ids, the likest first."""
    ids = await _found(connection, subject, units) - {subject.case_id}
    facts = await connection.fetch(_FACTS, sorted(ids))
    told = {fact["case_id"]: _likeness(subject, fact) for fact in facts}
    ranked = sorted(told.items(), key=lambda one: (-one[1].score, one[1].apart, one[0]))
    return {case_id: likeness for case_id, likeness in ranked if likeness.score >= LEAST}


async def _found(connection: Connection, subject: Subject, units: Sequence[str]) -> set[str]:
    time = subject.received_at, WINDOW
    rows = await connection.fetch(_IN_UNIT, *time, subject.unit, subject.category)
    if (place := subject.place) is not None:
        rows += await connection.fetch(
            _AROUND, *time, place.latitude_e6, place.longitude_e6, subject.category
        )
    if queries := await rarest(connection, telling(subject.words)):
        parts = (_WORDED.replace("QUERY", f"${4 + n}") for n, _ in enumerate(queries))
        rows += await connection.fetch(" union all ".join(parts), *time, units, *queries)
    return {row["case_id"] for row in rows}


def _likeness(subject: Subject, fact: Record) -> Likeness:
    words = frozenset(fact["words"] or ())
    place = _place(fact)
    return Likeness(
        metres=metres_between(subject.place, place) if subject.place and place else None,
        same_unit=fact["unit"] == subject.unit,
        apart=abs(fact["received_at"] - subject.received_at),
        same_category=fact["category"] == subject.category,
        similarity=similarity(subject.words, words),
        shared=tuple(sorted(telling(subject.words & words))),
    )


def _place(fact: Record) -> Place | None:
    if fact["latitude_e6"] is None:
        return None
    return Place(fact["latitude_e6"], fact["longitude_e6"])
