"""`hoiam token` and `hoiam revoke`: letting people and programs into the HTTP interface."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number
from hoiam_client.models import Ending

from api.accounts import Grant
from api.own_issuer import NAME
from cli.desk import log_at
from cli.errors import Exit, Failed
from cli.interface import calling
from cli.options import Data, Json
from cli.output import as_json, say
from cli.seen import over_http
from cli.words import actor_of
from workers.tokens import issue_token, revoke_account, revoke_token

__all__ = ["revoke", "token"]


async def token(
    *,
    role: str,
    body: str,
    unit: str | None = None,
    subject: str | None = None,
    hours: Annotated[int, Parameter(validator=Number(gte=1, lte=24))] = 8,
    data: Data = None,
    json: Json = False,
) -> None:
    """Print a bearer token for one role in one body; whoever has it acts in that role.

    Parameters
    ----------
    role
        As intake_officer, case_officer, leader, auditor, collaborator, integration or admin.
    body
        The body in whose name it acts, as unit:26737.
    unit
        Code of a unit of the body's: only that unit and all under it. Left out: the body's own.
    subject
        The account it stands for; left out: the role and its body. Cases are taken by accounts.
    hours
        How long it counts.
    """
    grant = Grant(role, body, unit)
    async with log_at(data) as log:
        issued = await issue_token(log, grant, subject or str(grant), timedelta(hours=hours))
    if json:
        expires = issued.expires_at.isoformat(timespec="seconds")
        as_json({"token": issued.token, "token_id": issued.token_id, "expires_at": expires})
    else:
        say(issued.token)


async def revoke(
    *,
    reason: str,
    token_id: str | None = None,
    subject: str | None = None,
    account: str | None = None,
    issuer: str = NAME,
    as_: Annotated[
        str | None,
        Parameter(
            name="--as",
            help="Ask the HTTP interface as this role, as admin@unit:CODE. Left out: end them in "
            "the log itself, where it is at hand, also while the interface is down.",
        ),
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """End a token, or all tokens that an account has been given so far, from this moment on.

    Parameters
    ----------
    reason
        Why; it is kept.
    token_id
        What `hoiam token --json` called it; of another issuer: its jti.
    subject
        The account whose tokens end; of another issuer: its sub. In the log itself only.
    account
        The same by the opaque id that the interface calls it by. Over the interface only.
    issuer
        Who gave them out, if it was not this installation.
    """
    asked = over_http(data, as_)
    named = [one for one in (token_id, account, subject) if one is not None]
    if len(named) != 1 or (subject if asked else account) is not None:
        other = "--account" if asked else "--subject"
        raise Failed(f"Name either --token-id or {other}.", Exit.MISTAKE)
    if asked:
        ending = Ending(reason=reason, token_id=token_id, account=account, issuer=issuer)
        async with calling(data, actor_of(as_) if as_ else None) as hoiam:
            await hoiam.accounts.revoke(ending)
    else:
        await _end(data, issuer, token_id, subject, reason)
    as_json({"revoked": True}) if json else say("Revoked.")


async def _end(
    data: Path | None, issuer: str, token_id: str | None, subject: str | None, reason: str
) -> None:
    async with log_at(data) as log:
        if token_id is not None:
            await revoke_token(log, issuer, token_id, reason)
        if subject is not None:
            await revoke_account(log, issuer, subject, reason)
