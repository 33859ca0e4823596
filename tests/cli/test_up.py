"""`hoiam up` ends cleanly, starts again over its folder, and takes reports in without Temporal."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.cli.process import Hoiam, Up, run_hoiam

pytestmark = pytest.mark.xdist_group("cli")

REPORT = ("report", "--unit", "26737", "--category", "road", "--text", "Đèn hỏng", "--json")


def test_it_stops_cleanly_and_starts_again_where_it_was(
    tmp_path: Path, start_up: Callable[..., Up], say: Hoiam, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = start_up(tmp_path)
    servers = psutil.Process(first.process.pid).children(recursive=True)
    assert servers
    taken = say(*REPORT)
    assert (taken.code, taken.err) == (0, "")
    refused = run_hoiam(tmp_path, "up")
    assert (refused.code, refused.out) == (2, "")
    assert f"process {first.process.pid}" in refused.err
    assert first.stop(signal.SIGINT) == 0
    assert not [server for server in servers if server.is_running()]
    assert say("status").code == 4

    again = start_up(tmp_path)
    shown = say("case", "show", taken.json["case_id"], "--json")
    assert shown.json["state"] == "received"
    real = say("advance", "1", "hours")
    assert (real.code, real.out) == (2, "")
    assert "start it with --virtual-time" in real.err
    assert again.stop(signal.SIGTERM) == 0


def test_a_folder_whose_time_was_moved_is_not_run_in_real_time(
    tmp_path: Path, start_up: Callable[..., Up], say: Hoiam, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    virtual = start_up(tmp_path, "--virtual-time")
    assert say("advance", "36", "hours").code == 0
    assert virtual.stop() == 0
    real = run_hoiam(tmp_path, "up", "--json")
    assert (real.code, real.out) == (2, "")
    assert "add --virtual-time" in real.err


def test_without_temporal_reports_are_taken_in_and_commands_are_not(up: Up, hoiam: Hoiam) -> None:
    with _standing_still(up.process.pid):
        taken = hoiam(*REPORT)
        assert (taken.code, taken.err) == (0, "")
        accept = ("do", taken.json["code"], "accept", "--as", "intake_officer@unit:26737")
        refused = hoiam(*accept, "--json")
        assert (refused.code, refused.out) == (4, "")
        assert "engine of cases does not answer" in refused.err
    done = hoiam(*accept)
    assert (done.code, done.err) == (0, "")


def test_further_workers_join_an_installation_by_its_settings(up: Up, tmp_path: Path) -> None:
    info = json.loads((up.folder / ".hoiam" / "stack.json").read_text("utf-8"))
    settings = {
        "HOIAM_DATABASE_URL": info["postgres_dsn"],
        "HOIAM_TEMPORAL_ADDRESS": info["temporal"],
        "HOIAM_KEYS_DIR": str(up.folder / ".hoiam" / "keys"),
        "HOIAM_VIRTUAL_TIME": "true",
    }
    worker = Up(tmp_path, name="worker", **settings)
    assert worker.ready == {"ready": True, "temporal": info["temporal"]}
    assert worker.stop(signal.SIGTERM) == 0


def test_another_key_is_refused_and_nothing_is_written(
    up: Up, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, say: Hoiam
) -> None:
    info = json.loads((up.folder / ".hoiam" / "stack.json").read_text("utf-8"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOIAM_DATABASE_URL", info["postgres_dsn"])
    monkeypatch.setenv("HOIAM_TEMPORAL_ADDRESS", info["temporal"])
    monkeypatch.setenv("HOIAM_KEYS_DIR", str(tmp_path))
    (tmp_path / "master.key").write_bytes(bytes(32))
    (tmp_path / "master.key").chmod(0o600)
    said = say("case", "list")
    assert (said.code, said.out) == (2, "")
    assert "this database was written with key" in said.err


@contextmanager
def _standing_still(pid: int) -> Iterator[None]:
    """A Temporal server that is there and does not answer; killed, it would be started again."""
    servers = [
        child
        for child in psutil.Process(pid).children(recursive=True)
        if "temporal" in child.name()
    ]
    assert servers
    for server in servers:
        server.suspend()
    try:
        yield
    finally:
        for server in servers:
            server.resume()
