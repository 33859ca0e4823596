"""Everybody on every route: who gets in, and who sees, handles or is told of which case."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from api.access import ACCESS
from api.accounts import Grant
from domain.actor import ROLES
from eventlog.case_text import CaseText
from eventlog.periods import CasePeriods
from eventlog.projector import Projector
from eventlog.store import EventStore
from tests.activities.samples import TAKEN
from tests.api.asking import LISTS, PHONE, URL, Subject, request_for, sign_of
from tests.api.counter import COMMUNE, ELSEWHERE, NOW, PROVINCE, Counter, counter_over
from tests.api.description import Description
from tests.api.matrix import CALLERS, Cell, cells
from tests.eventlog.town_log import sealed

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: In which body the callers hold their roles, and where the case is: its unit, and whom it is
#: about.
STANDING = {
    "own": (COMMUNE, "26737", None),
    "other": (ELSEWHERE, "26737", None),
    "above": (PROVINCE, "26737", None),
    "under": (COMMUNE, "79", None),
    "about": (COMMUNE, "26737", COMMUNE),
    "heir": (COMMUNE, "26734", "unit:26734"),
}
#: A week before the reform in which a new commune took the place of 26734.
BEFORE = datetime(2025, 6, 24, 2, 0, tzinfo=UTC)
NAME = {"name": "Nguyễn Văn An", "phone": PHONE}
CELLS = tuple(cells())
#: Nothing that is asked changes what they are about.
READING = {
    *LISTS,
    "read_case",
    "read_history",
    "explain_clocks",
    "list_attachments",
    "download_attachment",
    "find_duplicates",
    "list_reporters",
    "what_is_allowed",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def matrix(shared_store: EventStore, shared_dsn: str) -> AsyncIterator[Matrix]:
    """One interface and one case at each place, which feed, statistics and search know of."""
    made = Matrix(counter_over(shared_store), shared_dsn)
    made.cases = {place: await made.case(place) for place in STANDING}
    await made.followed()
    yield made
    await made.counter.http.aclose()


class Matrix:
    """Callers, and what they ask about."""

    def __init__(self, counter: Counter, dsn: str) -> None:
        self.counter, self.dsn, self.description = counter, dsn, Description()
        self.cases: dict[str, Subject] = {}
        self.made = 0

    async def followed(self) -> None:
        """Let what follows the log come up with it."""
        await sealed(self.dsn)
        store = self.counter.desk.store
        await Projector(store.pool, store.keys, [CasePeriods(), CaseText()]).catch_up()

    async def case(self, place: str) -> Subject:
        """A case with a file, an identity, and words that no other case has."""
        counter, (_, unit, about) = self.counter, STANDING[place]
        self.made += 1
        at = (BEFORE if place == "heir" else NOW) - timedelta(seconds=self.made)
        counter.clock.now = at
        file = (await counter.upload(TAKEN["application/pdf"]))["attachment_id"]
        text = f"Ổ gà số {uuid4().hex}"
        facts: dict[str, Any] = {"unit": unit, "about_body": about, "text": text, "reporter": NAME}
        receipt = await counter.report(attachments=[file], **facts)
        counter.clock.now = NOW
        own = {name: receipt[name] for name in ("code", "secret")}
        listed = await counter.http.get(
            f"/v1/track/{own['code']}/attachments", headers={"Receipt-Secret": own["secret"]}
        )
        shown = listed.json()[0]["attachment_id"]
        return Subject(receipt["case_id"], unit=unit, text=text, file=shown, at=at, **own)

    def headers(self, who: str, place: str, subject: Subject) -> dict[str, str]:
        """What a caller sends: a token, a receipt, or neither."""
        secret = {"Receipt-Secret": subject.secret if who == "reporter" else "wrong"}
        if who not in ROLES:
            return secret
        return {**secret, **self.counter.token(f"{who}@{STANDING[place][0]}")}

    async def subject(self, route: str, place: str) -> Subject:
        """What a request is about: of reading the case at the place, else a new one."""
        if route in READING - {"list_subscriptions"}:
            return self.cases[place]
        one = await self.case(place) if "command_" in route or route in _ON_CASES else Subject()
        one = replace(one, unit=STANDING[place][1])
        return replace(one, **await self._extra(route, place))

    async def _extra(self, route: str, place: str) -> dict[str, Any]:
        if "subscription" in (request_path(route)):
            holder = PROVINCE if place == "under" else COMMUNE
            return {"subscription": await self._subscription(f"integration@{holder}")}
        if "/bulk/" in request_path(route):
            return {"bulk": await self._bulk(place)}
        if route in {"read_grants", "give_grants", "revoke_tokens"}:
            return {"account": await self._granted(STANDING[place][1])}
        if route == "what_became":
            return {"key": await self._given(place)}
        if route == "plan_handover":
            return {"giver": await self._account("an"), "to": await self._account("binh")}
        return {}

    async def _granted(self, unit: str) -> str:
        """An account that was given a role in a unit, and came in with it."""
        theirs = self.counter.token(subject=uuid4().hex)
        me = (await self.counter.http.get("/v1/me", headers=theirs)).json()
        account, form = me["account"], {"grants": [f"leader@unit:{unit}"], "reason": "Mới"}
        headers = self.counter.token(f"admin@{PROVINCE}", subject="chief")
        url = f"/v1/accounts/{account}/grants"
        given = await self.counter.http.put(url, json=form, headers=headers)
        assert given.status_code == 200, given.text
        await self.counter.http.get("/v1/me", headers=theirs)
        return str(account)

    async def _account(self, subject: str) -> str:
        headers = self.counter.token(f"case_officer@{COMMUNE}", subject=subject)
        return str((await self.counter.http.get("/v1/me", headers=headers)).json()["account"])

    async def _subscription(self, role: str) -> str:
        counter = self.counter
        await counter.desk.store.pool.execute("delete from subscription")  # a body has 20 at most
        sent: dict[str, Any] = {"json": {"url": URL}, "headers": counter.token(role)}
        return str((await counter.http.post("/v1/subscriptions", **sent)).json()["id"])

    def _maker(self, place: str) -> dict[str, str]:
        """The account that asks, or at another place somebody else's."""
        return self.counter.token(
            f"leader@{COMMUNE}", subject="an" if place == "own" else "somebody"
        )

    async def _bulk(self, place: str) -> str:
        case = (await self.case("own")).case
        form = {"command": "note", "params": {"text": "Đã xem."}, "cases": [case]}
        sent: dict[str, Any] = {"json": form, "headers": self._maker(place)}
        return str((await self.counter.http.post("/v1/bulk", **sent)).json()["bulk_id"])

    async def _given(self, place: str) -> str:
        case, key = (await self.case("own")).case, str(uuid4())
        headers = {**self._maker(place), "Idempotency-Key": key}
        url = f"/v1/cases/{case}/commands/note"
        await self.counter.http.post(url, json={"text": "Đã xem."}, headers=headers)
        return key

    async def asked(self, route: str, who: str, place: str, subject: Subject) -> str:
        """The sign of what a caller is answered."""
        method, path, sent = request_for(route, subject)
        headers = self.headers(who, place, subject)
        answer = await self.counter.http.request(method, path, headers=headers, **sent)
        assert self.description.faults(route, answer) == []
        return sign_of(route, answer, subject)


_ON_CASES = {
    "disclose_identity",
    "replace_receipt",
    "plan_bulk",
    "show_token",
    "track_report",
    "supplement_report",
    "judge_answer",
    "withdraw_report",
    "list_own_attachments",
    "download_own_attachment",
}


def request_path(route: str) -> str:
    """Where a request goes."""
    return request_for(route, Subject())[1]


async def test_every_route_and_every_role_has_its_row_in_the_matrix() -> None:
    assert {cell.route for cell in CELLS} == ACCESS.keys()
    assert {*CALLERS} == ROLES | {"nobody", "reporter"}
    assert len({(cell.route, cell.place) for cell in CELLS}) == len(CELLS)


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: f"{cell.route}-{cell.place}")
async def test_everybody_is_answered_as_the_matrix_says(matrix: Matrix, cell: Cell) -> None:
    answered, subject = [], await matrix.subject(cell.route, cell.place)
    for who in CALLERS[: len(cell.signs)]:
        answered.append(await matrix.asked(cell.route, who, cell.place, subject))
        if answered[-1] == "+" and cell.route not in READING:
            subject = await matrix.subject(cell.route, cell.place)
    assert "".join(answered) == cell.signs


#: Roles that give nothing, or only a part: on the case of 26737, under the province.
#: Signs for: list_cases export_cases read_case read_history list_attachments find_duplicates
#: what_is_allowed command_note read_events plan_bulk.
ROUTES = (
    "list_cases",
    "export_cases",
    "read_case",
    "read_history",
    "list_attachments",
    "find_duplicates",
    "what_is_allowed",
    "command_note",
    "read_events",
    "plan_bulk",
    "show_statistics",
)
WEAK = {
    (): "33333333333",
    ("mayor@unit:79",): "33333333333",
    ("leader@unit:760",): "..44443333.",
    ("leader@unit:nowhere",): "..44443333.",
    ("leader@unit:79 in 26740",): "..444444...",
    ("leader@unit:79 in 01",): "..44443333.",
    ("leader@unit:79 in 26737",): "+++++++++++",
    ("leader@unit:79", "integration@unit:26737"): "+++++++++++",
    ("case_officer@transport:79",): "..4444443..",
}


@pytest.mark.parametrize("roles", WEAK, ids=lambda roles: ", ".join(roles) or "none")
async def test_a_token_gives_what_is_in_force_and_inside_its_unit(
    matrix: Matrix, roles: tuple[str, ...]
) -> None:
    subject = matrix.cases["own"]
    grants = tuple(Grant(*_parts(role)) for role in roles)
    issued = matrix.counter.issuer.issue("an", grants, datetime.now(UTC), timedelta(hours=1))
    headers = {"Authorization": f"Bearer {issued.token}"}
    signs = []
    for route in ROUTES:
        method, path, sent = request_for(route, subject)
        answer = await matrix.counter.http.request(method, path, headers=headers, **sent)
        signs.append(sign_of(route, answer, subject))
    assert "".join(signs) == WEAK[roles]


def _parts(role: str) -> tuple[str, str, str | None]:
    place, _, unit = role.partition(" in ")
    name, _, body = place.partition("@")
    return name, body, unit or None


@pytest.mark.parametrize("own", ["collaborator", "integration", "auditor"])
@pytest.mark.parametrize("place", ["about", "heir"])
async def test_another_role_opens_no_case_about_ones_own_body(
    matrix: Matrix, own: str, place: str
) -> None:
    subject = matrix.cases[place]
    for roles, signs in (((), "+++++++++++"), ((f"{own}@{COMMUNE}",), "..444444...")):
        headers = matrix.counter.token(f"leader@{PROVINCE}", *roles)
        headers["Act-As"] = f"leader@{PROVINCE}"
        said = []
        for route in ROUTES:
            method, path, sent = request_for(route, subject)
            answer = await matrix.counter.http.request(method, path, headers=headers, **sent)
            said.append(sign_of(route, answer, subject))
        assert "".join(said) == signs, roles


async def test_a_case_about_ones_body_is_nobodys_candidate_for_a_duplicate(
    matrix: Matrix,
) -> None:
    counter, text = matrix.counter, "Cây đổ chắn ngang đường hẻm 42"
    mine = await counter.report(text=text)
    like = await counter.report(text=text)
    about = await counter.report(text=text, about_body=COMMUNE)
    await matrix.followed()
    for body, sees in ((COMMUNE, False), (PROVINCE, True)):
        for role in ("intake_officer", "case_officer", "leader"):
            url = f"/v1/cases/{mine['case_id']}/duplicates"
            answer = await counter.http.get(url, headers=counter.token(f"{role}@{body}"))
            found = {one["case"]["case_id"] for one in answer.json()["candidates"]}
            assert like["case_id"] in found
            assert (about["case_id"] in found) is sees
