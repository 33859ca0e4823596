"""A database of an older form, with cases in it, comes to today's form with today's rows."""

from __future__ import annotations

from domain.project import row_of
from eventlog.pg import OwnConnection
from eventlog.records import Append, CaseAppend
from eventlog.rows import COLUMNS, case_row
from eventlog.setup import prepare
from eventlog.store import EventStore
from tests.domain.given import escalated

#: What migration 0002 did, undone.
_BEFORE_INBOX = """
alter table case_row drop column involved;
alter type case_row_value drop attribute involved;
drop index if exists case_row_accountable_idx;
drop index case_row_expr_case_id_idx, case_row_expr_case_id_idx1, case_row_expr_case_id_idx2;
create index on case_row (state);
create index on case_row (accountable, due_at) where open;
delete from migration where version = 2;
"""


#: What migration 0006 did, undone.
_BEFORE_PLACE = """
alter table case_row drop column latitude_e6, drop column longitude_e6, drop column receipt;
alter type case_row_value drop attribute latitude_e6, drop attribute longitude_e6,
    drop attribute receipt;
delete from migration where version = 6;
"""


async def test_a_case_from_before_there_were_places_opens_with_its_first_receipt(
    store: EventStore, owner: OwnConnection, database: str
) -> None:
    story = escalated()
    row = row_of(story.case)
    new = CaseAppend(row.case_id, 0, None, story.history, row)
    await store.append([Append(None, [new])])
    await owner.execute(_BEFORE_PLACE)
    assert await prepare(database) == ("0006_place",)
    found = await owner.fetchrow("select COLUMNS from case_row".replace("COLUMNS", COLUMNS))
    assert found is not None
    assert case_row(found) == row
    assert (found["latitude_e6"], found["receipt"]) == (None, 0)


async def test_rows_get_what_a_migration_added(
    store: EventStore, owner: OwnConnection, database: str
) -> None:
    story = escalated()
    row = row_of(story.case)
    assert row.involved
    new = CaseAppend(row.case_id, 0, None, story.history, row)
    await store.append([Append(None, [new])])
    await owner.execute(_BEFORE_INBOX)
    assert await prepare(database) == ("0002_inbox",)
    assert await prepare(database) == ()
    found = await owner.fetchrow("select COLUMNS from case_row".replace("COLUMNS", COLUMNS))
    assert found is not None
    assert case_row(found) == row
