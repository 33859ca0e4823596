"""Spans go to the collector that is named, and nowhere when none is."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

PROGRAM = """
import sys
from activities.telemetry import bind
from workers.tracing import tracing

with tracing(sys.argv[1] if len(sys.argv) > 1 else None):
    with bind("accept", case_id="c1"):
        pass
print("opentelemetry.exporter.otlp.proto.http.trace_exporter" in sys.modules)
"""


def traced(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout.splitlines()[-1]


def test_spans_reach_the_collector() -> None:
    received: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.path, body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Keep the test quiet."""

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        traced(f"http://127.0.0.1:{server.server_port}/")
        server.shutdown()
        thread.join()
    assert [path for path, _ in received] == ["/v1/traces"]
    assert b"case.accept" in received[0][1]
    assert b"hoiam" in received[0][1]


def test_without_a_collector_nothing_that_sends_is_loaded() -> None:
    assert traced() == "False"
