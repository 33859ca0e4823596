"""What people type for who acts, for a key and for parameters, as the interface takes it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from cli.errors import Exit, Failed, refused
from domain.actor import Actor

__all__ = ["actor_of", "parameters", "request_key"]

_KEY = re.compile(r"[\x21-\x7e]{16,200}")


def actor_of(written: str) -> Actor:
    """Who acts. Raises Failed: no such role, no body, or the system."""
    try:
        actor = Actor.parse(written)
    except ValueError as error:
        raise refused("invalid", str(error), "as") from None
    if actor.role == "system":
        raise refused("not_permitted", "Nobody acts as the system; only its own clock does.")
    return actor


def request_key(key: str | None) -> str | None:
    """The Idempotency-Key of a request: what was typed, or made from that if it is too short."""
    if key is None or _KEY.fullmatch(key):
        return key
    return f"cli-{sha256(key.encode()).hexdigest()}"


def parameters(given: Iterable[str]) -> dict[str, Any]:
    """What ``--set`` said; a name that was given more than once has a list."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise Failed(f"--set wants a name and a value, as days=5; not {one!r}.", Exit.MISTAKE)
        found[name].append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}
