"""`hoiam advance`, `migrate` and `recover`: looking after an installation."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from cli.desk import office_at, opening, settings_at
from cli.errors import Exit, Failed, mistakes
from cli.options import Data, Json
from cli.output import as_json, say
from domain.calendar import CalendarEnds
from eventlog.setup import prepare
from workers.bootstrap import Log
from workers.drill.advance import advanced
from workers.drill.forms import Advance
from workers.recover import recover as recover_cases
from workers.virtual import NotVirtual, VirtualTime

__all__ = ["advance", "migrate", "recover"]

Unit = Literal["working_days", "calendar_days", "hours", "working_day", "calendar_day", "hour"]


async def advance(amount: int, unit: Unit, /, *, data: Data = None, json: Json = False) -> None:
    """Move the time of a virtual stack ahead; whatever falls due on the way has happened then.

    By working days it goes to just after the end of the n-th working day after today, by the
    calendar of the policy in force; by calendar days to just after the end of the working day on
    the n-th day; by hours exactly.
    """
    async with office_at(data) as office:
        until = _until(office.log, await office.log.now(), f"{amount} {unit}")
        with mistakes(NotVirtual):
            await VirtualTime(office).until(until)
        now = await office.log.now()
    local = now.astimezone(ZoneInfo(office.log.settings.zone)).isoformat(timespec="seconds")
    as_json({"now": local}) if json else say(f"It is {local} now.")


async def migrate(*, data: Data = None, json: Json = False) -> None:
    """Bring the database to the form that this version works with, under its owner's role."""
    settings = settings_at(data)
    with opening(settings):
        applied = await prepare(settings.database_url.get_secret_value())
    if json:
        as_json({"applied": list(applied)})
    else:
        say(f"Applied: {', '.join(applied)}." if applied else "Nothing to do.")


async def recover(*, data: Data = None, json: Json = False) -> None:
    """Give every open case its workflow and its timer back from the log; as often as you like."""
    async with office_at(data) as office:
        found = await recover_cases(office)
    as_json({"open": found}) if json else say(f"{found} open cases have their workflows.")


def _until(log: Log, now: datetime, by: str) -> datetime:
    calendar = log.law().at(now).calendar
    try:
        return advanced(now, Advance.model_validate({"by": by}), calendar)
    except (ValueError, CalendarEnds) as error:
        raise Failed(str(error), Exit.MISTAKE) from error
