"""The words of what people wrote, as they are searched: no case, no diacritics, no order."""

from __future__ import annotations

from domain.directory.names import fold

__all__ = ["LONGEST_WORD", "words_of"]

#: What is longer is no word, and is cut (characters).
LONGEST_WORD = 32


def words_of(*texts: str | None) -> frozenset[str]:
    """Each word of the texts once, folded: ``Ổ gà, ổ GÀ`` has the words ``o`` and ``ga``.

    Vietnamese is written in syllables, so a word here is a syllable. Names of keys on different
    keyboards and the place of a tone mark make no difference.
    """
    folded = (fold(text) for text in texts if text)
    return frozenset(word[:LONGEST_WORD] for text in folded for word in text.split())
