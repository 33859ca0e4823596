"""How alike the words of two texts are."""

from __future__ import annotations

from rapidfuzz import fuzz

from domain.words import telling

__all__ = ["similarity"]

#: Two Vietnamese texts that have nothing to do with each other still share half of their letters.
_NOTHING = 0.5


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """From 0 to 1; 1 also when a short text says nothing that the long one does not say.

    A word that is spelt slightly otherwise counts nearly as much as the same word.
    """
    first, second = (" ".join(sorted(telling(words))) for words in (one, other))
    if not first or not second:
        return 0.0
    ratio = fuzz.token_set_ratio(first, second) / 100
    return max(0.0, (ratio - _NOTHING) / (1 - _NOTHING))
