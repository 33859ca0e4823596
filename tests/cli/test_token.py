"""`hoiam up` serves the HTTP interface; `hoiam token` lets people in and `hoiam revoke` out."""

from __future__ import annotations

import httpx
import pytest

from tests.cli.process import Hoiam, Up

pytestmark = pytest.mark.xdist_group("cli")

ROLE = ("--role", "intake_officer", "--body", "unit:26737")


def roles(up: Up, token: str) -> tuple[int, object]:
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.get(f"{up.ready['api']}/v1/me", headers=headers, timeout=30)
    return answer.status_code, answer.json().get("roles")


def test_a_token_counts_at_the_address_that_status_tells(up: Up, hoiam: Hoiam) -> None:
    assert hoiam("status", "--json").json["api"] == up.ready["api"]
    plain = hoiam("token", *ROLE)
    assert (plain.code, plain.err) == (0, "")
    assert roles(up, plain.out.strip()) == (200, ["intake_officer@unit:26737"])


def test_a_revoked_token_does_not_count(up: Up, hoiam: Hoiam) -> None:
    one, two = (hoiam("token", *ROLE, "--subject", "an", "--json").json for _ in range(2))
    ended = hoiam("revoke", "--token-id", one["token_id"], "--reason", "mất máy", "--json")
    assert ended.json == {"revoked": True}
    assert [roles(up, said["token"])[0] for said in (one, two)] == [401, 200]
    assert hoiam("revoke", "--subject", "an", "--reason", "nghỉ việc").code == 0


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        (("--role", "king", "--body", "unit:26737"), "role"),
        (("--role", "leader", "--body", "unit:1"), "body"),
        ((*ROLE, "--unit", "79"), "unit"),
    ],
)
def test_a_token_for_nobody_is_a_mistake(hoiam: Hoiam, wrong: tuple[str, ...], param: str) -> None:
    said = hoiam("token", *wrong, "--json")
    assert (said.code, said.json["param"]) == (2, param)


def test_an_admin_revokes_over_the_interface_what_is_theirs_alone(up: Up, hoiam: Hoiam) -> None:
    token = hoiam("token", *ROLE, "--subject", "binh", "--json").json
    headers = {"Authorization": f"Bearer {token['token']}"}
    account = httpx.get(f"{up.ready['api']}/v1/me", headers=headers, timeout=30).json()["account"]
    why = ("--reason", "nghỉ việc", "--json")
    refused = hoiam("revoke", "--as", "admin@unit:26740", "--account", account, *why)
    assert (refused.code, roles(up, token["token"])[0]) == (3, 200)
    ended = hoiam("revoke", "--as", "admin@unit:26737", "--account", account, *why)
    assert (ended.json, roles(up, token["token"])[0]) == ({"revoked": True}, 401)
    other = hoiam("token", *ROLE, "--subject", "chi", "--json").json
    assert hoiam("revoke", "--as", "admin@unit:79", "--token-id", other["token_id"], *why).code == 0
    assert roles(up, other["token"])[0] == 401


def test_each_way_to_revoke_has_its_own_name_for_an_account(hoiam: Hoiam) -> None:
    said = hoiam("revoke", "--as", "admin@unit:79", "--subject", "an", "--reason", "x")
    assert (said.code, "--account" in said.err) == (2, True)
    said = hoiam("revoke", "--account", "0c1d2e3f405162738495", "--reason", "x")
    assert (said.code, "--subject" in said.err) == (2, True)


def test_what_to_revoke_must_be_named(hoiam: Hoiam) -> None:
    assert hoiam("revoke", "--reason", "x").code == 2
    assert hoiam("token", *ROLE, "--hours", "25").code == 2
