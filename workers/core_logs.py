"""Temporal's own log lines go where ours go: by default they would be printed on stdout."""

from __future__ import annotations

import logging
from functools import cache

from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

__all__ = ["forward_core_logs"]


@cache
def forward_core_logs() -> None:
    """Make the process's one Temporal runtime, with its log sent to Python's; once per process."""
    forwarding = LogForwardingConfig(logging.getLogger("temporalio.core"))
    quiet = TelemetryFilter(core_level="WARN", other_level="ERROR")
    logs = LoggingConfig(quiet, forwarding=forwarding)
    Runtime.set_default(
        Runtime(telemetry=TelemetryConfig(logging=logs)), error_if_already_set=False
    )
