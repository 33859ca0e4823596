"""Which words of a text, alone or together, few other texts have: what is worth looking up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import prod

from eventlog.pg import Connection

__all__ = ["rare_together", "rarest"]

#: How many words of a text are looked at, the rarest.
_RAREST = 4
#: What few texts are.
_FEW = 200
# As PostgreSQL counted them last. What is not in its list has at most the share of the last in it;
# like its planner we take half of that.
_SHARES = """
with counted as materialized (
    select unnest(most_common_elems::text::text[]) as word, unnest(most_common_elem_freqs) as share
    from pg_stats
    where schemaname = 'public' and tablename = 'case_text' and attname = 'words'
)
select word, coalesce(share, (select min(share) / 2 from counted where word is not null), 0)::float8
    as share
from unnest($1::text[]) as asked (word) left join counted using (word)
order by share, length(word) desc, word limit $2
"""
_TEXTS = "select greatest(reltuples, 1)::float8 from pg_class where oid = 'case_text'::regclass"


async def rarest(connection: Connection, words: frozenset[str]) -> list[str]:
    """Questions to the text index that each find few texts, as far as PostgreSQL can tell.

    Words that always come together find more than that: a street's name has several syllables.
    """
    counted = await connection.fetch(_SHARES, sorted(words), _RAREST)
    texts = await connection.fetchval(_TEXTS)
    together = rare_together([(row["word"], row["share"]) for row in counted], texts)
    return [" & ".join(f"'{word}'" for word in some) for some in together]


def rare_together(words: Sequence[tuple[str, float]], texts: float) -> list[frozenset[str]]:
    """The smallest sets of words that few of so many texts have; each word with its share."""
    found: list[frozenset[str]] = []
    for some in _sets(words):
        expected = texts * prod(share for _, share in some)
        names = frozenset(word for word, _ in some)
        if expected <= _FEW and not any(smaller <= names for smaller in found):
            found.append(names)
    return found


def _sets(words: Sequence[tuple[str, float]]) -> Iterator[tuple[tuple[str, float], ...]]:
    """All of one word, then all of two, and so on."""
    for size in range(1, len(words) + 1):
        yield from combinations(words, size)
