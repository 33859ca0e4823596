"""`hoiam token` and `hoiam revoke`: letting people and programs into the HTTP interface."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from api.accounts import Grant
from api.own_issuer import NAME
from cli.desk import log_at
from cli.errors import Exit, Failed
from cli.options import Data, Json
from cli.output import as_json, say
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
    issuer: str = NAME,
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
        The account whose tokens end; of another issuer: its sub.
    issuer
        Who gave them out, if it was not this installation.
    """
    if (token_id is None) == (subject is None):
        raise Failed("Name either --token-id or --subject.", Exit.MISTAKE)
    async with log_at(data) as log:
        if token_id is not None:
            await revoke_token(log, issuer, token_id, reason)
        if subject is not None:
            await revoke_account(log, issuer, subject, reason)
    say(*([] if json else ["Revoked."]))
    if json:
        as_json({"revoked": True})
