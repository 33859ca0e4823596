-- What a case's row was between two moments, for lists and statistics of the past. It follows the
-- sealed log; domain.period tells what the columns mean.
create table case_period (
    like case_row including generated,
    valid_from timestamptz not null,
    valid_to timestamptz not null, -- infinity: it still is
    known_at timestamptz not null,
    accepted_at timestamptz,
    assigned_at timestamptz,
    answered_at timestamptz,
    informed_at timestamptz,
    accept_due_at timestamptz,
    assign_due_at timestamptz,
    answer_due_at timestamptz,
    accept_verdict text,
    assign_verdict text,
    answer_verdict text,
    accept_body text,
    assign_body text,
    answer_body text,
    inform_body text,
    took_accept bigint,
    took_assign bigint,
    took_answer bigint,
    took_inform bigint,
    took_whole bigint,
    escalated_at timestamptz,
    escalated_to text,
    primary key (case_id, valid_from),
    check (valid_from < valid_to)
);
-- Statistics read the cases of an area or of a body, each as it was at a moment.
create index on case_period (unit, valid_from);
create index on case_period (accountable, valid_from);
create index on case_period using gin (involved) where involved <> '{}';
grant select, insert, update, delete on case_period to hoiam_app;
