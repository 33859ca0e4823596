"""Spans from the caller to the events: made always, for their ids; sent only where told to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

__all__ = ["tracing"]


@contextmanager
def tracing(endpoint: str | None) -> Iterator[TracerProvider]:
    """Make spans while the context lasts, and send them to ``endpoint`` (OTLP over HTTP).

    ``endpoint`` is the collector's address, such as ``http://127.0.0.1:4318``; without one the
    spans only give logs their trace ids. A process has one provider: it is made the first time.
    """
    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        provider = TracerProvider(resource=Resource.create({"service.name": "hoiam"}))
        if endpoint is not None:
            provider.add_span_processor(_sender(endpoint))
        trace.set_tracer_provider(provider)
    try:
        yield provider
    finally:
        provider.force_flush()


def _sender(endpoint: str) -> SpanProcessor:
    # Only an installation that sends spans pays for loading what sends them.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - see above
        OTLPSpanExporter,
    )

    return BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces"))
