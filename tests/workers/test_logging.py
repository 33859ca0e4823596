"""Logs are JSON on stderr, carry the ids that are bound, and quote nobody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from workers.logging import configure_logging

WORDS = "Ông A đã nói"
PROGRAM = f"""
import logging
import structlog
from activities.telemetry import bind
from workers.logging import configure_logging
from workers.tracing import tracing

configure_logging("info")
with tracing(None):
    with bind("accept", case_id="c1", command_id="k1"):
        logging.getLogger("library").warning("took %s\\nsecond line", {WORDS!r})
    try:
        with bind("note", case_id="c2", command_id="k2"):
            raise ValueError({WORDS!r})
    except ValueError:
        logging.getLogger("library").exception("it failed")
structlog.get_logger("quiet").debug("not told")
"""


def test_a_process_logs_ids_and_kinds_and_no_words() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout == ""
    assert WORDS not in done.stderr
    took, finished, failed, raised = map(json.loads, done.stderr.splitlines())
    assert took["event"] == "took %s"
    assert (took["case_id"], took["command_id"], took["logger"]) == ("c1", "k1", "library")
    assert took["trace_id"] == finished["trace_id"] != failed["trace_id"]
    assert (failed["case_id"], failed["error"]) == ("c2", "ValueError")
    assert (raised["event"], raised["error"]) == ("it failed", "ValueError")
    assert "trace_id" not in raised


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(ValueError, match="use debug, info, warning or error"):
        configure_logging("loud")
