-- Where a case is, and which of its receipts opens it.

-- Millionths of a degree (WGS 84). After this migration the rows are made anew from the log.
alter table case_row add column latitude_e6 integer, add column longitude_e6 integer,
    add column receipt integer not null default 0;
alter type case_row_value add attribute latitude_e6 integer, add attribute longitude_e6 integer,
    add attribute receipt integer;
-- For what lies in a rectangle: the band between two parallels, and of that what is between two
-- meridians, from the index alone. Cases without a place cost it nothing.
create index on case_row (latitude_e6, longitude_e6) where latitude_e6 is not null;
