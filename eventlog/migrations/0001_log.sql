-- The log, its guards, and what is written in the same transaction as an append.

-- The role that every process of Hồi Âm works under. It cannot change or remove an event.
do $$
begin
    create role hoiam_app nologin;
exception
    when duplicate_object or unique_violation then null; -- shared by all databases of the server
end
$$;

do $$
begin
    if not pg_has_role(current_user, 'hoiam_app', 'set') then
        execute format('grant hoiam_app to %I', current_user);
    end if;
exception
    when invalid_parameter_value then -- before PostgreSQL 16 there is no privilege named "set"
        if not pg_has_role(current_user, 'hoiam_app', 'member') then
            execute format('grant hoiam_app to %I', current_user);
        end if;
end
$$;

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% on % is refused: the log only grows', tg_op, tg_table_name
        using errcode = 'restrict_violation';
end
$$;

create table event (
    case_id text collate "C" not null,
    version integer not null check (version > 0),
    event_id uuid not null,
    command_id text, -- none: nobody asked, the clock did
    ordinal integer not null check (ordinal >= 0),
    type text not null,
    schema_version integer not null check (schema_version > 0),
    occurred_at timestamptz not null,
    recorded_at timestamptz not null default clock_timestamp(),
    actor text not null,
    cause text,
    body bytea not null,
    sealed bytea,
    payload_hash bytea not null check (octet_length(payload_hash) = 32),
    prev_hash bytea not null check (octet_length(prev_hash) = 32),
    hash bytea not null check (octet_length(hash) = 32),
    xid xid8 not null default pg_current_xact_id(),
    primary key (case_id, version),
    unique (event_id)
);
-- What the sealer has not read yet, in the order in which it reads.
create index on event (xid, case_id, version);

create trigger event_only_grows before update or delete on event
    for each row execute function refuse_change();
create trigger event_is_not_emptied before truncate on event
    for each statement execute function refuse_change();

create table command (
    command_id text collate "C" primary key,
    case_id text collate "C" not null,
    request_hash bytea not null,
    outcome jsonb not null,
    recorded_at timestamptz not null default clock_timestamp()
);

create table firing (
    case_id text collate "C" not null,
    clock_id text collate "C" not null,
    firing text collate "C" not null,
    primary key (case_id, clock_id, firing)
);

create table case_key (
    case_id text collate "C" primary key,
    wrapped bytea not null
);

create table key_check (
    only_one boolean primary key default true check (only_one),
    key_id text not null,
    created_at timestamptz not null default clock_timestamp()
);

create table case_row (
    case_id text collate "C" primary key,
    version integer not null,
    code text collate "C" not null unique,
    state text not null,
    rung text not null,
    accountable text not null,
    unit text not null,
    category text not null,
    severity text not null,
    channel text not null,
    pack text not null,
    received_at timestamptz not null,
    changed_at timestamptz not null,
    due_at timestamptz,
    next_wakeup timestamptz,
    late boolean not null,
    paused boolean not null,
    reopened integer not null,
    open boolean not null,
    outcome text,
    lead text,
    assignee text,
    about_body text,
    merged_into text,
    closed_at timestamptz
);
-- Names are left to PostgreSQL: a rebuilt table gets the same ones in its own schema.
create index on case_row (accountable, due_at) where open;
create index on case_row (unit);
create index on case_row (state);
create index on case_row (next_wakeup) where open;

-- Ends an append whose base version is not the case's version; a unique violation would not see
-- a gap.
create function refuse_append(cases text[]) returns void language plpgsql as $$
begin
    raise exception 'these cases have another version: %', cases
        using errcode = 'serialization_failure', detail = cases[1];
end
$$;

create table outbox (
    id bigint generated always as identity primary key,
    kind text not null,
    case_id text collate "C" not null,
    payload jsonb not null,
    leased_until timestamptz not null default '-infinity',
    attempts integer not null default 0,
    last_error text,
    created_at timestamptz not null default clock_timestamp()
);

create table sealed_entry (
    position bigint primary key check (position >= 0),
    event_id uuid not null unique,
    case_id text collate "C" not null,
    version integer not null,
    leaf_hash bytea not null check (octet_length(leaf_hash) = 32),
    unique (case_id, version)
);
create trigger sealed_entry_only_grows before update or delete on sealed_entry
    for each row execute function refuse_change();
create trigger sealed_entry_is_not_emptied before truncate on sealed_entry
    for each statement execute function refuse_change();

-- Every event up to here, in the order of the index on xid, is sealed.
create table seal_mark (
    only_one boolean primary key default true check (only_one),
    cluster text not null, -- transaction ids mean nothing in another one
    xid xid8 not null,
    case_id text collate "C" not null,
    version integer not null
);
insert into seal_mark (cluster, xid, case_id, version)
select system_identifier::text, '0', '', 0 from pg_control_system();

-- What one append brings, table by table: a list of rows is then one argument of a statement.
create type case_row_value as (
    case_id text, version integer, code text, state text, rung text, accountable text, unit text,
    category text, severity text, channel text, pack text, received_at timestamptz,
    changed_at timestamptz, due_at timestamptz, next_wakeup timestamptz, late boolean,
    paused boolean, reopened integer, open boolean, outcome text, lead text, assignee text,
    about_body text, merged_into text, closed_at timestamptz
);
create type event_value as (
    case_id text, version integer, event_id uuid, command_id text, ordinal integer, type text,
    schema_version integer, occurred_at timestamptz, actor text, cause text, body bytea,
    sealed bytea, payload_hash bytea, prev_hash bytea, hash bytea
);
create type firing_value as (
    case_id text, clock_id text, firing text
);
create type case_key_value as (
    case_id text, wrapped bytea
);
create type command_value as (
    command_id text, case_id text, request_hash bytea, outcome jsonb
);
create type outbox_value as (
    kind text, case_id text, payload jsonb
);

create table virtual_clock (
    only_one boolean primary key default true check (only_one),
    advanced_us bigint not null default 0 check (advanced_us >= 0)
);
insert into virtual_clock default values;

grant usage on schema public to hoiam_app;
-- recorded_at and xid are the database's word: the application cannot set them.
grant select, insert (
    case_id, version, event_id, command_id, ordinal, type, schema_version, occurred_at, actor,
    cause, body, sealed, payload_hash, prev_hash, hash
) on event to hoiam_app;
grant select, insert on command, firing, key_check, sealed_entry to hoiam_app;
grant select, insert, delete on case_key to hoiam_app;
grant select, insert, update on case_row to hoiam_app;
grant select, insert, update, delete on outbox to hoiam_app;
grant select, update on seal_mark, virtual_clock to hoiam_app;
grant select on migration to hoiam_app;
