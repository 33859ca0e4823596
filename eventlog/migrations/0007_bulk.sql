-- One command on many cases, and the officers who have come in.

-- Accounts are opaque ids; there are no names here.
create table officer (
    account text collate "C" not null,
    role text not null,
    body text collate "C" not null,
    last_seen timestamptz not null,
    primary key (account, role, body)
);
create index on officer (body, account);

create table bulk (
    bulk_id text collate "C" primary key,
    account text collate "C" not null,
    request text collate "C" not null unique, -- the key of the request that planned it
    request_hash bytea not null,
    actor text not null,
    command text not null,
    sealed bytea, -- the parameters, which hold free text; gone once nothing is left to do
    state text not null default 'planned'
        check (state in ('planned', 'running', 'stopped', 'finished')),
    undoes text collate "C" references bulk,
    planned_at timestamptz not null default clock_timestamp(),
    started_at timestamptz,
    ended_at timestamptz
);
create index on bulk (undoes) where undoes is not null;
create index on bulk (state) where state = 'running';

-- What was planned for each case. What came of it is the outcome of its command, in `command`.
create table bulk_item (
    bulk_id text collate "C" not null references bulk,
    number integer not null check (number > 0),
    case_id text collate "C" not null,
    version integer not null, -- of the case when it was planned
    feasible boolean not null,
    forecast jsonb not null,
    params jsonb, -- those of this case alone; no free text
    undo jsonb,
    attempts integer not null default 0,
    primary key (bulk_id, number),
    unique (bulk_id, case_id)
);

grant select, insert, update on officer, bulk, bulk_item to hoiam_app;
