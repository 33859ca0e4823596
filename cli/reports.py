"""`hoiam report` and `hoiam do`: how a case begins and how it is moved on."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from cyclopts import Parameter
from uuid_utils.compat import uuid7

from activities.intake import Receipt
from activities.messages import Answer
from cli.desk import log_at, office_at
from cli.errors import Exit, Failed, refused
from cli.lookup import find_case
from cli.options import Data, Json, Key
from cli.output import as_json, say
from domain.actor import Actor
from domain.params import parse
from domain.report import Report

__all__ = ["command_id", "do", "parameters", "report"]


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
    """Take a report in. It needs PostgreSQL only: with Temporal down its case waits.

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
        When it was received, if it is entered late, with its offset: 2026-03-02T09:00+07:00.
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
    async with log_at(data) as log:
        given = parse(Report, {name: value for name, value in fields.items() if value is not None})
        receipt = await log.intake.take(given, _actor(as_), command_id(key), await log.now())
    _tell_receipt(receipt, json=json)


async def do(
    case: str,
    command: str,
    /,
    *,
    as_: Annotated[str, Parameter(name="--as")],
    set_: Annotated[tuple[str, ...], Parameter(name="--set")] = (),
    key: Key = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Give a command on a case, and wait for what becomes of it.

    Parameters
    ----------
    case
        The case's id, or the code on its receipt.
    command
        As accept, assign, draft_response or close; a wrong one lists them all.
    as_
        A role and its body, as leader@unit:26734; reporter for the one who reported.
    set_
        A parameter of the command, as reason="Trời mưa"; repeat it for more, and repeat the
        same name for a list, as --set evidence=… --set evidence=….
    """
    actor, params = _actor(as_), parameters(set_)
    async with office_at(data) as office:
        row = await find_case(office.log, case)
        answer = await office.gateway.command(
            row.case_id, command, params, actor, command_id(key), row.unit
        )
    return _tell_answer(answer, json=json)


def command_id(key: str | None) -> str:
    """The id under which a request is done once; keys of this command are its own."""
    return f"cli/{key}" if key is not None else f"cli/{uuid7()}"


def parameters(given: Iterable[str]) -> dict[str, Any]:
    """What ``--set`` said; a name that was given more than once has a list."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise Failed(f"--set wants a name and a value, as days=5; not {one!r}.", Exit.MISTAKE)
        found[name].append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _actor(written: str) -> Actor:
    try:
        actor = Actor.parse(written)
    except ValueError as error:
        raise refused("invalid", str(error), "as") from None
    if actor.role == "system":
        raise refused("not_permitted", "Nobody acts as the system; only its own clock does.")
    return actor


def _text(given: str) -> str:
    if given != "-":
        return given
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"Standard input is not UTF-8 from byte {error.start + 1} on; send it as UTF-8."
        raise refused("invalid", message, "text") from None


def _tell_receipt(receipt: Receipt, *, json: bool) -> None:
    facts: Mapping[str, str] = {
        "case_id": receipt.case_id,
        "code": receipt.code,
        "secret": receipt.secret,
    }
    if json:
        as_json(facts)
        return
    say(
        f"Taken in as case {receipt.case_id}.",
        f"  code    {receipt.code}",
        f"  secret  {receipt.secret}",
        "The reporter keeps both: the code names the case, the secret shows that it is theirs.",
    )


def _tell_answer(answer: Answer, *, json: bool) -> int:
    if answer.rejected is not None:
        raise refused(answer.rejected, answer.detail or "", answer.param)
    if json:
        facts = {"case_id": answer.case_id, "version": answer.version}
        as_json({**facts, "events": list(answer.events)})
    else:
        say(f"Done. Case {answer.case_id} is at version {answer.version}.")
        say(*(f"  {event}" for event in answer.events))
    return Exit.OK
