-- Which programs are called when something happens, how far each has come, and every call.

create table subscription (
    subscription_id text collate "C" primary key,
    made_by text collate "C" not null unique, -- the key of the request that made it
    request_hash bytea not null,
    role text not null,
    body text not null,
    root text not null, -- the unit whose area it is told of
    bodies text[] not null, -- those of the account that made it: never told of cases about them
    url text not null,
    types text[] not null, -- none: all
    units text[] not null, -- none: the whole area
    categories text[] not null, -- none: all
    state text not null default 'active' check (state in ('active', 'paused', 'disabled')),
    why text,
    secret bytea not null,
    old_secret bytea,
    old_until timestamptz,
    rotated_by text,
    -- How far the sealed order was looked through, and the furthest it ever was: what is looked at
    -- again after a replay may have been sent before.
    looked bigint not null check (looked >= -1),
    furthest bigint not null check (furthest >= looked),
    failures integer not null default 0, -- since the last success
    failing_since timestamptz,
    held_until timestamptz not null default '-infinity',
    -- Who delivers it now, and until when nobody else may.
    claim text,
    claimed_until timestamptz not null default '-infinity',
    created_at timestamptz not null default clock_timestamp()
);
create index on subscription (body);

create table delivery (
    subscription_id text collate "C" not null references subscription on delete cascade,
    position bigint not null,
    event_id uuid not null,
    case_id text collate "C" not null,
    type text not null,
    state text not null check (state in ('waiting', 'delivered', 'dead')),
    attempts integer not null, -- how often it was sent, or may have been
    tries integer not null default 0, -- failures since it was last begun anew
    next_at timestamptz not null default '-infinity',
    status integer,
    error text, -- a code, never what the other side said
    milliseconds integer,
    tried_at timestamptz,
    primary key (subscription_id, position)
);
create index on delivery (subscription_id, position) where state = 'waiting';
create index on delivery (subscription_id, case_id, position) where state = 'dead';
create index on delivery (subscription_id, tried_at) where tried_at is not null;

grant select, insert, update, delete on subscription, delivery to hoiam_app;
