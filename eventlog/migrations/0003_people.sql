-- Who reported, kept apart from what happened; and who may no longer come in.

-- An event holds `ref` and nothing else of a person. Deleting the row erases the identity.
create table identity (
    ref text collate "C" primary key,
    case_id text collate "C" not null,
    wrapped bytea not null,
    sealed bytea not null,
    recorded_at timestamptz not null default clock_timestamp()
);
create index on identity (case_id);
create type identity_value as (ref text, case_id text, wrapped bytea, sealed bytea);

-- A token by its id, or all tokens of an account that were given out before a moment.
create table revoked_token (
    issuer text collate "C" not null,
    token_id text collate "C" not null,
    reason text not null,
    revoked_at timestamptz not null default clock_timestamp(),
    primary key (issuer, token_id)
);
create table revoked_account (
    issuer text collate "C" not null,
    subject text collate "C" not null,
    issued_before timestamptz not null,
    reason text not null,
    revoked_at timestamptz not null default clock_timestamp(),
    primary key (issuer, subject)
);

grant select, insert, delete on identity to hoiam_app;
grant select, insert on revoked_token to hoiam_app;
grant select, insert, update on revoked_account to hoiam_app;
