"""Roles from the installation itself, for accounts whose issuer knows none; and ending tokens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.actor import ROLES
from eventlog.accounts import Accounts
from eventlog.store import EventStore
from tests.api.counter import COMMUNE, KEY, PROVINCE, Counter, at_once, report

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def store(shared_store: EventStore) -> EventStore:
    return shared_store


ADMIN = f"admin@{PROVINCE}"
INTAKE = f"intake_officer@{COMMUNE}"
WHY = "Quyết định phân công số 12"


def person(counter: Counter, name: str, *roles: str) -> dict[str, str]:
    """Somebody whose token names these roles, or none."""
    return counter.token(*roles, subject=name)


def without_id(counter: Counter, name: str, *roles: str) -> str:
    """A token as an issuer makes it that gives its tokens no ids."""
    shown = person(counter, name, *roles)["Authorization"].removeprefix("Bearer ")
    claims = jwt.decode(shown, options={"verify_signature": False})
    del claims["jti"]
    key, head = Ed25519PrivateKey.from_private_bytes(KEY), jwt.get_unverified_header(shown)
    return jwt.encode(claims, key, "EdDSA", headers={"kid": head["kid"]})


async def account_of(counter: Counter, headers: Mapping[str, str]) -> str:
    found: str = (await counter.http.get("/v1/me", headers=headers)).json()["account"]
    return found


async def roles_of(counter: Counter, headers: Mapping[str, str]) -> list[str]:
    found: list[str] = (await counter.http.get("/v1/me", headers=headers)).json()["roles"]
    return found


async def give(
    counter: Counter, account: str, *grants: str, by: str = ADMIN, admin: str = "quan-tri"
) -> httpx.Response:
    headers = person(counter, admin, by)
    form = {"grants": list(grants), "reason": WHY}
    return await counter.http.put(f"/v1/accounts/{account}/grants", json=form, headers=headers)


async def revoke(counter: Counter, by: str = ADMIN, **form: Any) -> httpx.Response:
    headers = person(counter, "quan-tri", by)
    sent = {"reason": "mất máy", **form}
    return await counter.http.post("/v1/tokens/revoke", json=sent, headers=headers)


# -- grants ----------------------------------------------------------------------------------


async def test_an_account_without_roles_works_with_those_that_an_admin_gave(
    counter: Counter,
) -> None:
    chi = person(counter, "chi@example.vn")
    account = await account_of(counter, chi)
    assert (await counter.http.post("/v1/reports", json=report(), headers=chi)).status_code == 403
    answer = await give(counter, account, INTAKE)
    assert (answer.status_code, answer.json()["grants"]) == (200, [INTAKE]), answer.text
    assert await roles_of(counter, chi) == [INTAKE]
    receipt = await counter.report(chi)
    first = (await counter.desk.store.load(receipt["case_id"]))[0].event
    assert (first.actor.role, first.actor.subject) == ("intake_officer", account)
    assert (await give(counter, account)).json()["grants"] == []
    assert await roles_of(counter, chi) == []


async def test_who_gave_what_when_and_why_is_kept(counter: Counter, store: EventStore) -> None:
    account = await account_of(counter, person(counter, "dung"))
    await give(counter, account, INTAKE)
    await give(counter, account, f"leader@{COMMUNE}")
    headers = person(counter, "quan-tri", ADMIN)
    seen = (await counter.http.get(f"/v1/accounts/{account}", headers=headers)).json()
    assert [one["grants"] for one in seen["history"]] == [[f"leader@{COMMUNE}"], [INTAKE]]
    newest = seen["history"][0]
    assert (newest["version"], newest["reason"]) == (2, WHY)
    assert newest["given_by"].startswith(f"admin@{PROVINCE}#")
    assert abs(datetime.fromisoformat(newest["at"]) - datetime.now(UTC)) < timedelta(minutes=1)
    kept = await store.pool.fetchval("select string_agg(g::text, '') from account_grants g")
    assert "dung" not in kept


async def test_the_same_again_changes_nothing(counter: Counter) -> None:
    account = await account_of(counter, person(counter, "em"))
    answers = [await give(counter, account, INTAKE, INTAKE) for _ in range(2)]
    assert [answer.json()["history"][0]["version"] for answer in answers] == [1, 1]


async def test_two_admins_at_once_lose_nothing(counter: Counter) -> None:
    account = await account_of(counter, person(counter, "giang"))
    mine, theirs = "leader@unit:00001", INTAKE
    answers = await at_once(
        *(give(counter, account, mine, by="admin@unit:01", admin="hn") for _ in range(3)),
        *(give(counter, account, theirs, by=ADMIN, admin="hcm") for _ in range(3)),
    )
    assert {answer.status_code for answer in answers} == {200}
    assert set(await roles_of(counter, person(counter, "giang"))) == {mine, theirs}


async def test_an_admin_gives_and_takes_in_their_own_territory_only(counter: Counter) -> None:
    account = await account_of(counter, person(counter, "hai"))
    for by, grant, status in (
        (ADMIN, "leader@unit:00001", 403),
        (f"admin@{COMMUNE}", f"leader@{PROVINCE}", 403),
        (f"admin@{COMMUNE}", f"leader@{PROVINCE} in 26737", 200),
        (f"admin@{PROVINCE} in 26737", INTAKE, 200),
        (f"admin@{PROVINCE} in 26737", "leader@unit:26740", 403),
        (ADMIN, f"admin@{COMMUNE}", 200),
        (ADMIN, "leader@front:26737", 200),
    ):
        answer = await give(counter, account, grant, by=by)
        assert answer.status_code == status, (by, grant, answer.text)
    await give(counter, account, "leader@unit:00001", by="admin@unit:01")
    assert (await give(counter, account)).json()["grants"] == ["leader@unit:00001"]


async def seen_by(counter: Counter, account: str, by: str) -> Any:
    headers = person(counter, "quan-tri", by)
    return (await counter.http.get(f"/v1/accounts/{account}", headers=headers)).json()


async def test_an_admin_sees_of_an_account_what_is_in_their_territory(counter: Counter) -> None:
    account = await account_of(counter, person(counter, "viet"))
    admins = ["admin@unit:00001", f"admin@{COMMUNE}", "admin@unit:26740"]
    grants = [by.replace("admin", "leader") for by in admins]
    for by, grant in zip(admins, grants, strict=True):
        answer = (await give(counter, account, grant, by=by)).json()
        assert answer == await seen_by(counter, account, by)
        assert answer["grants"] == [grant]
        (only,) = answer["history"]
        assert only["grants"] == [grant]
        assert only["given_by"].startswith(by)
    assert set((await seen_by(counter, account, ADMIN))["grants"]) == set(grants)
    for by in admins:
        assert (await give(counter, account, by=by)).json()["grants"] == []
    for by, grant in zip(admins, grants, strict=True):
        history = (await seen_by(counter, account, by))["history"]
        assert [one["grants"] for one in history] == [[], [grant]]
        assert all(one["given_by"].startswith(by) for one in history)
    assert len((await seen_by(counter, account, ADMIN))["history"]) == 6


async def test_of_what_is_elsewhere_an_admin_learns_nothing(counter: Counter) -> None:
    account = await account_of(counter, person(counter, "xuyen"))
    await give(counter, account, "leader@unit:00001", by="admin@unit:00001")
    below = f"admin@{COMMUNE}"
    nothing: dict[str, Any] = {"grants": [], "history": []}
    assert (await give(counter, account, by=below)).json() == {"account": account, **nothing}
    assert await seen_by(counter, account, below) == {"account": account, **nothing}
    assert await seen_by(counter, "0" * 20, below) == {"account": "0" * 20, **nothing}
    await give(counter, account, by="admin@unit:00001")
    assert await seen_by(counter, account, below) == {"account": account, **nothing}


@pytest.mark.parametrize("role", sorted(ROLES - {"admin"}))
async def test_nobody_but_an_admin_gives_reads_or_ends(counter: Counter, role: str) -> None:
    account = await account_of(counter, person(counter, "khanh"))
    headers, by = person(counter, "x", f"{role}@{PROVINCE}"), f"{role}@{PROVINCE}"
    answers = (
        await give(counter, account, INTAKE, by=by),
        await counter.http.get(f"/v1/accounts/{account}", headers=headers),
        await revoke(counter, by=by, account=account),
    )
    assert [answer.status_code for answer in answers] == [403, 403, 403]


async def test_nobody_gives_roles_to_themselves(counter: Counter) -> None:
    mine = await account_of(counter, person(counter, "quan-tri", ADMIN))
    assert (await give(counter, mine, f"leader@{PROVINCE}")).status_code == 403


@pytest.mark.parametrize(
    "grant", ["god@unit:79", "leader", "leader@unit:99999", f"leader@{COMMUNE} in 79", "x" * 300]
)
async def test_what_is_no_role_of_anybody_is_named(counter: Counter, grant: str) -> None:
    account = await account_of(counter, person(counter, "lan"))
    answer = await give(counter, account, INTAKE, grant)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/grants/1"
    assert await roles_of(counter, person(counter, "lan")) == []


async def test_a_role_from_both_sides_is_one_role(counter: Counter) -> None:
    account = await account_of(counter, person(counter, "minh"))
    await give(counter, account, INTAKE)
    await counter.report(person(counter, "minh", INTAKE))
    leader = f"leader@{PROVINCE}"
    narrow = person(counter, "minh-2", f"{leader} in 26737", f"{leader} in 26740")
    await counter.report({**narrow, "Act-As": f"{leader} in 26737"})


# -- ending ----------------------------------------------------------------------------------


async def status(counter: Counter, headers: Mapping[str, str]) -> int:
    return (await counter.http.get("/v1/me", headers=headers)).status_code


async def test_a_token_that_is_shown_ends_at_once_and_others_of_the_account_do_not(
    counter: Counter,
) -> None:
    one, two = person(counter, "nam", INTAKE), person(counter, "nam", INTAKE)
    answer = await revoke(counter, token=one["Authorization"].removeprefix("Bearer "))
    assert (answer.status_code, answer.json()) == (200, {"ended": "token"}), answer.text
    assert (await status(counter, one), await status(counter, two)) == (401, 200)
    again = await revoke(counter, token=one["Authorization"].removeprefix("Bearer "))
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (422, "/token")


async def test_an_account_ends_with_all_that_it_has_so_far(counter: Counter) -> None:
    token = person(counter, "oanh", INTAKE)
    account = await account_of(counter, token)
    await counter.report(token)
    answer = await revoke(counter, by=f"admin@{COMMUNE}", account=account)
    assert (answer.status_code, answer.json()) == (200, {"ended": "account"}), answer.text
    assert await status(counter, token) == 401


async def test_what_acts_elsewhere_is_not_ended_from_here(counter: Counter) -> None:
    token = person(counter, "phuc", INTAKE, "leader@unit:00001")
    shown = token["Authorization"].removeprefix("Bearer ")
    for by in (ADMIN.replace("79", "26737"), "admin@unit:00001"):
        answer = await revoke(counter, by=by, token=shown)
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/out-of-scope")
    unseen = person(counter, "quynh")
    account = await account_of(counter, unseen)
    below = await revoke(counter, by=f"admin@{COMMUNE}", account=account)
    assert below.status_code == 403
    assert (await revoke(counter, by=f"admin@{COMMUNE}", token_id="x")).status_code == 403
    assert await status(counter, token) == 200
    assert (await revoke(counter, account=account)).status_code == 200
    assert await status(counter, unseen) == 401


OVER_ALL = [f"{role}@{PROVINCE}" for role in ("admin", "auditor", "integration", "leader")]


@pytest.mark.parametrize("role", OVER_ALL)
async def test_what_an_admin_gave_does_not_make_an_account_theirs_to_end(
    counter: Counter, role: str
) -> None:
    below, given = f"admin@{COMMUNE}", f"collaborator@{COMMUNE}"
    known, unseen = person(counter, f"t-{role}", role), person(counter, f"u-{role}", role)
    await status(counter, known)
    for token in (known, unseen):
        shown = token["Authorization"].removeprefix("Bearer ")
        account = (await counter.desk.tokens.account(shown)).account_id
        assert (await give(counter, account, given, by=below)).status_code == 200
        answer = await revoke(counter, by=below, account=account)
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/out-of-scope")
        assert await status(counter, token) == 200
        assert (await revoke(counter, by=below, account=account)).status_code == 403
        assert (await revoke(counter, account=account)).status_code == 200


async def test_who_came_in_before_every_role_was_written_down_is_not_known(
    counter: Counter, store: EventStore
) -> None:
    token, below = person(counter, "vinh", INTAKE), f"admin@{COMMUNE}"
    shown = token["Authorization"].removeprefix("Bearer ")
    account = (await counter.desk.tokens.account(shown)).account_id
    row = "insert into officer (account, role, body, last_seen) values ($1, $2, $3, $4)"
    moment = counter.clock.now
    await store.pool.execute(row, account, "intake_officer", "unit:26737~2025", moment)
    assert (await revoke(counter, by=below, account=account)).status_code == 403
    await status(counter, token)
    assert (await revoke(counter, by=below, account=account)).status_code == 200


async def test_a_token_without_an_id_ends_its_account_as_the_account_does(
    counter: Counter,
) -> None:
    below, token = f"admin@{COMMUNE}", without_id(counter, "xuan", INTAKE)
    await status(counter, person(counter, "xuan", f"auditor@{PROVINCE}"))
    assert (await revoke(counter, by=below, token=token)).status_code == 403
    assert (await revoke(counter, token=token)).json() == {"ended": "account"}
    mine = without_id(counter, "yen", INTAKE)
    await status(counter, {"Authorization": f"Bearer {mine}"})
    assert (await revoke(counter, by=below, token=mine)).json() == {"ended": "account"}


async def test_a_token_of_which_only_the_id_is_known_ends_at_the_top(
    counter: Counter, store: EventStore
) -> None:
    issued = counter.issuer.issue("son", (), datetime.now(UTC), timedelta(hours=1))
    answer = await revoke(counter, token_id=issued.token_id)
    assert answer.status_code == 200
    assert await status(counter, {"Authorization": f"Bearer {issued.token}"}) == 401
    by = await store.pool.fetchval(
        "select revoked_by from revoked_token where token_id = $1", issued.token_id
    )
    assert by.startswith(f"admin@{PROVINCE}#")


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"token": "x", "token_id": "y"},
        {"token": "x"},
        {"account": "not-an-id"},
        {"token_id": "x", "reason": ""},
        {"token_id": "\x00"},
    ],
)
async def test_an_ending_that_names_nothing_or_two_things_is_refused(
    counter: Counter, form: dict[str, Any]
) -> None:
    assert (await revoke(counter, **form)).status_code == 422


async def test_a_revocation_never_moves_back(store: EventStore) -> None:
    accounts, now = Accounts(store.pool), datetime.now(UTC)
    await accounts.end("a" * 20, now, "nghỉ việc", "x")
    await accounts.end("a" * 20, now - timedelta(days=1), "lệnh cũ", "x")
    issued = now - timedelta(minutes=1)
    assert (await accounts.standing("i", "s", None, "a" * 20, issued)).revoked
    later = now + timedelta(seconds=1)
    assert not (await accounts.standing("i", "s", None, "a" * 20, later)).revoked


async def test_what_was_given_cannot_be_rewritten(store: EventStore) -> None:
    await Accounts(store.pool).give("b" * 20, 1, [], "x", "y")
    with pytest.raises(Exception, match="permission denied"):
        await store.pool.execute("delete from account_grants")
