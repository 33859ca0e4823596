"""Attached files sealed: each under a key of its own, which is wrapped by that of its case."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from eventlog.crypto import KEY_BYTES, CaseKey, open_sealed, seal
from eventlog.keys import Keys
from eventlog.records import Claim

__all__ = ["SealedFile", "claim", "object_of", "open_file", "seal_file", "wrap_for_case"]


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file as it is stored: ``wrapped`` is its key, wrapped by the master key for now."""

    content: bytes = field(repr=False)
    wrapped: bytes = field(repr=False)

    @property
    def sha256(self) -> bytes:
        """What tells whether it was changed; nobody needs a key to compute it."""
        return sha256(self.content).digest()


def seal_file(keys: Keys, attachment_id: str, content: bytes) -> SealedFile:
    """Seal a file that belongs to no case yet."""
    secret, place = AESGCM.generate_key(KEY_BYTES * 8), _place(attachment_id)
    sealed = seal(AESGCM(secret), content, place)
    return SealedFile(sealed, seal(_wrapping(keys), secret, place))


def claim(keys: Keys, attachment_id: str, wrapped: bytes) -> Claim:
    """What an append needs to take a file. Raises SealBroken: the key is another file's."""
    return Claim(attachment_id, open_sealed(_wrapping(keys), wrapped, _place(attachment_id)))


def wrap_for_case(taken: Claim, key: CaseKey) -> bytes:
    """The file's key under the case's: whoever destroys that one destroys the file."""
    return seal(key.cipher, taken.secret, _place(taken.attachment_id))


def open_file(key: CaseKey, attachment_id: str, wrapped: bytes, content: bytes) -> bytes:
    """The content of a file of a case.

    Raises SealBroken: it was changed, or belongs to another case or another file.
    """
    place = _place(attachment_id)
    return open_sealed(AESGCM(open_sealed(key.cipher, wrapped, place)), content, place)


def object_of(attachment_id: str) -> str:
    """The name of a file in the store; it does not tell the id, which is a secret at first."""
    name = sha256(_place(attachment_id)).hexdigest()
    return f"{name[:2]}/{name[2:]}"


def _place(attachment_id: str) -> bytes:
    """What a file and its key are tied to: they open under their own id only."""
    return f"file/{attachment_id}".encode()


def _wrapping(keys: Keys) -> AESGCM:
    """Another key than those that wrap keys of cases and identities."""
    return AESGCM(keys.derive("file-key"))
