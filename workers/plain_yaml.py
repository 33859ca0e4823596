"""YAML without its traps: the loader under every file of the project that people write."""

import re
from typing import Any

import yaml
from yaml.composer import Composer

__all__ = ["PlainLoader"]


class PlainLoader(Composer, yaml.CSafeLoader):
    """YAML in which `no` and `17:00` stay words, `00123` stays a code, and aliases are refused.

    It is read in C, since every process reads all the law when it starts, and composed in Python.
    """

    def __init__(self, text: str) -> None:
        """Read a text."""
        yaml.CSafeLoader.__init__(self, text)
        Composer.__init__(self)

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Refuse an alias: a short file could unfold to one that fills the memory."""
        if self.check_event(yaml.AliasEvent):
            reader: Any = self
            mark = reader.peek_event().start_mark
            message = "an alias is not read here; write it out"
            raise yaml.MarkedYAMLError(problem=message, problem_mark=mark)
        return super().compose_node(parent, index)


_SCALARS = (
    ("null", r"~|null|", [*"~n", ""]),
    ("bool", r"true|false", [*"tf"]),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", [*"-+0123456789"]),
    ("float", r"[-+]?[0-9]+\.[0-9]+", [*"-+0123456789"]),
    ("timestamp", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", [*"0123456789"]),
)
# What an unquoted word may mean is said anew: by itself a subclass keeps what YAML 1.1 guesses.
PlainLoader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in _SCALARS:
    _whole = re.compile(f"^(?:{_pattern})$")
    PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", _whole, _first)
