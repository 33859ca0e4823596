"""The list as a file: streamed in bounded memory, of one moment, and let go when nobody reads."""

from __future__ import annotations

import asyncio
import csv
import io
import tracemalloc
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from api.app import build
from api.exporting import COLUMNS, harmless
from api.frame import Frame
from api.limits import Turns
from eventlog.pg import OwnConnection
from eventlog.store import EventStore
from tests.api.counter import Counter, counter_over
from tests.domain.town import law

LEADER = "leader@unit:79"
_MANY = """
insert into case_row (
    case_id, version, code, state, rung, accountable, unit, category, severity, channel, pack,
    received_at, changed_at, due_at, late, paused, reopened, open, assignee)
select 'case' || n, 1, 'C' || n, 'received', 'commune', 'unit:26737~2025',
    case when n <= $2 then '26737~2025' else '26740~2025' end, 'road',
    case when n % 40 = 0 then 'hot_spot' else 'normal' end, 'web', 'since-2025-07@1', at, at,
    case when n % 3 > 0 then at + interval '14 days' end, false, false, 0, true,
    case when n % 7 = 0 then '=cmd()' end
from (
    select n, timestamptz '2026-03-02' - n * interval '7 minutes' as at
    from generate_series(1, $1) n
) made
"""
Sent = Callable[[int], Awaitable[None]]


@dataclass
class Reader:
    """A caller who takes a file part by part.

    With ``leaves_after`` so many parts the connection ends; who ``stays`` reads one and no more.
    """

    counter: Counter
    leaves_after: int | None = None
    stays: bool = False
    parts: list[bytes] | None = None
    status: int | None = None
    sizes: list[int] = field(default_factory=list)
    left: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False

    async def read(self, query: str = "", between: Sent | None = None) -> None:
        """Ask for the file and read it."""
        headers = {"Authorization": "", **self.counter.token(LEADER)}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "path": "/v1/cases.csv",
            "raw_path": b"/v1/cases.csv",
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), said.encode()) for name, said in headers.items()],
            "client": ("192.0.2.1", 1),
            "server": ("hoiam.test", 80),
            "scheme": "http",
            "root_path": "",
        }

        async def receive() -> dict[str, Any]:
            await self.left.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            await asyncio.sleep(0)
            if message["type"] == "http.response.start":
                self.status = message["status"]
                return
            self.sizes.append(len(message["body"]))
            if self.parts is not None:
                self.parts.append(message["body"])
            self.ended = not message.get("more_body", False)
            if between is not None:
                await between(len(self.sizes))
            if len(self.sizes) == self.leaves_after:
                self.left.set()
            if self.stays or self.left.is_set():
                await asyncio.sleep(3600)

        await build(self.counter.desk)(scope, receive, send)


async def fill(owner: OwnConnection, many: int, few: int = 0) -> None:
    await owner.execute(_MANY, many, few)
    await owner.execute("analyze case_row")


async def listed(counter: Counter, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        page = await counter.http.get(
            "/v1/cases",
            params={"limit": 200, "counts": False, **asked, **after},
            headers=counter.token(LEADER),
        )
        found += page.json()["cases"]
        if page.json()["next"] is None:
            return found
        after = {"after": page.json()["next"]}


async def peak(counter: Counter, query: str) -> tuple[int, int]:
    """The most memory that a file took on its way, and how large it was (bytes)."""
    reader = Reader(counter)
    tracemalloc.start()
    await reader.read(query)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (reader.status, reader.ended) == (200, True)
    return most, sum(reader.sizes)


async def test_twenty_thousand_cases_are_streamed_in_bounded_memory(
    counter: Counter, owner: OwnConnection
) -> None:
    await fill(owner, 20_000, 2_000)
    await peak(counter, "unit=26737")  # what is made once is not of this measure
    few, small = await peak(counter, "unit=26737")
    many, large = await peak(counter, "")
    assert large > 9 * small
    assert large > 3_500_000
    assert many < 1.5 * few
    assert many < large / 2


async def test_a_file_of_twenty_thousand_is_the_list(
    counter: Counter, owner: OwnConnection
) -> None:
    await fill(owner, 20_000)
    reader = Reader(counter, parts=[])
    await reader.read("sort=due")
    text = b"".join(reader.parts or ()).decode()
    lines = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(lines) == 20_000
    rows = await listed(counter, sort="due")
    assert [line["case_id"] for line in lines] == [row["case_id"] for row in rows]
    assert [line["due_at"] for line in lines] == [row["due_at"] or "" for row in rows]
    assert max(reader.sizes) < 100_000


async def test_a_file_is_of_the_moment_at_which_it_was_asked_for(
    counter: Counter, owner: OwnConnection
) -> None:
    await fill(owner, 1000)

    async def meanwhile(parts: int) -> None:
        if parts == 1:
            await owner.execute("update case_row set due_at = null, category = 'waste'")
            await owner.execute("delete from case_row where case_id = 'case999'")

    reader = Reader(counter, parts=[])
    await reader.read(between=meanwhile)
    text = b"".join(reader.parts or ()).decode()
    lines = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len({line["case_id"] for line in lines}) == 1000
    assert {line["category"] for line in lines} == {"road"}


async def test_who_leaves_keeps_nothing_busy(counter: Counter, owner: OwnConnection) -> None:
    await fill(owner, 5000)
    pool = counter.desk.store.pool
    for _ in range(pool.get_max_size() + 1):
        reader = Reader(counter, leaves_after=1)
        await reader.read()
        assert (len(reader.sizes), reader.ended) == (1, False)
        assert counter.desk.exports.taken == 0
    idle_in_transaction = await owner.fetchval(
        "select count(*) from pg_stat_activity "
        "where datname = current_database() and state like 'idle in transaction%'"
    )
    assert idle_in_transaction == 0
    assert (await counter.http.get("/v1/cases", headers=counter.token(LEADER))).status_code == 200


async def test_only_so_many_files_are_on_their_way_at_once(
    store: EventStore, owner: OwnConnection
) -> None:
    counter = counter_over(store, exports=Turns(2))
    await fill(owner, 1000)
    async with asyncio.timeout(30):
        readers = [Reader(counter, stays=True) for _ in range(2)]
        tasks = [asyncio.create_task(reader.read()) for reader in readers]
        while not all(reader.sizes for reader in readers):
            await asyncio.sleep(0.01)
        busy = await counter.http.get("/v1/cases.csv", headers=counter.token(LEADER))
        assert (busy.status_code, busy.headers["Retry-After"]) == (503, "10")
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        again = await counter.http.get("/v1/cases.csv", headers=counter.token(LEADER))
        assert (again.status_code, again.text.count("\r\n")) == (200, 1001)


async def test_what_has_begun_may_take_longer_than_what_has_not() -> None:
    async def slow(scope: Any, _receive: Any, send: Any) -> None:
        if scope["path"] == "/late":
            await asyncio.sleep(5)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(0.3)
        await send({"type": "http.response.body", "body": b"all of it"})

    transport = httpx.ASGITransport(Frame(slow, longest=0.1))
    async with httpx.AsyncClient(transport=transport, base_url="http://hoiam.test") as http:
        assert (await http.get("/long")).text == "all of it"
        assert (await http.get("/late")).status_code == 503


async def test_a_file_that_cannot_begin_is_a_problem(counter: Counter) -> None:
    await counter.desk.store.pool.close()
    answer = await counter.http.get("/v1/cases.csv", headers=counter.token(LEADER))
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"


async def test_an_empty_list_is_a_file_with_the_names_of_its_columns(counter: Counter) -> None:
    answer = await counter.http.get("/v1/cases.csv", headers=counter.token(LEADER))
    assert answer.text == ",".join(COLUMNS) + "\r\n"
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="cases.csv"'
    marked = await counter.http.get("/v1/cases.csv?bom=true", headers=counter.token(LEADER))
    assert marked.content == b"\xef\xbb\xbf" + answer.content


async def test_what_a_spreadsheet_would_run_is_a_text(
    counter: Counter, owner: OwnConnection
) -> None:
    await fill(owner, 14)
    answer = await counter.http.get("/v1/cases.csv", headers=counter.token(LEADER))
    lines = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert {line["assignee"] for line in lines} == {"", "'=cmd()"}
    assert {row["assignee"] for row in await listed(counter)} == {None, "=cmd()"}


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1"]
)
def test_a_formula_is_marked_as_a_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "road", "a=b", "HA-7K3M9-QX2CD-4", "unit:26737", "1-2"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


async def test_a_file_has_the_local_times_of_the_list(
    counter: Counter, owner: OwnConnection
) -> None:
    await fill(owner, 1)
    answer = await counter.http.get("/v1/cases.csv", headers=counter.token(LEADER))
    [line] = csv.DictReader(io.StringIO(answer.text, newline=""))
    [row] = await listed(counter)
    assert line["received_at"] == row["received_at"] == "2026-03-02T06:53:00+07:00"
    assert line["unit_name"] == law().directory.known_unit("26740~2025").full_name
