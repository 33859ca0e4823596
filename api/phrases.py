"""The sentences of refusals: written in English, as outcomes keep them, and said in Vietnamese."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from api.language import Words
from api.phrasebook import PHRASES
from api.roles import ROLE_NAMES

__all__ = ["phrase"]

_BLANK = re.compile(r"\\\{(\w+)\\\}")


def _pattern(english: str) -> re.Pattern[str]:
    return re.compile(_BLANK.sub(r"(?P<\1>.+?)", re.escape(english)), re.DOTALL)


#: The more is written down of a sentence, the earlier it is tried.
_KNOWN = tuple(
    (_pattern(english), vietnamese)
    for english, vietnamese in sorted(
        PHRASES.items(), key=lambda pair: -len(re.sub(r"\{\w+\}", "", pair[0]))
    )
)


@lru_cache(maxsize=1_024)
def phrase(english: str) -> Words:
    """A sentence in both languages; one that is not written down stays English in both."""
    for pattern, vietnamese in _KNOWN:
        if found := pattern.fullmatch(english):
            return Words(vietnamese.format_map(_put_in(found.groupdict())), english)
    return Words(english, english)


def _put_in(facts: Mapping[str, str]) -> Mapping[str, str]:
    """What is put into a sentence: a fault is a phrase itself, a role is called by its name too."""
    return {name: _TOLD.get(name, str)(fact) for name, fact in facts.items()}


def _role(role: str) -> str:
    name = ROLE_NAMES.get(role)
    return f"{name.vi} ({role})" if name else role


_TOLD: Mapping[str, Callable[[str], str]] = {
    "fault": lambda fault: phrase(fault).vi,
    "role": _role,
}
