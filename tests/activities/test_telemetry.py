"""A command's logs and spans belong to the call it came with, and say how it ended."""

from collections.abc import Iterator

import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from structlog.testing import capture_logs

from activities import telemetry


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(telemetry, "_TRACER", provider.get_tracer("test"))
    yield exporter
    provider.shutdown()


def test_the_activity_s_span_hangs_on_the_call_of_the_gateway(
    exported: InMemorySpanExporter,
) -> None:
    with telemetry._TRACER.start_as_current_span("call"):
        sent = telemetry.traceparent()
    with telemetry.bind("accept", sent, case_id="c1"):
        pass
    call, command = exported.get_finished_spans()
    assert command.context is not None
    assert call.context is not None
    assert command.context.trace_id == call.context.trace_id
    assert command.parent is not None
    assert command.parent.span_id == call.context.span_id


def test_outside_of_any_span_nothing_is_sent_along() -> None:
    assert telemetry.traceparent() is None


def test_the_log_says_how_a_command_ended(exported: InMemorySpanExporter) -> None:
    with (
        capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs,
        telemetry.bind("close", case_id="c1") as told,
    ):
        told["outcome"] = "not_informed"
    assert logs == [
        {
            "command": "close",
            "case_id": "c1",
            "event": "done",
            "outcome": "not_informed",
            "log_level": "info",
        }
    ]


def test_a_failure_is_told_by_its_kind_and_never_by_its_words(
    exported: InMemorySpanExporter,
) -> None:
    with (
        capture_logs() as logs,
        pytest.raises(ValueError, match="ổ gà"),
        telemetry.bind("accept", case_id="c1"),
    ):
        raise ValueError("ổ gà trước trường")
    assert [log["error"] for log in logs] == ["ValueError"]
    (span,) = exported.get_finished_spans()
    assert "ổ gà" not in (span.to_json() or "")
