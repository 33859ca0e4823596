"""The vault: who reported, each identity sealed under a key of its own, apart from the events."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from eventlog.canonical import encode
from eventlog.crypto import CaseKey, open_sealed, seal
from eventlog.keys import Keys
from eventlog.pg import Pool
from eventlog.records import SealedIdentity

__all__ = ["Identity", "Vault", "seal_identity"]

_FIND = "select ref, case_id, wrapped, sealed from identity where ref = $1"
_DESTROY = "delete from identity where ref = $1 returning 1"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who reported, as far as they said so. Never printed: not in logs, not in tracebacks."""

    name: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)

    @property
    def given(self) -> dict[str, str]:
        """What was said, by the names of the fields."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, slots=True)
class Vault:
    """Opens and destroys identities.

    Who shows one to anybody has written an IdentityDisclosed before; comparing shows nothing.
    """

    pool: Pool
    keys: Keys

    async def open(self, ref: str) -> Identity | None:
        """The identity behind an opaque reference; None if there is none, or none any more.

        Raises:
            SealBroken: the row was changed, moved, or belongs to another master key.
        """
        row = await self.pool.fetchrow(_FIND, ref)
        if row is None:
            return None
        key = CaseKey.unwrap(ref, row["wrapped"], _wrapping(self.keys))
        opened = json.loads(open_sealed(key.cipher, row["sealed"], _place(ref, row["case_id"])))
        known = {one.name for one in fields(Identity)}
        return Identity(**{name: value for name, value in opened.items() if name in known})

    async def destroy(self, ref: str) -> bool:
        """Erase an identity with its key; returns whether there was one."""
        return bool(await self.pool.fetchval(_DESTROY, ref))


def seal_identity(keys: Keys, ref: str, case_id: str, identity: Identity) -> SealedIdentity:
    """The row to append together with the event that holds ``ref``."""
    key = CaseKey.new(ref, _wrapping(keys))
    sealed = seal(key.cipher, encode(identity.given), _place(ref, case_id))
    return SealedIdentity(ref, case_id, key.wrapped, sealed)


def _wrapping(keys: Keys) -> AESGCM:
    """Another key than the one that wraps the keys of cases: the two are never mixed up."""
    return AESGCM(keys.derive("identity-key"))


def _place(ref: str, case_id: str) -> bytes:
    """What a sealed identity is tied to: it opens in its own row only."""
    return f"{ref}/{case_id}".encode()
