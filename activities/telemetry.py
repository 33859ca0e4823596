"""Logs and spans around what happens to a case: ids and names only, never text or identity."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

__all__ = ["bind", "traceparent"]

_LOG: structlog.stdlib.BoundLogger = structlog.get_logger("hoiam")
_TRACER = trace.get_tracer("hoiam")
_W3C = TraceContextTextMapPropagator()


def traceparent() -> str | None:
    """The span we are in, as it is sent along with a command; None outside of any."""
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return carrier.get("traceparent")


def _parent(sent: str | None) -> Context | None:
    return _W3C.extract({"traceparent": sent}) if sent else None


@contextmanager
def bind(command: str, parent: str | None = None, **ids: str) -> Iterator[dict[str, str]]:
    """Let logs and spans inside carry these ids; log how it ended, with what is put into the yield.

    ``parent`` is the span that a command was sent from: a workflow's own spans hang on the call
    that started it, perhaps months ago.
    """
    told: dict[str, str] = {}
    facts = {"command": command, **ids}
    with (
        structlog.contextvars.bound_contextvars(**facts),
        _TRACER.start_as_current_span(
            f"case.{command}",
            context=_parent(parent),
            attributes={f"hoiam.{name}": value for name, value in facts.items()},
            record_exception=False,
            set_status_on_exception=False,
        ) as span,
    ):
        try:
            yield told
        except BaseException as error:
            # The message of an exception may quote free text: only its kind is told.
            span.set_status(Status(StatusCode.ERROR, type(error).__name__))
            _LOG.warning("failed", error=type(error).__name__)
            raise
        _LOG.info("done", **told)
