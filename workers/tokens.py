"""Tokens of an installation's own issuer: given out at the terminal, and taken back there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from api.accounts import Grant
from api.own_issuer import Issued, OwnIssuer
from domain.actor import ROLES
from domain.context import Context
from domain.directory import BodyNotInForce, UnitNotInForce, UnknownBody, UnknownUnit
from domain.rejection import Rejected
from eventlog.revocations import Revocations
from workers.bootstrap import Log

__all__ = ["issue_token", "own_issuer", "revoke_account", "revoke_token"]


def own_issuer(log: Log) -> OwnIssuer:
    """The issuer behind `hoiam token`; every process of an installation has the same one."""
    return OwnIssuer(log.keys.derive("api-tokens"))


async def issue_token(log: Log, grant: Grant, subject: str, lasts: timedelta) -> Issued:
    """A token for one role in one body, for at most a day; ``subject`` names the account.

    Raises Rejected("invalid"): an unknown role, a body or unit that is not there today, a unit
    that is not the body's, or a token that would live too long.
    """
    if grant.role not in ROLES:
        raise Rejected("invalid", f"Use one of: {', '.join(sorted(ROLES))}.", "role")
    _check_place(grant, log.law().at(await log.now()))
    try:
        # Whoever checks a token goes by the real time, also where the installation's is virtual.
        return own_issuer(log).issue(subject, (grant,), datetime.now(UTC), lasts)
    except ValueError as error:
        raise Rejected("invalid", str(error), "hours") from None


async def revoke_token(log: Log, issuer: str, token_id: str, reason: str) -> None:
    """End one token."""
    await Revocations(log.pool).revoke_token(issuer, token_id, reason)


async def revoke_account(log: Log, issuer: str, subject: str, reason: str) -> None:
    """End every token that an issuer has given to an account so far."""
    await Revocations(log.pool).revoke_account(issuer, subject, datetime.now(UTC), reason)


def _check_place(grant: Grant, context: Context) -> None:
    directory, today = context.directory, context.today
    try:
        body = directory.resolve(grant.body, today)
    except (BodyNotInForce, UnknownBody, UnitNotInForce, UnknownUnit) as error:
        raise Rejected("invalid", str(error), "body") from None
    if grant.unit is None:
        return
    try:
        unit = directory.unit_at(grant.unit, today)
    except (UnitNotInForce, UnknownUnit) as error:
        raise Rejected("invalid", str(error), "unit") from None
    if body.unit_id not in directory.path(unit.unit_id, today):
        raise Rejected("invalid", f"{unit.full_name} is not under {body.name}.", "unit")
