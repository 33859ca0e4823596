"""Logs as JSON lines on stderr, with case, command and trace ids, and without anybody's words."""

from __future__ import annotations

import logging
import sys
import traceback

import structlog
from opentelemetry import trace
from structlog.typing import EventDict, Processor, WrappedLogger

__all__ = ["configure_logging"]

_FORMATTER = structlog.stdlib.ProcessorFormatter


def configure_logging(level: str) -> None:
    """Send every log, of libraries too, to stderr as one JSON object per line.

    ``level`` is a name such as ``info``. Raises ValueError for an unknown one.
    """
    _to_stderr(_number(level))
    structlog.configure(
        processors=[*_SHARED, _FORMATTER.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _number(level: str) -> int:
    known = logging.getLevelNamesMapping()
    if level.upper() not in known:
        raise ValueError(f"unknown log level {level!r}: use debug, info, warning or error")
    return known[level.upper()]


def _to_stderr(level: int) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _FORMATTER(
            processors=[
                _FORMATTER.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            foreign_pre_chain=[_template_only, *_SHARED],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)


def _template_only(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Of a library's message keep its first line before values are put in: they may be words."""
    record: logging.LogRecord = event["_record"]
    event["event"] = str(record.msg).partition("\n")[0]
    return event


def _trace_ids(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = trace.format_trace_id(context.trace_id)
        event["span_id"] = trace.format_span_id(context.span_id)
    return event


def _kind_of_error(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Of an exception tell its kind and its place; its message may quote what people wrote."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        frames = traceback.extract_tb(error.__traceback__)
        event["at"] = [f"{frame.filename}:{frame.lineno}" for frame in frames[-3:]]
    return event


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at_time"),
    _trace_ids,
    _kind_of_error,
]
