-- Files that people attach. Their content is in the store of files, sealed; here is what it is, whose,
-- and its key: wrapped by the master key while it waits, and by the case's key once it belongs to one.

create table attachment (
    attachment_id text collate "C" primary key,
    owner text not null, -- the account that uploaded it, or public
    media_type text not null,
    size integer not null check (size > 0),
    sha256 bytea not null check (octet_length(sha256) = 32), -- of what is stored
    content_sha256 bytea not null check (octet_length(content_sha256) = 32), -- of what is given out
    wrapped bytea not null,
    expires_at timestamptz not null, -- unless it belongs to a case by then
    stored boolean not null default false,
    case_id text collate "C",
    scan text not null default 'unscanned'
        check (scan in ('unscanned', 'pending', 'clean', 'infected')),
    scan_after timestamptz not null default '-infinity',
    scans integer not null default 0,
    recorded_at timestamptz not null default clock_timestamp()
);
create index on attachment (case_id) where case_id is not null;
create index on attachment (expires_at) where case_id is null;
create index on attachment (scan_after)
    where case_id is not null and scan in ('unscanned', 'pending');

create type attachment_value as (attachment_id text, case_id text, wrapped bytea);

-- Ends an append that would take a file which another one took, or which is gone.
create function refuse_claims() returns void language plpgsql as $$
begin
    raise exception 'a file of this append is gone or belongs to a case already'
        using errcode = 'object_not_in_prerequisite_state';
end
$$;

grant select, insert, delete on attachment to hoiam_app;
grant update (case_id, wrapped, stored, scan, scan_after, scans) on attachment to hoiam_app;
