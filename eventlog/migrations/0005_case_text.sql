-- What is searched for lists by words and for reports of the same thing, apart from the appends.

-- Which words a case's texts hold, not where, so that it is not the text again. Made from the sealed
-- text and deleted with its key.
create table case_text (
    case_id text collate "C" primary key,
    words tsvector not null
);
create index on case_text using gin (words);

-- Where, when and about what each report is: no text.
create table case_place (
    case_id text collate "C" primary key,
    unit text not null,
    category text not null,
    received_at timestamptz not null,
    latitude_e6 integer, -- millionths of a degree
    longitude_e6 integer
);
create index on case_place (unit, category, received_at);
-- Squares of about 440 m: what lies around a place is in nine of them, each read in order of time.
create index on case_place (
    ((latitude_e6 + 90000000) / 4000), ((longitude_e6 + 180000000) / 4000), received_at
) where latitude_e6 is not null;
create index on case_place (
    ((latitude_e6 + 90000000) / 4000), ((longitude_e6 + 180000000) / 4000), category, received_at
) where latitude_e6 is not null;

grant select, insert, update, delete on case_text, case_place to hoiam_app;
