-- Statistics read the cases of an area or of a body, each as it was at a moment. With both ends of a
-- period in the index no period of another moment is looked at. The end comes first: most questions
-- are of a moment not long ago, after which few periods have ended.
drop index case_period_unit_valid_from_idx;
drop index case_period_accountable_valid_from_idx;
create index on case_period (unit, valid_to, valid_from);
create index on case_period (accountable, valid_to, valid_from);
