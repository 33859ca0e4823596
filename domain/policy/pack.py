"""One policy pack: its ladder, its words, and the rule that holds on a day."""

from datetime import date
from difflib import get_close_matches
from functools import cached_property
from itertools import product
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from domain.policy.base import Count, Dated, Faults, Id, Names, Text
from domain.policy.checks import repeated, rule_faults
from domain.policy.errors import NoRule, UnknownCategory, UnknownLevel, UnknownSeverity
from domain.policy.parts import Category, Reopening, Rule, Rung, Severity, Voice
from domain.policy.tiling import Scope, spread

__all__ = ["Pack"]


class Pack(Dated):
    """One policy: ladder, limits and words, in force from a day up to, not including, another.

    `calendar` is the id of the calendar its working days follow, `zone` the zone of its local
    times, `text_limit` the longest text of a report in characters.
    """

    id: Id
    version: Count
    title_vi: Text
    title_en: Text
    calendar: Id
    zone: Id
    ladder: tuple[Rung, ...] = Field(min_length=1)
    severities: tuple[Severity, ...] = Field(min_length=1)
    categories: tuple[Category, ...] = Field(min_length=1)
    channels: Names
    text_limit: Count
    reopening: Reopening
    voice: Voice
    rules: tuple[Rule, ...]

    @field_validator("zone")
    @classmethod
    def _zone_exists(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(
                f"no time zone is called {zone}; write one like Europe/Paris"
            ) from error
        return zone

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        faults = [
            *repeated("ladder", self.levels),
            *repeated("severities", self._severity_ids),
            *repeated("categories", (category.id for category in self.categories)),
            *repeated("channels", self.channels),
        ]
        faults += rule_faults(self.rules, self._scope) if not faults else []
        if faults:
            raise Faults(faults)
        return self

    @property
    def _scope(self) -> Scope:
        return Scope(self.levels, self._severity_ids, self.valid_from, self.end)

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """The levels of the ladder, the lowest first."""
        return tuple(rung.level for rung in self.ladder)

    @property
    def top(self) -> str:
        """The highest level of the ladder."""
        return self.levels[-1]

    def next_level(self, level: str) -> str | None:
        """Say which level comes above; none above the top. Raises `UnknownLevel`."""
        above = self._place(level) + 1
        return self.levels[above] if above < len(self.levels) else None

    def _place(self, level: str) -> int:
        if level not in self.levels:
            known = ", ".join(self.levels)
            raise UnknownLevel(f"policy {self.id} has no level {level!r}; its ladder is {known}")
        return self.levels.index(level)

    def rule(self, clock: str, level: str, severity: str, on: date) -> Rule:
        """Find the one rule that holds on that local day. Raises `NoRule`."""
        for rule in self._cells.get((clock, level, severity), ()):
            if rule.in_force(on):
                return rule
        raise NoRule(
            f"policy {self.id} has no {clock} rule for {level}/{severity} on {on}; it holds "
            f"{self.span}, for levels {', '.join(self.levels)} "
            f"and severities {', '.join(self._severity_ids)}"
        )

    @cached_property
    def _cells(self) -> dict[tuple[str, str, str], list[Rule]]:
        cells: dict[tuple[str, str, str], list[Rule]] = {}
        for rule in self.rules:
            levels = spread(rule.levels, self.levels)
            for level, severity in product(levels, spread(rule.severities, self._severity_ids)):
                cells.setdefault((rule.clock, level, severity), []).append(rule)
        return cells

    def category(self, known_as: str) -> Category:
        """Find a category by its id. Raises `UnknownCategory`, naming the close ones."""
        if known_as not in self._categories:
            known = ", ".join(self._categories)
            raise UnknownCategory(known_as, self.id, self._close(known_as), known)
        return self._categories[known_as]

    @cached_property
    def _categories(self) -> dict[str, Category]:
        return {category.id: category for category in self.categories}

    def _close(self, asked: str) -> tuple[str, ...]:
        """Compare with ids and with both names, for people type what they see on a screen."""
        names = {word.casefold(): c.id for c in self.categories for word in (c.vi, c.en, c.id)}
        close = get_close_matches(asked.casefold(), names, n=3)
        return tuple(dict.fromkeys(names[word] for word in close))

    def raised(self, old: str, new: str) -> bool:
        """Say whether `new` is graver than `old`. Raises `UnknownSeverity`."""
        return self._gravity(new) > self._gravity(old)

    def _gravity(self, severity: str) -> int:
        if severity not in self._severity_ids:
            known = ", ".join(self._severity_ids)
            raise UnknownSeverity(f"policy {self.id} has no severity {severity!r}; it has: {known}")
        return self._severity_ids.index(severity)

    @cached_property
    def _severity_ids(self) -> tuple[str, ...]:
        return tuple(severity.id for severity in self.severities)
