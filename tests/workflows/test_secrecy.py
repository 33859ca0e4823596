"""Temporal stores nothing that can be read: no report, no names, no roles."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from tests.stacks import CLASSIC, COMMUNE, INTAKE, LEADER, OFFICER, Site
from workflows.gateway import workflow_id

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("site")]

#: What must not be found: words of the report and of commands, roles, bodies, people.
SECRETS = (
    "Nguyễn Thị Bưởi",
    "0987654321",
    "Biên bản hiện trường",
    "officer#tran.van.a",
    INTAKE,
    LEADER,
    "intake_officer",
    "unit:26734",
    "reporter-ref-77",
    "drainage_flood",
)


async def lived(site: Site) -> str:
    """A case with secrets of every kind; a refusal and a failure among its commands."""
    text = "Bà Nguyễn Thị Bưởi, số 0987654321, báo ổ gà"
    case_id = await site.start_directly(CLASSIC, text=text, reporter_ref="reporter-ref-77")
    await site.done(case_id, "accept", INTAKE)
    await site.done(case_id, "classify", INTAKE, category="drainage_flood")
    await site.do(case_id, "accept", INTAKE)
    person = f"case_officer@{COMMUNE}#officer#tran.van.a"
    await site.done(case_id, "note", person, text="Biên bản hiện trường của Nguyễn Thị Bưởi")
    await site.do(case_id, "redirect", LEADER, to="nowhere:at-all", reason="Nguyễn Thị Bưởi")
    await site.done(case_id, "note", OFFICER, text="Biên bản hiện trường")
    return case_id


def database_bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.glob("temporal.db*"))


async def test_the_raw_history_holds_no_word_of_a_case(site: Site) -> None:
    case_id = await lived(site)
    history = await site.office.gateway.handle(case_id).fetch_history()
    raw = b"".join(event.SerializeToString() for event in history.events)
    assert len(raw) > 2_000
    assert [secret for secret in SECRETS if secret.encode() in raw] == []


async def test_the_servers_database_file_holds_no_word_of_a_case(site: Site) -> None:
    case_id = await lived(site)
    raw = database_bytes(site.stack.info.data_dir / "temporal")
    assert workflow_id(case_id).encode() in raw, "the case itself is there"
    assert [secret for secret in SECRETS if secret.encode() in raw] == []


async def test_a_workflow_id_is_a_random_id_and_nothing_else(site: Site) -> None:
    case_id = await site.report(CLASSIC)
    await site.settled()
    description = await site.office.gateway.handle(case_id).describe()
    assert description.id == f"case/{UUID(case_id)}"
    names = {pair.key.name for pair in description.typed_search_attributes}
    assert {name for name in names if not name.startswith(("Build", "Temporal"))} == set()
    assert await description.memo() == {}
