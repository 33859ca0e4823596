"""Bearer tokens: whom they speak for, and whether they still count."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from jwt.exceptions import PyJWTError

from api.accounts import ROLES_CLAIM, Account, grants_of, kept_grants
from api.issuers import ALGORITHMS, KeySource, KeysUnavailable
from api.problems import Problem, unavailable
from api.verified import Verified
from eventlog.accounts import Accounts

__all__ = ["LONGEST", "Issuer", "Tokens"]

#: A token that lives longer than this is refused: it could only be taken back, never expire.
LONGEST = timedelta(hours=24)
_LEEWAY = timedelta(seconds=30)
_REQUIRED = ["iss", "sub", "aud", "exp", "iat"]
_LONGEST_TEXT = 8_192
_ID_BYTES = 10
#: What anybody's bytes can lead to when they are read as a token.
_FAULTS = (PyJWTError, ValueError, ArithmeticError, RecursionError)


@dataclass(frozen=True, slots=True)
class Issuer:
    """Somebody whose tokens count here, if they are meant for ``audience``."""

    name: str
    audience: str
    keys: KeySource


@dataclass(frozen=True, slots=True)
class Tokens:
    """Checks tokens. ``account_key`` makes the opaque ids that events may hold.

    Roles come from a token's claim, and from what the installation itself has given the account.
    """

    issuers: Mapping[str, Issuer]
    accounts: Accounts
    account_key: bytes
    verified: Verified = field(default_factory=Verified)

    async def account(self, token: str) -> Account:
        """Whom a token speaks for.

        Raises Problem("unauthenticated") with no more than the kind of fault, or "unavailable".
        """
        account = self.verified.account(token) or await self._verified(token)
        stands = await self.accounts.standing(
            *(account.issuer, account.subject, account.token_id),
            account.account_id,
            account.issued_at,
        )
        if stands.revoked:
            raise _refused("The token was revoked.")
        given = (*account.grants, *kept_grants(stands.grants))
        return replace(account, grants=given)

    async def _verified(self, token: str) -> Account:
        claims = await self._claims(token)
        account = self._account(claims)
        self.verified.keep(token, account, int(claims["exp"]))
        return account

    async def _claims(self, token: str) -> Mapping[str, Any]:
        if len(token) > _LONGEST_TEXT:
            raise _refused("The token is too long.")
        try:
            header, issuer = jwt.get_unverified_header(token), self._issuer(token)
            return await self._checked(token, header, issuer)
        except KeysUnavailable as error:
            raise unavailable("The issuer of the token", 30) from error
        except _FAULTS as error:
            raise _refused(f"{type(error).__name__}.") from error

    def _issuer(self, token: str) -> Issuer:
        unchecked = jwt.decode(token, options={"verify_signature": False})
        issuer = self.issuers.get(str(unchecked.get("iss")))
        if issuer is None:
            raise _refused("Tokens of this issuer do not count here.")
        return issuer

    async def _checked(
        self, token: str, header: Mapping[str, Any], issuer: Issuer
    ) -> dict[str, Any]:
        algorithm, key_id = header.get("alg"), header.get("kid")
        if algorithm not in ALGORITHMS or "crit" in header:
            raise _refused(f"Only {', '.join(ALGORITHMS)} count.")
        key = await issuer.keys.key(key_id if isinstance(key_id, str) else None, algorithm)
        if key is None:
            raise _refused("The issuer has no such key.")
        return jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=issuer.audience,
            issuer=issuer.name,
            leeway=_LEEWAY,
            options={"require": _REQUIRED, "enforce_minimum_key_length": True},
        )

    def _account(self, claims: Mapping[str, Any]) -> Account:
        issuer, subject, issued = str(claims["iss"]), str(claims["sub"]), int(claims["iat"])
        if int(claims["exp"]) - issued > LONGEST.total_seconds():
            raise _refused(f"A token may live for {LONGEST} at most.")
        token_id = claims.get("jti")
        return Account(
            issuer=issuer,
            subject=subject,
            account_id=self._account_id(issuer, subject),
            token_id=token_id if isinstance(token_id, str) else None,
            issued_at=datetime.fromtimestamp(issued, UTC),
            grants=grants_of(claims.get(ROLES_CLAIM)),
        )

    def _account_id(self, issuer: str, subject: str) -> str:
        """An issuer's subject may be a name or an address: it does not belong into the log."""
        said = f"{issuer}\0{subject}".encode()
        return hmac.digest(self.account_key, said, "sha256")[:_ID_BYTES].hex()


def _refused(specifics: str) -> Problem:
    challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
    return Problem("unauthenticated", specifics, headers=challenge)
