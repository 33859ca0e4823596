"""Receipts: the code a citizen can read aloud, and the secret that opens the case to them."""

from __future__ import annotations

import base64
import hmac
import secrets

__all__ = ["ALPHABET", "check_code", "new_code", "secret_of"]

#: Crockford's base 32: no I, L, O or U to be misread.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("ILO", "110")
_BITS = 5
_LENGTH = 10
_SECRET_BYTES = 20


def new_code() -> str:
    """A public code of 50 random bits with a check character, as ``HA-7K3M9-QX2CD-4``."""
    drawn = secrets.randbits(_BITS * _LENGTH)
    return _written("".join(ALPHABET[drawn >> _BITS * place & 31] for place in range(_LENGTH)))


def _written(letters: str) -> str:
    return f"HA-{letters[:5]}-{letters[5:]}-{_check(letters)}"


def _check(letters: str) -> str:
    """Luhn mod 32: finds every wrong letter and nearly every swap of neighbours."""
    total = 0
    for position, letter in enumerate(reversed(letters)):
        value = ALPHABET.index(letter) * (2 if position % 2 == 0 else 1)
        total += value // len(ALPHABET) + value % len(ALPHABET)
    return ALPHABET[-total % len(ALPHABET)]


def check_code(text: str) -> str:
    """The code as it was printed. Raises ValueError if a letter was misread or is missing."""
    letters = "".join(text.upper().split()).replace("-", "").translate(_MISREAD)
    body = letters.removeprefix("HA")
    if len(body) != _LENGTH + 1 or any(letter not in ALPHABET for letter in body):
        raise ValueError("A code looks like HA-7K3M9-QX2CD-4; look at the receipt again.")
    written = _written(body[:_LENGTH])
    if written[-1] != body[-1]:
        raise ValueError("A letter of this code is wrong; look at the receipt again.")
    return written


def secret_of(case_id: str, key: bytes, number: int = 0) -> str:
    """The secret of a case's receipt (160 bits), made anew each time so that none is stored.

    ``number`` counts the receipts of the case: each has another secret, the first is 0.
    """
    named = f"{case_id}/{number}" if number else case_id
    digest = hmac.digest(key, named.encode(), "sha256")[:_SECRET_BYTES]
    return base64.b32encode(digest).decode().lower()
