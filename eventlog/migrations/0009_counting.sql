-- What a list is counted by, as one value: one comparison instead of five for each case.
alter table case_row add column facets text collate "C" generated always as (
    state || chr(31) || rung || chr(31) || severity || chr(31) || category || chr(31) || channel
) stored;
-- The counts of a unit and all under it are read from here, without a look at the cases: it holds
-- whatever else decides who sees a case, and whether it is overdue.
create index on case_row (unit, facets)
    include (accountable, involved, about_body, open, due_at, changed_at);
-- It begins with the unit, too.
drop index case_row_unit_idx;
