"""`hoiam units search`: a unit's code from its name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from cyclopts import Parameter
from cyclopts.validators import Number

from cli.options import Json
from cli.output import as_json, say, table
from domain.directory import Directory, UnitVersion
from workers.law import load_law

__all__ = ["search"]


def search(
    text: str,
    /,
    *,
    at: date | None = None,
    limit: Annotated[int, Parameter(validator=Number(gte=1))] = 20,
    json: Json = False,
) -> None:
    """Find units by name or code, the best match first; works without a running stack.

    Parameters
    ----------
    text
        A name with or without diacritics, also with that of the unit above: ben nghe quan 1.
    at
        The day on which they are in force, as 2025-06-30; today if left out.
    limit
        How many to show.
    """
    law = load_law()
    day = at or datetime.now(ZoneInfo(law.zone)).date()
    found = law.directory.search(text, day, limit)
    facts = [_facts(unit, law.directory, day) for unit in found]
    if json:
        as_json(facts)
    elif facts:
        table("", ("code", "name", "level", "under"), _rows(facts))
    else:
        say(f"No unit in force on {day} is called like {text!r}.")


def _facts(unit: UnitVersion, directory: Directory, day: date) -> dict[str, Any]:
    above = (directory.unit(unit_id, day) for unit_id in directory.path(unit.unit_id, day)[1:])
    return {
        "code": unit.code,
        "name": unit.full_name,
        "level": unit.level,
        "under": [over.full_name for over in above if over is not None],
        "unit_id": unit.unit_id,
        "valid_from": unit.valid_from.isoformat() if unit.valid_from else None,
        "valid_to": unit.valid_to.isoformat() if unit.valid_to else None,
    }


def _rows(facts: Iterable[dict[str, Any]]) -> Iterable[tuple[str, ...]]:
    return ((unit["code"], unit["name"], unit["level"], ", ".join(unit["under"])) for unit in facts)
