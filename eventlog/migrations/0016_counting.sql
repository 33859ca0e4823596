-- Whether a case is open is asked with its facets, so it stands with them. Indexes that hold the
-- column go with it.
alter table case_row drop column facets;
alter table case_row add column facets text collate "C" generated always as (
    state || chr(31) || rung || chr(31) || severity || chr(31) || category || chr(31) || channel
    || chr(31) || open::text
) stored;
alter table case_period drop column facets;
alter table case_period add column facets text collate "C" generated always as (
    state || chr(31) || rung || chr(31) || severity || chr(31) || category || chr(31) || channel
    || chr(31) || open::text
) stored;

-- An area and a body are counted from indexes that hold a key once for many cases: a fraction of
-- the one that held whatever decides who sees a case.
create index on case_row (unit, facets, accountable);
create index on case_row (accountable, facets, unit);
drop index case_row_accountable_idx;
-- What is overdue in an area, and the few cases that are taken out again: those about a body.
create index on case_row (unit, due_at, changed_at) where open;
create index on case_row (about_body) where about_body is not null;
-- An area has hundreds of units, most of them of the past. Planning would compare each with each of
-- the most frequent values, and take longer than the question.
alter table case_row alter column unit set statistics 10;
alter table case_row alter column facets set statistics 10;

-- Every value of the column that a case ever had. Filters are first asked of these few, and then
-- their answer of the index. Two who bring the same new value do not wait for each other: then it
-- stands there twice, which does no harm.
create table facet (
    facets text collate "C" not null,
    state text not null generated always as (split_part(facets, chr(31), 1)) stored,
    rung text not null generated always as (split_part(facets, chr(31), 2)) stored,
    severity text not null generated always as (split_part(facets, chr(31), 3)) stored,
    category text not null generated always as (split_part(facets, chr(31), 4)) stored,
    channel text not null generated always as (split_part(facets, chr(31), 5)) stored,
    open boolean not null generated always as (split_part(facets, chr(31), 6) = 'true') stored
);
create index on facet (facets);
create function keep_facets() returns trigger language plpgsql as $$
begin
    insert into public.facet (facets)
    select distinct facets from changed
    where not exists (select from public.facet where facet.facets = changed.facets);
    return null;
end
$$;
create trigger facets_of_new after insert on case_row
    referencing new table as changed for each statement execute function keep_facets();
create trigger facets_of_changed after update on case_row
    referencing new table as changed for each statement execute function keep_facets();
insert into facet (facets) select distinct facets from case_row;
grant select, insert on facet to hoiam_app;
