"""`hoiam report`: how a case begins."""

from __future__ import annotations

import sys
from typing import Annotated

from cyclopts import Parameter
from hoiam_client.models import NewReport, Receipt

from cli.desk import translated
from cli.errors import refused
from cli.interface import calling
from cli.options import Data, Json, Key
from cli.output import as_json, say
from cli.patience import in_turn
from cli.words import actor_of, request_key
from domain.params import parse
from domain.report import Report

__all__ = ["report"]


async def report(
    *,
    unit: str,
    category: str,
    text: Annotated[str, Parameter(allow_leading_hyphen=True)],
    channel: str = "web",
    about_body: str | None = None,
    received_at: str | None = None,
    as_: Annotated[str, Parameter(name="--as")] = "reporter",
    key: Key = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Take a report in, through the HTTP interface. With Temporal down its case waits.

    Parameters
    ----------
    unit
        Code of the unit it is about, in force when it was received (`hoiam units search NAME`).
    category
        Id of a category of the policy pack in force, as road.
    text
        What the reporter says; - reads it from standard input.
    channel
        How it came in, as zalo, phone or letter.
    about_body
        The body it complains about, as unit:CODE; that body will not handle it.
    received_at
        When it was received, if an officer (--as) enters it late: 2026-03-02T09:00+07:00.
    as_
        Who enters it: reporter, or a role and its body, as intake_officer@unit:CODE.
    """
    fields = {
        "unit": unit,
        "category": category,
        "text": _text(text),
        "channel": channel,
        "about_body": about_body,
        "received_at": received_at,
    }
    said = {name: value for name, value in fields.items() if value is not None}
    actor = actor_of(as_)
    with translated():
        given = parse(Report, said)
    if given.received_at is not None and given.received_at.tzinfo is None:
        detail = "Write received_at with its offset, as 2026-03-02T09:00+07:00."
        raise refused("invalid", detail, "received_at")
    form = NewReport(**given.model_dump(include=set(said)))
    async with calling(data, actor) as hoiam:
        receipt = await in_turn(lambda: hoiam.reports.make(form, request_key(key)))
    _tell(receipt, json=json)


def _text(given: str) -> str:
    if given != "-":
        return given
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"Standard input is not UTF-8 from byte {error.start + 1} on; send it as UTF-8."
        raise refused("invalid", message, "text") from None


def _tell(receipt: Receipt, *, json: bool) -> None:
    if json:
        as_json({"case_id": receipt.case_id, "code": receipt.code, "secret": receipt.secret})
        return
    say(
        f"Taken in as case {receipt.case_id}.",
        f"  code    {receipt.code}",
        f"  secret  {receipt.secret}",
        "The reporter keeps both: the code names the case, the secret shows that it is theirs.",
    )
