-- Most lists are of what is open, a small part of all. Of an area's open cases an index alone tells
-- which come first: it holds whatever decides who sees a case, when it is due and where it stands.
create index on case_row (unit, facets)
    include (case_id, due_at, received_at, changed_at, severity, open, about_body) where open;
