"""Logs and spans around what happens to a case: ids and names only, never text or identity."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from opentelemetry import trace
from opentelemetry.trace import Status, StatusCode

__all__ = ["bind"]

_LOG: structlog.stdlib.BoundLogger = structlog.get_logger("hoiam")
_TRACER = trace.get_tracer("hoiam")


@contextmanager
def bind(command: str, **ids: str) -> Iterator[None]:
    """Let logs and spans inside carry these ids; log how it ended."""
    facts = {"command": command, **ids}
    with (
        structlog.contextvars.bound_contextvars(**facts),
        _TRACER.start_as_current_span(
            f"case.{command}",
            attributes={f"hoiam.{name}": value for name, value in facts.items()},
            record_exception=False,
            set_status_on_exception=False,
        ) as span,
    ):
        try:
            yield
        except BaseException as error:
            # The message of an exception may quote free text: only its kind is told.
            span.set_status(Status(StatusCode.ERROR, type(error).__name__))
            _LOG.warning("failed", error=type(error).__name__)
            raise
        _LOG.info("done")
