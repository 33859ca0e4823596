"""Laws of clock arithmetic: against a naive day-by-day oracle, and under any sequence of pauses."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import Calendar, CalendarSpec
from domain.ledger import (
    Ledger,
    Pause,
    Term,
    Unit,
    add_term,
    after,
    before,
    close_pause,
    due,
    extend,
    open_pause,
    trace,
)

DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
UNITS: tuple[Unit, ...] = ("working_day", "calendar_day", "hour", "moment")


@cache
def shipped() -> Calendar:
    path = Path(__file__).parents[2] / "policies" / "calendars" / "vn.yaml"
    return Calendar(CalendarSpec.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))))


VN = shipped()


# The oracle: the same law, told day by day and hour by quarter, sharing nothing with the engine


PUBLIC = holidays.country_holidays("VN", years=range(2018, 2032))
DECIDED = {date(2026, 1, 2): False, date(2026, 1, 10): True}


def worked(day: date) -> bool:
    if day in DECIDED:
        return DECIDED[day]
    if day in PUBLIC.weekend_workdays:
        return True
    return day.weekday() < 5 and day not in PUBLIC


def day_of(at: datetime) -> date:
    return at.astimezone(HANOI).date()


def five_o_clock(day: date) -> datetime:
    return datetime.combine(day, time(17), HANOI).astimezone(UTC)


def taken(day: date, pauses: tuple[Pause, ...]) -> list[datetime]:
    return [p.start for p in pauses if p.end and day_of(p.start) <= day < day_of(p.end)]


def stood_still(day: date, pauses: tuple[Pause, ...]) -> bool:
    return any(start < five_o_clock(day) for start in taken(day, pauses))


def naive_working(start: date, amount: int, pauses: tuple[Pause, ...]) -> datetime:
    day = start
    while amount:
        day += DAY
        last = amount == 1 and not stood_still(day, pauses)
        if worked(day) and (last or not taken(day, pauses)):
            amount -= 1
    return five_o_clock(day)


def naive_calendar(start: date, amount: int, pauses: tuple[Pause, ...]) -> datetime:
    day = start
    while amount:
        day += DAY
        last = amount == 1 and not stood_still(day, pauses)
        if last or not taken(day, pauses):
            amount -= 1
    while not worked(day) or stood_still(day, pauses):
        day += DAY
    return five_o_clock(day)


def naive_hours(start: datetime, amount: int, pauses: tuple[Pause, ...]) -> datetime:
    now, quarters = start, amount * 4
    while quarters:
        if not any(p.start <= now < p.end for p in pauses if p.end):
            quarters -= 1
        now += QUARTER
    return now


def naive_moment(start: datetime, until: datetime, pauses: tuple[Pause, ...]) -> datetime:
    end = until
    for pause in pauses:
        assert pause.end is not None
        if max(pause.start, start) < end:
            day = day_of(pause.start)
            while day < day_of(pause.end):
                end += DAY if day > day_of(start) else timedelta()
                day += DAY
    return end


def naive_due(term: Term, pauses: tuple[Pause, ...]) -> datetime:
    extra = sum(extension.days for extension in term.extensions)
    first = day_of(term.start)
    if term.unit == "working_day":
        return naive_working(first, term.amount + extra, pauses)
    if term.unit == "calendar_day":
        base = naive_calendar(first, term.amount, pauses)
    elif term.unit == "hour":
        base = naive_hours(term.start, term.amount, pauses)
    else:
        assert term.until is not None
        base = naive_moment(term.start, term.until, pauses)
    return naive_working(day_of(base), extra, pauses) if extra else base


# What is generated: real sequences, in which a pause opens after the one before it has closed


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    day = draw(st.dates(date(2019, 1, 1), date(2027, 12, 31)))
    quarter = draw(st.one_of(st.integers(0, 95), st.sampled_from([0, 67, 68, 69, 95])))
    return datetime.combine(day, time(), HANOI).astimezone(UTC) + quarter * QUARTER


@st.composite
def terms(draw: st.DrawFn, start: datetime | None = None, *units: Unit) -> Term:
    begins = start or draw(moments())
    unit = draw(st.sampled_from(units or UNITS))
    until = begins + draw(st.integers(-200, 4000)) * QUARTER if unit == "moment" else None
    amount = draw(st.integers(1, 40))
    return Term(start=begins, amount=amount, unit=unit, until=until, rule="law@1", basis="")


EVENTS = ("paused from", "extended by")
STEPS = st.one_of(st.integers(1, 96), st.integers(1, 96 * 12))


@st.composite
def pause_sequences(draw: st.DrawFn, start: datetime, most: int = 4) -> tuple[Pause, ...]:
    steps = draw(st.lists(STEPS, max_size=2 * most).filter(lambda found: len(found) % 2 == 0))
    now, edges = start - draw(st.integers(0, 96 * 10)) * QUARTER, []
    for step in steps:
        now += step * QUARTER
        edges.append(now)
    return tuple(Pause(start=edges[n], end=edges[n + 1]) for n in range(0, len(edges), 2))


@st.composite
def ledgers(draw: st.DrawFn, *units: Unit) -> Ledger:
    term = draw(terms(None, *units))
    pauses = draw(pause_sequences(start=term.start))
    return Ledger(calendar="vn@1", terms=(term,), pauses=pauses)


@st.composite
def extended(draw: st.DrawFn) -> Ledger:
    ledger = draw(ledgers())
    for days in draw(st.lists(st.integers(1, 10), max_size=2)):
        ledger = extend(ledger, ledger.terms[0].start, days)
    return ledger


def ends(ledger: Ledger) -> datetime:
    found = due(ledger, VN)
    assert found is not None
    return found


# The laws


@given(extended())
@settings(max_examples=400, deadline=None)
def test_the_engine_agrees_with_the_oracle(ledger: Ledger) -> None:
    assert ends(ledger) == naive_due(ledger.terms[0], ledger.pauses)


@given(st.dates(date(2019, 1, 1), date(2027, 12, 31)))
@settings(max_examples=200, deadline=None)
def test_the_calendar_agrees_with_the_oracle(day: date) -> None:
    assert VN.is_working(day) == worked(day)


def room(ledger: Ledger, pause: Pause) -> datetime:
    """The latest time to which the further pause may move the clock, in the clock's own unit."""
    old, unit = ends(ledger), ledger.terms[0].unit
    assert pause.end is not None
    if unit == "hour":
        return old + (pause.end - pause.start)
    covered = (day_of(pause.end) - day_of(pause.start)).days
    if unit == "moment":
        return old + covered * DAY
    if unit == "calendar_day":
        end = day_of(old) + covered * DAY
        return five_o_clock(end if worked(end) else VN.next_working(end))
    days = sum(worked(day_of(pause.start) + n * DAY) for n in range(covered))
    return five_o_clock(VN.working_at(VN.rank(day_of(old)) + days))


@given(ledgers(), STEPS, STEPS)
@settings(max_examples=300, deadline=None)
def test_no_pause_moves_a_due_time_by_more_than_the_days_it_covers(
    ledger: Ledger, wait: int, length: int
) -> None:
    last = ledger.pauses[-1].end if ledger.pauses else ledger.terms[0].start
    assert last is not None
    opened = last + wait * QUARTER
    pause = Pause(start=opened, end=opened + length * QUARTER)
    longer = close_pause(open_pause(ledger, opened), opened + length * QUARTER)
    assert ends(ledger) <= ends(longer) <= room(ledger, pause)
    if opened >= ends(ledger):
        assert ends(longer) == ends(ledger)


@given(st.data(), ledgers())
@settings(max_examples=150, deadline=None)
def test_no_pause_is_lost_when_a_term_is_added(data: st.DataObject, ledger: Ledger) -> None:
    begins = ledger.terms[0].start + data.draw(st.integers(0, 96 * 20)) * QUARTER
    term = data.draw(terms(start=begins))
    alone = Ledger(calendar="vn@1", terms=(term,), pauses=ledger.pauses)
    assert ends(add_term(ledger, term)) == min(ends(ledger), ends(alone))


@given(extended(), st.integers(1, 15))
@settings(max_examples=150, deadline=None)
def test_an_extension_moves_the_due_time_later_and_a_further_one_adds_up(
    ledger: Ledger, days: int
) -> None:
    begins = ledger.terms[0].start
    once = extend(ledger, begins, days)
    assert ends(once) > ends(ledger)
    assert ends(extend(once, begins, 2)) == ends(extend(ledger, begins, days + 2))


@given(ledgers("working_day", "calendar_day", "hour"))
@settings(max_examples=150, deadline=None)
def test_one_unit_more_is_never_earlier(ledger: Ledger) -> None:
    term = ledger.terms[0]
    more = term.model_copy(update={"amount": term.amount + 1})
    longer = ledger.model_copy(update={"terms": (more,)})
    later: Callable[[datetime, datetime], bool]
    later = datetime.__ge__ if term.unit == "calendar_day" else datetime.__gt__
    assert later(ends(longer), ends(ledger))


@given(extended())
@settings(max_examples=150, deadline=None)
def test_the_order_in_which_pauses_are_kept_does_not_matter(ledger: Ledger) -> None:
    turned = ledger.model_copy(update={"pauses": ledger.pauses[::-1]})
    assert ends(turned) == ends(ledger)


@given(extended())
@settings(max_examples=150, deadline=None)
def test_the_explanation_ends_at_the_due_time_in_the_order_of_days(ledger: Ledger) -> None:
    lines, end = trace(ledger, VN), ends(ledger)
    assert lines[-1].text == end.astimezone(HANOI).strftime("due %Y-%m-%d %H:%M %z")
    assert lines[-1].day == day_of(end)
    days = [line.day for line in lines[1:-1] if line.day is not None]
    assert days == sorted(days)


@given(ledgers("working_day", "calendar_day"), st.integers(0, 10))
@settings(max_examples=150, deadline=None)
def test_the_explanation_counts_every_day_once_up_to_the_last(ledger: Ledger, days: int) -> None:
    start, amount = ledger.terms[0].start, ledger.terms[0].amount
    clock = extend(ledger, start, days) if days else ledger
    told = [line for line in trace(clock, VN)[1:-1] if not line.text.startswith(EVENTS)]
    span = (day_of(ends(clock)) - day_of(start)).days
    assert [line.day for line in told] == [day_of(start) + n * DAY for n in range(1, span + 1)]
    numbers = [line.counted for line in told if line.counted is not None]
    if ledger.terms[0].unit == "working_day":
        assert numbers == list(range(1, amount + days + 1))
    else:
        assert numbers == [*range(1, amount + 1), *range(1, days + 1)]


@given(ledgers("working_day"), st.integers(1, 40))
@settings(max_examples=200, deadline=None)
def test_a_reminder_has_so_many_working_days_left(ledger: Ledger, amount: int) -> None:
    end = ends(ledger)
    start = before(end, amount, "working_day", VN, ledger.pauses)
    if start is None:
        assert day_of(end) < date(2019, 6, 1)
        return
    assert start.astimezone(HANOI).time() == end.astimezone(HANOI).time()
    pauses = tuple(pause for pause in ledger.pauses if pause.start < end)
    span = (day_of(end) - day_of(start)).days
    days = [day_of(start) + n * DAY for n in range(span + 1)]
    left = [day for day in days if worked(day) and not taken(day, pauses)]
    assert (left[0], len(left)) == (day_of(start), amount + 1)


@given(ledgers("hour"), st.integers(1, 40))
@settings(max_examples=200, deadline=None)
def test_a_reminder_hours_before_is_as_far_as_the_clock_runs(ledger: Ledger, amount: int) -> None:
    end = ends(ledger)
    start = before(end, amount, "hour", VN, ledger.pauses)
    assert start is not None
    assert after(start, amount, "hour", VN, ledger.pauses) == end
