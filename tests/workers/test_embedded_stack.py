"""A living embedded stack on real servers, over a folder as deep and as oddly named as it gets."""

import asyncio
import os
import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import psutil
import pytest
import pytest_asyncio
from temporalio import workflow
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.testing import TimeSkipper, TimeSkippingConfig
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from workers.embedded.errors import DataInUse, PortInUse
from workers.embedded.postgres import EmbeddedPostgres
from workers.embedded.stack import EmbeddedStack, StackSettings, find
from workers.embedded.temporal import EmbeddedTemporal

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.xdist_group("embedded"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmbeddedStack]:
    deep = tmp_path_factory.mktemp("deep") / "dữ liệu phản ánh" / ("x" * 120) / "hồi âm"
    async with EmbeddedStack(deep, StackSettings(virtual_time=True)) as running:
        yield running


async def test_it_is_found_by_its_folder(stack: EmbeddedStack) -> None:
    assert find(stack.info.data_dir) == stack.info
    assert stack.info.pid == os.getpid()
    assert stack.info.virtual_time


async def test_another_process_finds_it_too(stack: EmbeddedStack) -> None:
    code = "import pathlib, sys, workers.embedded.stack as s; print(s.find(pathlib.Path('.')).pid)"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code),
        stdout=asyncio.subprocess.PIPE,
        cwd=stack.info.data_dir,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    answer, _ = await process.communicate()
    assert answer.decode().strip() == str(os.getpid())


async def test_a_second_start_is_refused_and_names_the_owner(stack: EmbeddedStack) -> None:
    with pytest.raises(DataInUse, match=rf"process {os.getpid()}\b.*choose another folder"):
        await EmbeddedStack(stack.info.data_dir).__aenter__()
    assert find(stack.info.data_dir) == stack.info
    assert stack.postgres.running
    assert stack.temporal.running


async def test_ctrl_c_does_not_reach_the_servers(stack: EmbeddedStack) -> None:
    for pid in (stack.postgres.pid, stack.temporal.pid):
        assert pid is not None
        assert os.getsid(pid) == pid


async def test_every_port_is_open_to_this_machine_only(stack: EmbeddedStack) -> None:
    listening = {
        connection.laddr.ip
        for pid in (stack.postgres.pid, stack.temporal.pid)
        for connection in psutil.Process(pid).net_connections()
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


async def test_the_folder_and_what_is_in_it_belong_to_the_owner_alone(
    stack: EmbeddedStack,
) -> None:
    folder = stack.info.data_dir
    assert _mode(folder) == 0o700
    assert _mode(folder / "stack.json") == 0o600
    assert _mode(folder / "postgres" / "password") == 0o600


async def test_the_password_is_in_no_print_out(stack: EmbeddedStack) -> None:
    password = (stack.info.data_dir / "postgres" / "password").read_text()
    assert password in stack.info.postgres_dsn.get_secret_value()
    assert password not in f"{stack.info!r} {stack.info} {stack.info.model_dump_json()}"


async def test_without_the_password_nobody_gets_in(stack: EmbeddedStack) -> None:
    password = (stack.info.data_dir / "postgres" / "password").read_text()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(stack.postgres.dsn.replace(password, "guess"))


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("data_checksums", "on"),
        ("server_encoding", "UTF8"),
        ("timezone", "UTC"),
        ("idle_in_transaction_session_timeout", "30s"),
    ],
)
async def test_postgres_is_set_to_lose_nothing(
    stack: EmbeddedStack, setting: str, value: str
) -> None:
    connection = await asyncpg.connect(stack.postgres.dsn)
    try:
        assert await connection.fetchval("select current_setting($1)", setting) == value
    finally:
        await connection.close()


async def test_the_application_is_no_superuser_but_owns_its_database(stack: EmbeddedStack) -> None:
    connection = await asyncpg.connect(stack.postgres.dsn)
    try:
        row = await connection.fetchrow(
            "select rolsuper, pg_get_userbyid(datdba) = rolname as owner, datcollate"
            " from pg_roles, pg_database where rolname = current_user"
            " and datname = current_database()"
        )
    finally:
        await connection.close()
    assert row is not None
    assert dict(row) == {"rolsuper": False, "owner": True, "datcollate": "C"}


async def test_temporal_keeps_closed_workflows_for_seven_days(stack: EmbeddedStack) -> None:
    client = await Client.connect(stack.temporal.address)
    request = DescribeNamespaceRequest(namespace="default")
    answer = await client.workflow_service.describe_namespace(request)
    assert answer.config.workflow_execution_retention_ttl.ToTimedelta().days == 7


@workflow.defn
class Nap:
    @workflow.run
    async def run(self) -> None:
        await workflow.sleep(90 * 86_400)


async def test_virtual_time_lets_a_client_skip_ninety_days(stack: EmbeddedStack) -> None:
    client = await Client.connect(stack.temporal.address)
    skipper = TimeSkipper(client, config=TimeSkippingConfig(enabled=False))
    runner = UnsandboxedWorkflowRunner()
    async with Worker(skipper.client, task_queue="naps", workflows=[Nap], workflow_runner=runner):
        nap = await skipper.client.start_workflow(Nap.run, id="nap", task_queue="naps")
        await skipper.fast_forward(nap, 91 * 86_400.0)
        await asyncio.wait_for(nap.result(), 30)


async def test_a_wanted_port_that_is_taken_is_named(stack: EmbeddedStack, tmp_path: Path) -> None:
    taken = int(stack.info.temporal.split(":")[1])
    with pytest.raises(PortInUse, match=f"Port {taken} .*free one is chosen"):
        await EmbeddedPostgres(tmp_path / "postgres", port=taken).start()
    with pytest.raises(PortInUse, match=f"Port {taken} .*free one is chosen"):
        await EmbeddedTemporal(tmp_path / "temporal", ui_port=taken).start()


async def test_a_server_stopped_on_purpose_stays_down_until_it_is_started(
    stack: EmbeddedStack,
) -> None:
    await stack.temporal.stop()
    await asyncio.sleep(1)
    assert not stack.temporal.running
    assert await stack.temporal.start() == stack.info.temporal


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
