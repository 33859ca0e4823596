"""What the one who reported does from a terminal: by the receipt, on the routes for reporters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hoiam_client import Hoiam
from hoiam_client.models import Feedback, Given, Heard, Supplement, Withdrawal

from activities.receipts import check_code, secret_of
from cli.desk import log_at
from cli.errors import refused
from cli.interface import has_log
from cli.lookup import find_case
from cli.patience import in_turn
from domain.access import GRANTS
from domain.commands import COMMANDS
from domain.params import Feedback as FeedbackParams
from domain.params import OptionalReason, Params, Reason, parse
from domain.params import Supplement as SupplementParams
from domain.rejection import Rejected

__all__ = ["Receipt", "as_reporter", "receipt_for"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """Code and secret of a report; ``case_id`` is the code again where the log is not at hand."""

    case_id: str
    code: str
    secret: str


async def receipt_for(data: Path | None, named: str, secret: str | None) -> Receipt:
    """The receipt of a case: the secret as it was given, or made anew from the key of receipts.

    Raises Failed: no such case, or neither a secret nor the log is at hand.
    """
    if not has_log(data):
        return _given(named, secret)
    async with log_at(data) as log:
        row = await find_case(log, named)
        made = secret_of(row.case_id, log.intake.receipt_key, row.receipt)
    return Receipt(row.case_id, row.code, secret or made)


async def as_reporter(
    hoiam: Hoiam, receipt: Receipt, command: str, params: dict[str, Any], key: str | None
) -> Given:
    """Say something as the reporter. Raises Failed: not a reporter's command, or refused."""
    if "reporter" not in GRANTS[command].roles:
        raise refused("not_permitted", f"The role reporter may not {command}.")
    path, form = _said(command, params)
    headers = {"Receipt-Secret": receipt.secret}
    where = f"/v1/track/{receipt.code}/{path}"
    heard = await in_turn(lambda: hoiam.transport.post(where, Heard, form, key, headers))
    if command == "reopen" and heard.why_not is not None:
        raise refused(heard.why_not, "It was heard, but the case stays as it is.")
    return Given(case_id=receipt.case_id, version=heard.version, events=heard.events or ())


def _said(command: str, params: dict[str, Any]) -> tuple[str, Feedback | Supplement | Withdrawal]:
    """Path and form of what is said. Raises Failed: a parameter is wrong."""
    try:
        given = parse(COMMANDS[command].params, params)
    except Rejected as error:
        why = error.rejection
        raise refused(why.code, why.detail, why.param) from None
    return _form(command, given)


def _form(command: str, given: Params) -> tuple[str, Feedback | Supplement | Withdrawal]:
    said = given.model_dump(exclude_unset=True)
    if isinstance(given, SupplementParams):
        return "supplement", Supplement(**said)
    if isinstance(given, FeedbackParams):
        return "feedback", Feedback(**said)
    if command == "reopen" and isinstance(given, Reason):
        return "feedback", Feedback(satisfied=False, reason=given.reason)
    if command == "withdraw" and isinstance(given, OptionalReason):
        return "withdraw", Withdrawal(**said)
    raise refused("not_permitted", f"The reporter has no way to {command}.")


def _given(named: str, secret: str | None) -> Receipt:
    try:
        code = check_code(named)
    except ValueError as error:
        raise refused("unknown_case", f"{named}: {error}") from None
    if secret is None:
        raise refused("invalid", "Give the secret on the receipt: --secret.", "secret")
    return Receipt(code, code, secret)
