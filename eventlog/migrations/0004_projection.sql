-- How far each read model that follows the sealed order has come; -1: nothing yet.
create table projection (
    name text collate "C" primary key,
    position bigint not null default -1 check (position >= -1)
);
grant select, insert, update on projection to hoiam_app;
