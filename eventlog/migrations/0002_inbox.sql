-- What officers' lists look at: who else has a part in a case, and the orders of a list.

-- Bodies beside the accountable one. After this migration the rows are made anew from the log.
alter table case_row add column involved text[] not null default '{}';
alter type case_row_value add attribute involved text[];

-- Nobody asks for a state alone, and a list of a body's cases holds its closed ones too.
drop index case_row_state_idx;
drop index case_row_accountable_due_at_idx;
create index on case_row (accountable);
-- Most cases have one body in their whole life: they cost this index nothing.
create index on case_row using gin (involved) where involved <> '{}';

-- A page of any list is read in its order. The place of a case is one value, so that PostgreSQL can
-- tell how far a page is from the end: ten million days for each step of rank (what somebody must
-- act on, of that first the hot spots, then what needs attention), and in it the time.
create index on case_row (
    (coalesce(
        due_at - 'epoch'::timestamptz,
        '4000000 days'::interval + (received_at - 'epoch'::timestamptz)
    ) + '10000000 days'::interval
        * (case severity when 'hot_spot' then 0 when 'attention' then 1 else 2 end
            + case when open then 0 else 3 end)),
    case_id
);
create index on case_row (
    (coalesce(
        due_at - 'epoch'::timestamptz,
        '4000000 days'::interval + (received_at - 'epoch'::timestamptz)
    ) + '10000000 days'::interval
        * (case severity when 'hot_spot' then 0 when 'attention' then 1 when 'complex' then 2
            else 3 end + case when open then 0 else 4 end)),
    case_id
);
create index on case_row (
    (received_at - 'epoch'::timestamptz + '10000000 days'::interval
        * (case severity when 'hot_spot' then 0 when 'attention' then 1 else 2 end
            + case when open then 0 else 3 end)),
    case_id
);
