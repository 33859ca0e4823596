"""One sentence for each event of a case, in English or Vietnamese, with names and local times."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cli.wording import CLOCKS, SENTENCES, WORDS, Language
from domain.actor import Actor
from domain.context import Law
from domain.directory import UnknownBody, UnknownUnit
from domain.events import Event
from domain.ledger import Term
from domain.policy import Category, Severity, UnknownPack

__all__ = ["Teller"]

#: Other systems' names and people's: they mean what they say, even where a code is like them.
_LITERAL = frozenset({"source", "ref", "code", "into", "out_of", "channel"})
_YES: Mapping[str, tuple[str, str]] = {
    "reached": ("was told", "đã được phản hồi"),
    "satisfied": ("satisfied", "hài lòng"),
}
_NO: Mapping[str, tuple[str, str]] = {
    "reached": ("could not be told, for a recorded reason", "không thể phản hồi, có ghi lý do"),
    "satisfied": ("not satisfied", "chưa hài lòng"),
}
_BOOLEANS = ("yes", "có")
_WITH = (" with ", ", phối hợp: ")


class Teller:
    """Tells the events of one case; ``pack`` is the one it began under (``id@version``)."""

    def __init__(self, law: Law, pack: str, zone: str, language: Language = "en") -> None:
        self._directory = law.directory
        self._titles = _titles(law, pack, language)
        self._zone = ZoneInfo(zone)
        self._which = 0 if language == "en" else 1

    def tell(self, event: Event) -> str:
        """What happened, in one sentence, without anybody's free text."""
        # Whatever a sentence names must be there; a field that says nothing becomes a dash.
        words = {name: self._word(name, value) for name, value in event.body}
        said = words | {"clock": self._clock(event)}
        return SENTENCES[event.type][self._which].format_map(said)

    def who(self, actor: Actor) -> str:
        """Who did it: the role and the name of the body."""
        role = WORDS[actor.role][self._which]
        return role if actor.body is None else f"{role}, {self._named(actor.body)}"

    def local(self, at: datetime) -> str:
        """The case's local time."""
        return at.astimezone(self._zone).strftime("%Y-%m-%d %H:%M")

    def _word(self, name: str, value: Any) -> str:
        if isinstance(value, str):
            return value if name in _LITERAL else self._text(name, value)
        if isinstance(value, bool):
            return (_YES if value else _NO).get(name, _BOOLEANS)[self._which]
        return self._other(value)

    def _other(self, value: Any) -> str:
        if isinstance(value, datetime):
            return self.local(value)
        if isinstance(value, Term):
            return self._term(value)
        if isinstance(value, tuple):
            return self._others(value)
        return "–" if value is None else str(value)

    def _text(self, name: str, value: str) -> str:
        return self._unit(value) if name == "unit" else self._named(value)

    def _others(self, values: tuple[Any, ...]) -> str:
        told = ", ".join(self._named(str(value)) for value in values)
        return _WITH[self._which] + told if told else ""

    def _term(self, term: Term) -> str:
        if term.until is not None:
            return self.local(term.until)
        return f"{term.amount} {WORDS[term.unit][self._which]}"

    def _clock(self, event: Event) -> str:
        kind = str(getattr(event.body, "clock_id", "")).partition(":")[0].partition("-")[0]
        return CLOCKS.get(kind, ("", ""))[self._which]

    def _named(self, value: str) -> str:
        """What people call a body, a category or a word; whatever has no name stands for itself."""
        if value in WORDS:
            return WORDS[value][self._which]
        if value in self._titles:
            return self._titles[value]
        try:
            return self._directory.body_name(value)
        except UnknownBody:
            return value

    def _unit(self, unit_id: str) -> str:
        try:
            return self._directory.known_unit(unit_id).full_name
        except UnknownUnit:
            return unit_id


def _titles(law: Law, pack: str, language: Language) -> dict[str, str]:
    """What the pack calls its categories and severities; a pack that is gone calls them nothing."""
    try:
        found = law.book.get(pack.partition("@")[0])
    except UnknownPack:
        return {}
    parts: tuple[Category | Severity, ...] = (*found.categories, *found.severities)
    return {part.id: part.vi if language == "vi" else part.en for part in parts}
