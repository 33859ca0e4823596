"""Accounts: what they may do by the word of an admin, and ending their tokens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Path, Request
from pydantic import AwareDatetime, BaseModel, Field, model_validator

from api.accounts import Account, Grant, kept_grants
from api.acting import acting
from api.desk import Desk, desk_of
from api.granting import Admin, give, in_sight
from api.guard import caller_of
from api.headers import ActAs
from api.models import Form
from api.own_issuer import NAME
from api.problems import Problem
from domain.language import Mistake
from domain.params import Word
from domain.shapes import like
from eventlog.accounts import Given
from eventlog.revocations import Revocations

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["accounts"])
#: So many versions of what an account was given are looked at.
_SHOWN = 100
_OPAQUE = like(
    r"^[0-9a-f]{20}$",
    "Viết mã tài khoản: 20 ký tự từ 0 đến 9 và từ a đến f, như GET /v1/me trả lời.",
    "Write the id of the account: 20 characters of 0 to 9 and a to f, as GET /v1/me tells it.",
)

AccountId = Annotated[
    str,
    _OPAQUE,
    Path(
        description="The opaque id of the account, as GET /v1/me tells it to who has it.",
        examples=["0c1d2e3f405162738495"],
    ),
]


class Grants(Form):
    """All that the account shall have within the admin's territory, and why."""

    grants: Annotated[
        tuple[Word, ...], Field(max_length=50, examples=[["intake_officer@unit:26737"]])
    ]
    reason: Word


class GivenThen(BaseModel):
    """What an account had from a moment on, who gave it and why."""

    version: int
    grants: tuple[str, ...]
    given_by: str
    reason: str
    at: AwareDatetime


class AccountGrants(BaseModel):
    """What was given to an account within the admin's territory, the newest first.

    A claim of its issuer may give more.
    """

    account: str
    grants: Annotated[tuple[str, ...], Field(description="What it has now.")]
    history: tuple[GivenThen, ...]


class Ending(Form):
    """Which tokens end: one that is shown, one by its id, or all that an account has so far."""

    reason: Word
    token: Annotated[str | None, Field(max_length=8192)] = None
    token_id: Word | None = None
    issuer: Annotated[Word, Field(description="Who gave out the token with this id.")] = NAME
    account: Annotated[str, _OPAQUE] | None = None

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        if sum(one is not None for one in (self.token, self.token_id, self.account)) != 1:
            raise Mistake(
                "nêu đúng một trong ba: token, token_id hoặc account",
                "give token, token_id or account, one of them",
            )
        return self


class Ended(BaseModel):
    """What counts no more from now on."""

    ended: Literal["token", "account"]


@router.get("/accounts/{account}", operation_id="read_grants")
async def read_grants(account: AccountId, request: Request, act_as: ActAs = None) -> AccountGrants:
    """What an account was given within the admin's territory, by whom and why.

    An admin at the top of the ladder sees all of it.
    """
    return await _told(desk_of(request), await _admin(request, act_as), account)


@router.put("/accounts/{account}/grants", operation_id="give_grants")
async def give_grants(
    account: AccountId, form: Grants, request: Request, act_as: ActAs = None
) -> AccountGrants:
    """Give an account these roles within the admin's territory, and take all others of it.

    Roles outside the territory stay. Nobody gives anything to themselves. Each change is kept with
    who made it, when and why.
    """
    desk, caller = desk_of(request), caller_of(request)
    admin = await _admin(request, act_as)
    if caller.scope == account:
        raise Problem("not_permitted", "Nobody gives roles to themselves; ask another admin.")
    wanted = tuple(dict.fromkeys(_fixed(admin, text, at) for at, text in enumerate(form.grants)))
    await give(desk.tokens.accounts, admin, account, wanted, form.reason)
    return await _told(desk, admin, account)


@router.post("/tokens/revoke", operation_id="revoke_tokens")
async def revoke_tokens(form: Ending, request: Request, act_as: ActAs = None) -> Ended:
    """End a token, or all that an account was given out so far; at once, and for good.

    For admins in whose territory all lies that the token or the account may do. A token that is
    named by its id only tells nothing of that, nor does an account that has not come in: an admin
    at the top of the ladder may end it.
    """
    desk = desk_of(request)
    admin = await _admin(request, act_as)
    by, now = str(admin.acting.actor), datetime.now(UTC)
    revocations = Revocations(desk.store.pool)
    if form.token_id is not None:
        _allow(allowed=admin.at_the_top)
        await revocations.revoke_token(form.issuer, form.token_id, form.reason, by)
        return Ended(ended="token")
    if form.account is not None:
        _allow(allowed=await _may_end(desk, admin, form.account))
        await desk.tokens.accounts.end(form.account, now, form.reason, by)
        return Ended(ended="account")
    shown = await _shown(desk, form.token or "")
    _allow(allowed=admin.covers_all(shown.grants))
    if shown.token_id is None:
        _allow(allowed=await _may_end(desk, admin, shown.account_id))
        await desk.tokens.accounts.end(shown.account_id, now, form.reason, by)
        return Ended(ended="account")
    await revocations.revoke_token(shown.issuer, shown.token_id, form.reason, by)
    return Ended(ended="token")


async def _admin(request: Request, act_as: str | None) -> Admin:
    desk = desk_of(request)
    context = desk.law().at(await desk.now())
    return Admin(acting(caller_of(request), act_as, context), context)


def _fixed(admin: Admin, text: str, at: int) -> Grant:
    try:
        return admin.fixed(text)
    except ValueError as error:
        raise Problem(
            "invalid", errors=[{"pointer": f"/grants/{at}", "detail": str(error)}]
        ) from None


async def _may_end(desk: Desk, admin: Admin, account: str) -> bool:
    """Whether all that is known here of an account is the admin's, and anything is."""
    versions = await desk.tokens.accounts.versions(account)
    seen = await desk.register.officers.came_in(account)
    came = [Grant(one.role, one.body) for one in seen if one.body]
    return admin.may_end(came, kept_grants(versions[0].grants) if versions else ())


async def _shown(desk: Desk, token: str) -> Account:
    try:
        return await desk.tokens.account(token)
    except Problem as problem:
        if problem.kind.name != "unauthenticated":
            raise
        detail = "This token does not count anyway."
        raise Problem("invalid", errors=[{"pointer": "/token", "detail": detail}]) from None


def _allow(*, allowed: bool) -> None:
    if not allowed:
        raise Problem("out_of_scope", "What this may do is not all in your territory.")


async def _told(desk: Desk, admin: Admin, account: str) -> AccountGrants:
    """What an admin may know of what an account was given; nothing, as of one that never was."""
    versions = await desk.tokens.accounts.versions(account, _SHOWN + 1)
    now = filter(admin.sees, kept_grants(versions[0].grants) if versions else ())
    return AccountGrants(
        account=account,
        grants=tuple(map(str, now)),
        history=tuple(_then(*one) for one in in_sight(admin, versions, _SHOWN)),
    )


def _then(given: Given, grants: tuple[Grant, ...]) -> GivenThen:
    return GivenThen(
        version=given.version,
        grants=tuple(str(grant) for grant in grants),
        given_by=given.given_by,
        reason=given.reason,
        at=given.at,
    )
