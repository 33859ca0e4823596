-- What came in next in a unit, whatever its category: for finding duplicates.
create index on case_place (unit, received_at);
