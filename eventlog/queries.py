"""The questions that the store asks, as text."""

from __future__ import annotations

from eventlog.rows import COLUMNS, SEEN

__all__ = [
    "COMMAND",
    "EARLIER",
    "FIRST",
    "HANDLED",
    "HISTORIES",
    "HISTORY",
    "ROW",
    "ROWS",
    "SEALED",
    "SNAPSHOT",
    "STRETCH",
    "TOLD",
    "WAITING",
]

_EVENT = (
    "e.case_id, e.version, e.event_id, e.command_id, e.ordinal, e.type, e.schema_version, "
    "e.occurred_at, e.recorded_at, e.actor, e.cause, e.body, e.sealed, e.hash"
)


def _with_columns(text: str) -> str:
    return text.replace("EVENT", _EVENT).replace("COLUMNS", COLUMNS).replace("SEEN", SEEN)


#: One row per new event, or one without an event. The command is on the first row only: its
#: outcome would otherwise travel once per event.
SNAPSHOT = _with_columns("""
select c.command_id as handled, c.case_id as handled_case, c.request_hash, c.outcome, k.wrapped,
    b.hash as base_hash, EVENT
from (select) as one
left join case_key k on k.case_id = $1
left join event b on b.case_id = $1 and b.version = $3
left join event e on e.case_id = $1 and e.version > $3
left join command c on c.command_id = $2 and coalesce(e.version, $3 + 1) = $3 + 1
order by e.version
""")

HISTORY = _with_columns("""
select k.wrapped, EVENT from event e left join case_key k using (case_id)
where e.case_id = $1 order by e.version
""")

#: A stretch of a history as it is shown, with the case's row and key on its first line, which
#: stands there without an event too: whether to show it is judged by the row.
STRETCH = _with_columns("""
select SEEN, k.wrapped, e.version, e.event_id, e.type, e.schema_version, e.occurred_at,
    e.recorded_at, e.actor, e.body, e.sealed
from (select) as one
left join event e on e.case_id = $1 and e.version > $2
left join case_row r on r.case_id = $1 and (e.version is null or e.version - 1 = $2)
left join case_key k on k.case_id = r.case_id
order by e.version limit $3
""")

#: The report itself: the first event of each case.
FIRST = _with_columns("""
select k.wrapped, EVENT from event e left join case_key k using (case_id)
where e.version = 1 and e.case_id = any($1::text[])
""")

HISTORIES = _with_columns("""
select k.wrapped, EVENT from event e left join case_key k using (case_id)
where e.case_id = any($1::text[]) order by e.case_id, e.version
""")

SEALED = _with_columns("""
select s.position, k.wrapped, EVENT
from sealed_entry s join event e using (event_id) left join case_key k on k.case_id = e.case_id
where s.position > $1 order by s.position limit $2
""")

#: Each position is looked up in the table of cases by itself (OFFSET 0): a scope may be the whole
#: country, and a stretch of the log is short.
TOLD = _with_columns("""
select s.position, EVENT
from (
    select position, event_id, case_id from sealed_entry
    where position > AFTER::bigint and position <= UPTO::bigint order by position offset 0
) s
cross join lateral (
    select from case_row where case_row.case_id = s.case_id and CONDITION offset 0
) seen
join event e using (event_id)
where TYPES::text[] is null or e.type = any(TYPES::text[])
order by s.position limit LIMIT::bigint
""")

WAITING = _with_columns("""
select d.position, d.tries, d.next_at <= clock_timestamp() as due, EVENT
from delivery d join event e using (event_id)
where d.subscription_id = $1 and d.state = 'waiting' order by d.position limit $2
""")

#: The events of some cases, each up to a version of its own.
EARLIER = _with_columns("""
select EVENT from unnest($1::text[], $2::integer[]) as asked (case_id, before)
join event e on e.case_id = asked.case_id and e.version < asked.before
order by e.case_id, e.version
""")

ROW = _with_columns("select COLUMNS from case_row where case_id = $1")

ROWS = _with_columns("""
select COLUMNS from case_row
where case_id > $1 and ($2::text is null or state = $2) and ($3::boolean is null or open = $3)
order by case_id limit $4
""")

COMMAND = """
select command_id as handled, case_id as handled_case, request_hash, outcome
from command where command_id = $1
"""

HANDLED = "select command_id from command where command_id = any($1::text[])"
