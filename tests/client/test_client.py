"""The client against the real application: everything typed, nothing of the server in it."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hoiam_client import (
    Conflict,
    Hoiam,
    Invalid,
    KeyReused,
    NotFound,
    NotPermitted,
    Past,
    Patience,
    Unauthenticated,
    VersionMismatch,
)
from hoiam_client.models import (
    BulkForm,
    Classify,
    Feedback,
    Filters,
    NewReport,
    Reporter,
    Somewhere,
)

from eventlog.store import EventStore
from tests.api.counter import COMMUNE, PROVINCE, TEXT, Counter, counter_over

CLIENT = Path(__file__).parents[2] / "clients" / "python"
OFFICER, LEADER = f"intake_officer@{COMMUNE}", f"leader@{COMMUNE}"
REPORT = NewReport(unit="26737", category="road", text=TEXT)


@pytest.fixture
def counter(store: EventStore) -> Counter:
    return counter_over(store)


def client(counter: Counter, *roles: str, act_as: str | None = None) -> Hoiam:
    token = counter.token(*roles)["Authorization"].removeprefix("Bearer ") if roles else None
    patience = Patience(attempts=2, wait=0.01)
    return Hoiam.at("", token, act_as=act_as, http=counter.http, patience=patience)


async def test_a_reporter_reports_follows_adds_and_withdraws(counter: Counter) -> None:
    reports = client(counter).reports
    report = NewReport(
        unit="26737", category="road", text=TEXT, reporter=Reporter(name="Nguyễn Văn An")
    )
    receipt = await reports.make(report)
    assert receipt.identity_kept
    code, secret = receipt.code, receipt.secret
    heard = await reports.supplement(code, secret, "Thêm ảnh")
    seen = await reports.track(code, secret)
    assert (seen.state, seen.supplements, heard.version) == ("received", 1, 3)
    assert seen.promised is not None
    assert seen.promised.due_at is not None
    assert seen.promised.due_at.utcoffset() is not None
    with pytest.raises(Conflict) as refused:
        await reports.feedback(code, secret, Feedback(satisfied=True))
    assert refused.value.code == "wrong_state"
    await reports.withdraw(code, secret, "Đã xong")
    assert (await reports.track(code, secret)).state == "withdrawn"


async def test_what_goes_wrong_is_a_typed_exception_that_repeats_nobodys_words(
    counter: Counter,
) -> None:
    public = client(counter)
    receipt = await public.reports.make(REPORT, "k" * 16)
    with pytest.raises(KeyReused):
        await public.reports.make(REPORT.model_copy(update={"text": "Khác"}), "k" * 16)
    with pytest.raises(Invalid) as invalid:
        await public.reports.make(REPORT.model_copy(update={"category": "ufo"}))
    assert invalid.value.details.errors[0]["pointer"] == "/category"
    assert TEXT not in str(invalid.value)
    with pytest.raises(NotFound) as unknown:
        await public.reports.track(receipt.code, "wrong")
    assert unknown.value.type == "/problems/unknown-receipt"
    with pytest.raises(Unauthenticated):
        await public.cases.page()
    with pytest.raises(NotPermitted):
        await client(counter, "collaborator@front:26737").cases.page()


async def test_a_list_goes_on_over_its_pages(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hoiam_client.cases._PAGE", 2)
    made = {(await counter.report())["case_id"] for _ in range(5)}
    officer = client(counter, OFFICER)
    found = [item.case_id async for item in officer.cases.all(Filters(state=("received",)))]
    assert len(found) == 5
    assert set(found) == made
    page = await officer.cases.page(Filters(category=("road", "waste"), open=True), limit=2)
    assert (page.total, len(page.cases)) == (5, 2)
    assert [item async for item in officer.cases.all(Filters(category=("waste",)))] == []
    lines = b"".join([part async for part in officer.cases.csv()]).decode().splitlines()
    assert len(lines) == 6


async def test_a_case_its_history_its_clocks_and_what_may_be_done(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hoiam_client.cases._PAGE", 2)
    case_id = (await counter.report())["case_id"]
    officer = client(counter, OFFICER)
    given = await officer.commands.give(case_id, "accept", version=2)
    assert given.events[0] == "CaseAccepted"
    case = await officer.cases.get(case_id)
    assert (case.state, case.version, case.text) == ("accepted", given.version, TEXT)
    history = [event.type async for event in officer.cases.history(case_id)]
    assert history[:3] == ["CaseReported", "ClockStarted", "CaseAccepted"]
    assert len(history) == given.version
    clocks = await officer.cases.clocks(case_id)
    assert {clock.kind for clock in clocks.clocks} == {"accept", "assign"}
    allowed = await officer.cases.allowed(case_id)
    assert {may.command for may in allowed.commands if may.allowed} >= {"assign", "note"}


async def test_who_saw_an_older_version_is_told_the_current_one(counter: Counter) -> None:
    case_id = (await counter.report())["case_id"]
    officer = client(counter, OFFICER)
    await officer.commands.give(case_id, "accept", version=2)
    with pytest.raises(VersionMismatch) as changed:
        await officer.commands.give(case_id, "note", version=2, text="x")
    assert changed.value.details.current_version == (await officer.cases.get(case_id)).version


async def test_a_command_is_done_once_under_its_key(counter: Counter) -> None:
    case_id = (await counter.report())["case_id"]
    officer = client(counter, OFFICER)
    one, two = [
        await officer.commands.give(case_id, "note", key="k" * 16, text="Đã xem") for _ in "ab"
    ]
    assert one == two
    assert (await officer.commands.outcome("k" * 16)).version == one.version


@pytest.mark.parametrize("sign", "?#%/&+;=\\")
async def test_what_became_of_a_command_is_found_whatever_its_key_is_made_of(
    counter: Counter, sign: str
) -> None:
    case_id = (await counter.report())["case_id"]
    officer = client(counter, OFFICER)
    key = f"{sign}20%3F{sign * 16}.."
    given = await officer.commands.give(case_id, "note", key=key, text="Đã xem")
    became = await officer.commands.outcome(key)
    assert (became.key, became.version) == (key, given.version)


async def test_parameters_are_named_or_come_as_a_model(counter: Counter) -> None:
    case_id = (await counter.report())["case_id"]
    officer = client(counter, OFFICER)
    waste = Classify(category="waste", reason="Nội dung là rác thải")
    await officer.commands.give(case_id, "classify", waste)
    assert (await officer.cases.get(case_id)).category == "waste"
    await officer.commands.give(case_id, "classify", waste, category="road")
    assert (await officer.cases.get(case_id)).category == "road"


async def test_a_supplement_brings_files(counter: Counter) -> None:
    public = client(counter)
    receipt = await public.reports.make(REPORT)
    code, secret = receipt.code, receipt.secret
    file = await public.attachments.upload(b"Bi\xc3\xaan b\xe1\xba\xa3n")
    await public.reports.supplement(code, secret, attachments=[file.attachment_id])
    (kept,) = await public.attachments.own(code, secret)
    assert (kept.attachment_id, kept.with_event) == (file.attachment_id, "ReportSupplemented")


async def test_a_list_is_asked_as_it_stood(counter: Counter) -> None:
    before = counter.clock.now
    counter.clock.now += timedelta(hours=1)
    await counter.report()
    cases = client(counter, OFFICER).cases
    assert len((await cases.page()).cases) == 1
    assert (await cases.page(Past(as_of=before))).cases == ()
    with pytest.raises(ValueError, match="verdict"):
        await client(counter, LEADER).statistics.get(Past(verdict=("late",)))


async def test_the_role_that_acts_is_chosen_for_all_calls(counter: Counter) -> None:
    case_id = (await counter.report())["case_id"]
    both = client(counter, OFFICER, LEADER, act_as=LEADER)
    await both.commands.give(case_id, "accept")
    history = [event async for event in both.cases.history(case_id)]
    assert history[2].actor.role == "leader"
    assert set((await both.me()).roles) == {OFFICER, LEADER}


async def test_a_bulk_is_planned_and_told_case_by_case(counter: Counter) -> None:
    cases = tuple([(await counter.report())["case_id"] for _ in range(3)])
    officer = client(counter, OFFICER)
    plan = await officer.bulk.plan(BulkForm(command="accept", cases=cases))
    assert (plan.state, plan.counts.total) == ("planned", 3)
    results = [result async for result in officer.bulk.results(plan.bulk_id)]
    assert {result.case_id for result in results} == set(cases)
    assert results[0].forecast.events
    assert (await officer.bulk.see(plan.bulk_id)).counts == plan.counts


async def test_units_bodies_categories_and_places(counter: Counter) -> None:
    public = client(counter)
    units = await public.registers.units("tan dinh", on=date(2026, 3, 2))
    assert [unit.code for unit in units.units] == ["26737"]
    assert (await public.registers.bodies(unit="26737")).bodies
    assert "road" in {one.id for one in (await public.registers.categories()).categories}
    places = await public.reports.places(Somewhere(address="Phường Tân Định"))
    assert places.candidates


async def test_numbers_and_what_cannot_narrow_them(counter: Counter) -> None:
    for _ in range(3):
        await counter.report()
    leader = client(counter, f"leader@{PROVINCE}").statistics
    told = await leader.get(Filters(category=("road",)), by="unit")
    assert (told.by, told.as_of.utcoffset() is not None) == ("unit", True)
    with pytest.raises(ValueError, match="view"):
        await leader.get(Filters(view="new"))


async def test_files_are_uploaded_claimed_and_read_again(counter: Counter) -> None:
    public = client(counter)
    uploaded = await public.attachments.upload("Biên bản hiện trường".encode())
    receipt = await public.reports.make(
        NewReport(unit="26737", text=TEXT, category=None, attachments=(uploaded.attachment_id,))
    )
    [own] = await public.attachments.own(receipt.code, receipt.secret)
    assert (own.attachment_id, own.media_type) == (uploaded.attachment_id, "text/plain")
    officer = client(counter, OFFICER)
    [seen] = await officer.attachments.of_case(receipt.case_id)
    content = await officer.attachments.download(receipt.case_id, seen.attachment_id)
    assert content.decode() == "Biên bản hiện trường"


async def test_whether_reports_can_be_taken_in(counter: Counter) -> None:
    counter.commands.down = True
    ready = await client(counter).ready()
    assert (ready.ready, ready.temporal) == (True, "down")


def test_it_imports_nothing_of_the_server() -> None:
    """In a process that finds the client and its libraries only."""
    code = (
        "import sys, hoiam_client\n"
        "rooms = {'domain', 'eventlog', 'activities', 'workflows', 'workers', 'api', 'cli'}\n"
        "found = rooms & {name.partition('.')[0] for name in sys.modules}\n"
        "assert not found, found"
    )
    subprocess.run([sys.executable, "-c", code], cwd=CLIENT, check=True)


async def test_a_token_of_the_province_reads_its_communes(counter: Counter) -> None:
    case_id = (await counter.report())["case_id"]
    leader = client(counter, f"leader@{PROVINCE}")
    assert (await leader.cases.get(case_id)).unit.code == "26737"
    with pytest.raises(NotFound):
        await client(counter, "leader@unit:01").cases.get(case_id)
