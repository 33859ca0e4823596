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


def test_what_to_revoke_must_be_named(hoiam: Hoiam) -> None:
    assert hoiam("revoke", "--reason", "x").code == 2
    assert hoiam("token", *ROLE, "--hours", "25").code == 2
