"""The headers that several routes read: the key of a request, and in which role it is made."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header
from uuid_utils.compat import uuid7

from api.guard import Caller

__all__ = ["ActAs", "Key", "command_id"]

#: Short keys would be thought of by two people: whoever shares a key shares an answer.
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=16,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="A fresh random id, such as a UUID. A repeat under it gets the first answer, "
        "for good; another request under it is refused.",
    ),
]


ActAs = Annotated[
    str | None,
    Header(
        alias="Act-As",
        max_length=200,
        description="Which role of the account acts, as leader@unit:26737; needed where several "
        "fit.",
    ),
]


def command_id(caller: Caller, what: str, key: str | None) -> str:
    """The id under which a request is done once; the keys of each client are its own."""
    return f"api/{caller.scope}/{what}/{key or uuid7()}"
