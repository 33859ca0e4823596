"""The door: rate, token, role, in this order, before any route runs."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from api.access import ACCESS, Access
from api.accounts import Account, Grant
from api.desk import Desk, desk_of
from api.limits import network_of
from api.problems import Problem

__all__ = ["Caller", "caller_of", "guard", "readmitted"]

_BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: an account with the grants that fit the route, or nobody we know."""

    client: str
    account: Account | None = None
    grants: tuple[Grant, ...] = ()

    @property
    def scope(self) -> str:
        """Whose keys these are: a key of one client means nothing to another."""
        return self.account.account_id if self.account else "public"


async def guard(request: Request) -> None:
    """Let the request in and remember who calls. Raises Problem."""
    access = _access(request)
    desk, client = desk_of(request), network_of(request.client.host if request.client else None)
    account = await _account(desk, request, client, access)
    if access.rate is not None:
        kind = (account and access.known_rate) or access.rate
        _count(desk, kind, request, account.account_id if account else client)
    request.state.caller = _admitted(access, client, account)
    if account is not None:
        await desk.register.note(account)


async def readmitted(request: Request) -> Caller:
    """Who was let in, looked at once more: a token expires, or is revoked. Raises Problem."""
    account = await _known(desk_of(request), request.headers.get("authorization"))
    return _admitted(_access(request), caller_of(request).client, account)


def caller_of(request: Request) -> Caller:
    """Who was let in."""
    caller: Caller = request.state.caller
    return caller


def _count(desk: Desk, kind: str, request: Request, who: str) -> None:
    """One call, of those that a client makes on this route, and of all that it makes."""
    desk.limits.take(kind, f"{who} {request.scope['route'].operation_id}")
    desk.limits.take("client", who)


def _access(request: Request) -> Access:
    operation = getattr(request.scope.get("route"), "operation_id", None)
    access = ACCESS.get(operation or "")
    if access is None:
        raise Problem("not_permitted", "Nobody was given access to this route.")
    return access


async def _account(desk: Desk, request: Request, client: str, access: Access) -> Account | None:
    """Whom the token speaks for; a token that does not count is never overlooked.

    Only those are counted: behind one address sit whole offices, and an old screen is always there.
    """
    header = request.headers.get("authorization")
    if header is None and access.form_key:
        header = await _key_of_form(request)
    if header is None:
        return None
    try:
        return await _known(desk, header)
    except Problem as problem:
        if problem.kind.name == "unauthenticated":
            desk.limits.take("wrong_token", client)
        raise


async def _known(desk: Desk, header: str | None) -> Account | None:
    if header is None:
        return None
    if not header.lower().startswith(_BEARER):
        raise Problem("unauthenticated", headers={"WWW-Authenticate": "Bearer"})
    return await desk.tokens.account(header[len(_BEARER) :].strip())


async def _key_of_form(request: Request) -> str | None:
    """What stands in the form as api_key, as the header would say it."""
    key = (await request.form()).get("api_key")
    return f"{_BEARER}{key}" if isinstance(key, str) and key else None


def _admitted(access: Access, client: str, account: Account | None) -> Caller:
    if account is None:
        if not access.public:
            raise Problem("unauthenticated", headers={"WWW-Authenticate": "Bearer"})
        return Caller(client)
    fitting = tuple(grant for grant in account.grants if grant.role in access.roles)
    open_to_all = access.receipt or access.any_account or not access.roles
    if not fitting and not open_to_all:
        raise Problem("not_permitted", f"None of {_told(account)} may do this.")
    return Caller(client, account, fitting)


def _told(account: Account) -> str:
    return ", ".join(sorted({grant.role for grant in account.grants})) or "no roles"
