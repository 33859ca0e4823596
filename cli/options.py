"""Options that several commands share, so that they are called and explained the same."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Path as CheckedPath

__all__ = ["Data", "File", "Json", "Key", "LogLevel", "Seeing"]

Data = Annotated[
    Path | None,
    Parameter(
        name="--data",
        help="Data folder of the stack that `hoiam up` runs. Left out: .hoiam, or the "
        "installation that the HOIAM_ settings name.",
    ),
]
File = Annotated[Path, Parameter(validator=CheckedPath(exists=True, dir_okay=False))]
Json = Annotated[bool, Parameter(name="--json", help="Print one JSON value, for programs.")]
Key = Annotated[
    str | None,
    Parameter(
        name="--key",
        help="Makes a repeat harmless: the same key with the same request gets the same answer.",
    ),
]
LogLevel = Annotated[
    Literal["debug", "info", "warning", "error"],
    Parameter(
        name="--log-level",
        env_var="HOIAM_LOG_LEVEL",
        help="From which level on log lines are written, as JSON on stderr.",
    ),
]
Seeing = Annotated[
    str | None,
    Parameter(
        name="--as",
        help="Ask the HTTP interface as this role, as leader@unit:CODE, and see what it may see. "
        "Left out: read the log itself, where it is at hand.",
    ),
]
