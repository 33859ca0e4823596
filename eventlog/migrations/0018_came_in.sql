-- Whose every role is known: what an account may do elsewhere decides who may end it. What was
-- written down before holds the roles of officers only.
alter table officer add column whole boolean not null default false;
