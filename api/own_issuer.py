"""The issuer that every installation has: tokens for people at the terminal and for programs."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt import PyJWK
from uuid_utils.compat import uuid7

from api.accounts import ROLES_CLAIM, Grant
from api.issuers import readable
from api.tokens import LONGEST, Issuer

__all__ = ["AUDIENCE", "NAME", "Issued", "OwnIssuer"]

NAME = "hoiam"
AUDIENCE = "hoiam-api"
_ALGORITHM = "EdDSA"
_ID_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Issued:
    """A token, and the id under which it can be revoked."""

    token: str
    token_id: str
    expires_at: datetime


class OwnIssuer:
    """Signs with Ed25519 under a key derived from the master key, so it needs no file."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        public = self._key.public_key().public_bytes_raw()
        self._key_id = sha256(public).hexdigest()[:_ID_LENGTH]
        x = urlsafe_b64encode(public).rstrip(b"=").decode()
        self._jwk = {"kty": "OKP", "crv": "Ed25519", "kid": self._key_id, "x": x}

    async def key(self, key_id: str | None, algorithm: str) -> PyJWK | None:
        """See ``KeySource``."""
        return readable((self._jwk,), key_id, algorithm)

    @property
    def issuer(self) -> Issuer:
        """This issuer as one whose tokens count."""
        return Issuer(NAME, AUDIENCE, self)

    def issue(
        self, subject: str, grants: tuple[Grant, ...], now: datetime, lasts: timedelta
    ) -> Issued:
        """A token for an account. Raises ValueError if it would live too long, or not at all."""
        if not timedelta() < lasts <= LONGEST:
            raise ValueError(f"A token lives for {LONGEST} at most, not for {lasts}.")
        token_id, expires = str(uuid7()), now + lasts
        claims: dict[str, Any] = {
            "iss": NAME,
            "aud": AUDIENCE,
            "sub": subject,
            "jti": token_id,
            "iat": int(now.timestamp()),
            "nbf": int(now.timestamp()),
            "exp": int(expires.timestamp()),
            ROLES_CLAIM: [str(grant) for grant in grants],
        }
        token = jwt.encode(claims, self._key, _ALGORITHM, headers={"kid": self._key_id})
        return Issued(token, token_id, expires)
