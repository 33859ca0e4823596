-- What accounts may do by the word of an installation's own admins, and whose tokens have ended.

-- Each version holds all grants of the account from then on, who gave them and why.
create table account_grants (
    account text collate "C" not null,
    version integer not null check (version > 0),
    grants jsonb not null,
    given_by text not null,
    reason text not null,
    recorded_at timestamptz not null default clock_timestamp(),
    primary key (account, version)
);
create trigger account_grants_only_grow before update or delete on account_grants
    for each row execute function refuse_change();
create trigger account_grants_are_not_emptied before truncate on account_grants
    for each statement execute function refuse_change();

-- An account by its opaque id: who ends it over the interface does not know its issuer's word.
create table ended_account (
    account text collate "C" primary key,
    issued_before timestamptz not null,
    reason text not null,
    revoked_by text not null,
    revoked_at timestamptz not null default clock_timestamp()
);
alter table revoked_token add column revoked_by text; -- none: somebody at the terminal

grant select, insert on account_grants to hoiam_app;
grant select, insert, update on ended_account to hoiam_app;
