-- What an officer has: for "mine", for taking over, and for counting beside the officers of a body.
create index on case_row (assignee) where open and assignee is not null;
