"""Seal and open with AES-256-GCM: one key per case, wrapped by a key that never leaves the file."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from eventlog.errors import SealBroken

__all__ = ["KEY_BYTES", "CaseKey", "derive", "open_sealed", "seal"]

KEY_BYTES = 32
_NONCE_BYTES = 12


def derive(secret: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose (HKDF-SHA256): knowing it tells nothing about the secret."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"hoiam/1/" + purpose.encode()).derive(secret)


def seal(cipher: AESGCM, plaintext: bytes, bound_to: bytes) -> bytes:
    """Random nonce, then ciphertext and tag; ``bound_to`` must be known again to open it.

    The nonce is random, so a key may seal 2^32 times: far more than a case has texts, or an
    installation has cases.
    """
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plaintext, bound_to)


def open_sealed(cipher: AESGCM, sealed: bytes, bound_to: bytes) -> bytes:
    """The plaintext of ``seal``.

    Raises:
        SealBroken: another key, another place, or changed bytes.
    """
    try:
        return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError) as error:
        raise SealBroken("Sealed bytes do not open under this key.") from error


@dataclass(frozen=True, slots=True)
class CaseKey:
    """The data key of one case: opened, and as it is stored. Neither is ever printed."""

    cipher: AESGCM = field(repr=False, compare=False)
    wrapped: bytes = field(repr=False)

    @classmethod
    def new(cls, case_id: str, wrapping: AESGCM) -> CaseKey:
        """A fresh key; its wrapping is bound to the case, so it cannot be moved to another."""
        secret = AESGCM.generate_key(KEY_BYTES * 8)
        return cls(AESGCM(secret), seal(wrapping, secret, case_id.encode()))

    @classmethod
    def unwrap(cls, case_id: str, wrapped: bytes, wrapping: AESGCM) -> CaseKey:
        """The key as it was stored.

        Raises:
            SealBroken: it was wrapped by another master key, or for another case.
        """
        return cls(AESGCM(open_sealed(wrapping, wrapped, case_id.encode())), wrapped)
