"""The words of what people wrote, as they are searched: no case, no diacritics, no order."""

from __future__ import annotations

from domain.directory.names import fold

__all__ = ["LONGEST_WORD", "spelt", "telling", "words_of"]

#: What is longer is no word, and is cut (characters).
LONGEST_WORD = 32


def words_of(*texts: str | None) -> frozenset[str]:
    """Each word of the texts once, folded: ``Ổ gà, ổ GÀ`` has the words ``o`` and ``ga``.

    Vietnamese is written in syllables, so a word here is a syllable. Names of keys on different
    keyboards and the place of a tone mark make no difference.
    """
    folded = (fold(text) for text in texts if text)
    return frozenset(word[:LONGEST_WORD] for text in folded for word in text.split())


#: Words that nearly every text has: that two reports share them says nothing.
_COMMON = words_of(
    "anh bi cac chi cho chung co con cua cung da dang de den do duoc em hay hien khi khong la len "
    "ma mot nay nhieu nho nhu nhung o qua ra rat roi se tai thi toi trong tu va vao vi voi xin "
    "a an and are at for has have i in is it my not of on or our that the there this to was with "
    "you your"
)


def telling(words: frozenset[str]) -> frozenset[str]:
    """Those words that tell one text from another."""
    return words - _COMMON


def spelt(words: frozenset[str], *texts: str | None) -> tuple[str, ...]:
    """Some words as the texts spell them, in the order in which they first occur there."""
    found: dict[str, str] = {}
    for text in texts:
        for written in (text or "").split():
            for word in words_of(written) & words:
                found.setdefault(word, written.strip(_AROUND_WORDS).lower())
    return tuple(found.values())


_AROUND_WORDS = ".,;:!?…\"'()[]“”‘’«»-–/"
