"""A closed row is a complete history, an open one a live case; what does not fit is flagged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import events as e
from domain.agenda import agenda
from domain.decide import decide_wake_up
from domain.evolve import fold
from tests.workers.importing.files import CLOSED, NOW, OPEN, law, told
from workers.importing.choice import Refused
from workers.importing.history import Imported

_TYPES_OF_A_CLOSED_ROW = [
    "CaseReported",
    "HistoryImported",
    "CaseAccepted",
    "CaseAssigned",
    "ClockStarted",
    "ResponseDrafted",
    "ResponseApproved",
    "ClockStopped",
    "CaseClosed",
]


def types(imported: Imported) -> list[str]:
    return [event.type for event in imported.events]


def body(imported: Imported, kind: type[e.EventBody]) -> Any:
    return next(event.body for event in imported.events if isinstance(event.body, kind))


def flags(**changes: str) -> tuple[str, ...]:
    found: tuple[str, ...] = body(told({**CLOSED, **changes}), e.HistoryImported).flags
    return found


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_closed_row_tells_its_whole_life_at_its_own_times() -> None:
    imported = told(CLOSED)
    assert types(imported) == _TYPES_OF_A_CLOSED_ROW
    opened, closed = at("2011-07-01 13:00"), at("2011-07-05 14:30")
    assert [event.occurred_at for event in imported.events] == [opened] * 5 + [closed] * 4
    assert (imported.case.state, imported.case.outcome) == ("closed", "solved_unconfirmed")
    assert (imported.case.closed_at, imported.late) == (closed, False)


def test_the_neighborhood_is_accountable_and_the_department_leads() -> None:
    case = told(CLOSED).case
    assert (case.unit, case.rung) == ("us-bos:dorchester", "neighbourhood")
    assert (case.accountable, case.lead) == ("unit:us-bos:dorchester", "agency:us-bos:pwdx")
    assert (case.category, case.channel) == ("request-for-pothole-repair", "constituent-call")
    assert (case.pack, case.pinned_pack, case.zone) == ("boston311@1", True, "America/New_York")


def test_the_import_itself_is_the_actor_and_the_row_is_named() -> None:
    imported = told(CLOSED)
    assert {str(event.actor) for event in imported.events} == {
        "integration@unit:us-bos:dorchester#boston311"
    }
    history = body(imported, e.HistoryImported)
    assert (history.source, history.ref, history.flags) == ("boston311", "101", ())
    assert history.facts == {
        "queue": "PWDx_District 07",
        "department": "PWDx",
        "reason": "Highway Maintenance",
        "type": "Request for Pothole Repair",
        "ward": "Ward 13",
        "source": "Constituent Call",
        "ontime": "ONTIME",
    }


def test_the_texts_of_the_file_are_in_fields_that_are_sealed() -> None:
    imported = told(CLOSED)
    assert body(imported, e.CaseReported).text == "pothole"
    assert body(imported, e.ResponseDrafted).text == "Case Closed Case Resolved filled the hole"


def test_nobody_is_said_to_have_been_informed_when_the_file_does_not_say_so() -> None:
    imported = told(CLOSED)
    assert "ReporterInformed" not in types(imported)
    assert imported.case.informed_at is None


def test_a_target_is_a_clock_that_only_records() -> None:
    clock = body(told(CLOSED), e.ClockStarted)
    assert (clock.kind, clock.rule.on_breach, clock.reminders) == ("answer", "record", ())
    assert (clock.term.unit, clock.term.until) == ("moment", at("2011-07-15 13:00"))
    assert clock.due_at == at("2011-07-15 13:00")


@pytest.mark.parametrize(
    ("closed", "late"), [("2011-07-15 09:00:00", False), ("2011-07-15 09:00:01", True)]
)
def test_closing_on_the_target_is_on_time_and_a_second_later_is_late(
    closed: str, late: bool
) -> None:
    imported = told({**CLOSED, "closed_dt": closed})
    assert (imported.late, "DeadlineMissed" in types(imported)) == (late, late)


def test_a_missed_target_is_an_event_of_the_moment_it_was_missed() -> None:
    imported = told({**CLOSED, "closed_dt": "2011-08-01 09:00:00"})
    missed = next(ev for ev in imported.events if isinstance(ev.body, e.DeadlineMissed))
    assert (missed.occurred_at, str(missed.actor)) == (at("2011-07-15 13:00"), "system")
    assert imported.case.clocks[0].missed_at == missed.occurred_at


def test_without_a_target_the_packs_own_rule_judges() -> None:
    imported = told({**CLOSED, "target_dt": ""})
    clock = body(imported, e.ClockStarted)
    assert (clock.term.unit, clock.term.amount) == ("working_day", 10)
    assert clock.rule.on_breach == "record"
    assert body(imported, e.HistoryImported).flags == ("no_target",)
    assert told({**CLOSED, "target_dt": "", "closed_dt": "2011-12-01 09:00:00"}).late


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"target_dt": "2011-06-30 00:00:00"}, ("target_before_opening",)),
        ({"target_dt": "2059-12-31 19:00:00"}, ("target_far",)),
        ({"closed_dt": "2011-06-30 09:00:00"}, ("closed_before_opening",)),
        ({"open_dt": "2011-03-13 02:30:00"}, ("nonexistent_time",)),
        ({"closed_dt": "2011-11-06 01:30:00"}, ("ambiguous_time",)),
        ({"type": "A New Type"}, ("unknown_category",)),
        ({"neighborhood": "Atlantis"}, ("unknown_unit",)),
        ({"source": "Telepathy"}, ("unknown_channel",)),
        ({"department": "XYZ"}, ("unknown_lead",)),
        ({"open_dt": "2008-12-31 00:00:00", "target_dt": ""}, ("no_target", "calendar_ends")),
    ],
)
def test_what_is_odd_is_flagged_and_not_refused(
    changes: dict[str, str], expected: tuple[str, ...]
) -> None:
    assert flags(**changes) == expected


def test_odd_times_are_kept_as_they_were_written() -> None:
    row = {**CLOSED, "closed_dt": "2011-06-30 09:00:00"}
    facts = body(told(row), e.HistoryImported).facts
    assert {name: facts[name] for name in ("open_dt", "target_dt", "closed_dt")} == {
        "open_dt": "2011-07-01 09:00:00",
        "target_dt": "2011-07-15 09:00:00",
        "closed_dt": "2011-06-30 09:00:00",
    }


@pytest.mark.parametrize("blank", ["", " "])
def test_a_row_without_a_place_is_still_a_case_of_the_city(blank: str) -> None:
    imported = told({**CLOSED, "neighborhood": blank})
    assert imported.case.unit == "us-bos:unknown"
    assert body(imported, e.HistoryImported).flags == ()


def test_a_row_of_the_whole_city_begins_on_its_rung() -> None:
    case = told({**CLOSED, "neighborhood": "Boston"}).case
    assert (case.unit, case.rung, case.accountable) == ("us-bos", "city", "unit:us-bos")


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Case Closed Case Resolved", "solved_unconfirmed"),
        ("Case Closed Case Noted", "explained"),
        ("Case Closed Case Referred to External Agency MBTA", "redirected"),
        ("", "solved_unconfirmed"),
    ],
)
def test_closed_is_not_solved(text: str, outcome: str) -> None:
    imported = told({**CLOSED, "closure_reason": text})
    assert imported.case.outcome == outcome
    assert ("ResponseDrafted" in types(imported)) == bool(text)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"case_enquiry_id": " "}, "case_enquiry_id: the cell is empty"),
        ({"case_enquiry_id": "x" * 201}, "at most 200"),
        ({"open_dt": ""}, "open_dt: the cell is empty"),
        ({"open_dt": "yesterday"}, "open_dt: 'yesterday' is not a time"),
        ({"target_dt": "later"}, "target_dt: 'later' is not a time"),
        ({"open_dt": "2013-01-01 00:00:00"}, "open_dt: .* is in the future"),
        ({"closed_dt": "2013-01-01 00:00:00"}, "closed_dt: .* is in the future"),
        ({"case_title": "x" * 20_001}, "a text has 20001 characters; at most 20000"),
        ({"closure_reason": "x" * 20_001}, "a text has 20001 characters"),
        ({"open_dt": "2008-12-31 12:00:00", "target_dt": "", "closed_dt": ""}, "covers 2009-01-01"),
    ],
)
def test_what_can_be_no_case_is_refused_with_its_reason(
    changes: dict[str, str], reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        told({**CLOSED, **changes})


def test_an_open_row_is_live_and_its_missed_target_climbs_at_once() -> None:
    case = told(OPEN).case
    assert (case.state, case.open, case.late) == ("assigned", True, False)
    assert (case.due_at, case.overdue(NOW)) == (at("2011-07-15 13:00"), True)
    decision = decide_wake_up(case, law().of(case, NOW))
    names = [event.type for event in decision.events]
    assert names == ["DeadlineMissed", "ClockStopped", "CaseEscalated", "ClockStarted"]
    assert (decision.case.rung, decision.case.accountable) == ("city", "unit:us-bos")
    upcoming = agenda(decision.case)
    assert upcoming is not None
    assert upcoming.at > NOW


def test_reminders_of_an_open_row_are_those_that_are_still_to_come() -> None:
    clock = body(told({**OPEN, "target_dt": "2012-06-04 09:00:00"}), e.ClockStarted)
    assert clock.reminders == (at("2012-06-01 13:00"),)
    assert body(told(OPEN), e.ClockStarted).reminders == ()


def test_an_open_row_without_a_department_waits_for_its_lead() -> None:
    case = told({**OPEN, "department": "No Q"}).case
    assert (case.state, case.lead) == ("accepted", None)


_DAYS = st.integers(-400, 20_000).map(lambda n: timedelta(hours=n))
_BEGIN = datetime.fromisoformat("2010-01-01")


@st.composite
def odd_rows(draw: st.DrawFn) -> dict[str, str]:
    """Rows with times in any order and anything else left out."""
    opened = _BEGIN + draw(st.integers(0, 800 * 24).map(lambda n: timedelta(hours=n)))
    limit = NOW.replace(tzinfo=None) - timedelta(days=1)
    target = draw(st.none() | _DAYS.map(lambda d: opened + d))
    closed = draw(st.none() | _DAYS.map(lambda d: min(opened + d, limit)))
    return {
        **CLOSED,
        "open_dt": str(opened),
        "target_dt": str(target or ""),
        "closed_dt": str(closed or ""),
        "neighborhood": draw(st.sampled_from(["", "Boston", "Dorchester", "Nowhere"])),
        "department": draw(st.sampled_from(["PWDx", "No Q", "Elsewhere"])),
        "closure_reason": draw(st.sampled_from(["", "Case Closed Case Noted"])),
    }


@given(odd_rows())
def test_the_state_is_the_fold_of_the_events_and_time_never_runs_backwards(
    row: dict[str, str],
) -> None:
    imported = told(row)
    assert fold("case-1", imported.events) == imported.case
    times = [event.occurred_at for event in imported.events]
    assert times == sorted(times)
    assert imported.case.open == (row["closed_dt"] == "")


@given(odd_rows())
def test_late_is_closed_after_the_target_and_nothing_else(row: dict[str, str]) -> None:
    if row["target_dt"] and row["closed_dt"]:
        closed, target = (datetime.fromisoformat(row[k]) for k in ("closed_dt", "target_dt"))
        # Local times are compared away from the two nights on which the clocks change.
        if not {"ambiguous_time", "nonexistent_time"} & set(flags(**row)):
            assert told(row).late == (closed > target)
