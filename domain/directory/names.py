"""Names compared and searched as people write them: Vietnamese spelling is not stable."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["fold", "name_key", "squeeze"]

#: The five tone marks, decomposed: huyền, sắc, ngã, hỏi, nặng.
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
#: D with stroke has no decomposition; eth is what some old keyboards type for it.
_D = str.maketrans({"đ": "d", "ð": "d"})
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Return the search key of a text: lower case, no diacritics, words with one space between.

    ``Hoà``, ``Hòa`` and ``HOA`` are all ``hoa``. It finds candidates; to tell names apart use
    :func:`name_key`.
    """
    folded = _lower(_lower(text)).translate(_D)
    bare = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(_WORD.findall(bare))


def squeeze(text: str) -> str:
    """Return the search key without its spaces, for names written together or apart."""
    return fold(text).replace(" ", "")


def name_key(text: str) -> str:
    """Return the key by which two spellings are one name: no case, spacing or tone position.

    ``Hoà`` and ``Hòa`` are one name; ``Hoa`` and ``Hóa`` are others.
    """
    words = _WORD.findall(unicodedata.normalize("NFC", text.casefold()))
    return "".join(_tone_last(word) for word in words)


def _lower(text: str) -> str:
    """Lower and take letters apart; some letters need it twice to settle."""
    return unicodedata.normalize("NFKD", text).casefold()


def _tone_last(syllable: str) -> str:
    letters = unicodedata.normalize("NFD", syllable)
    tones = "".join(c for c in letters if c in _TONES)
    return "".join(c for c in letters if c not in _TONES) + tones
