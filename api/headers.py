"""The headers that several routes read: the key of a request, and in which role it is made."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header
from pydantic import Field
from uuid_utils.compat import uuid7

from api.guard import Caller
from domain.shapes import like

__all__ = ["ActAs", "IfMatch", "Key", "command_id", "command_key", "etag", "expected"]

#: Short keys would be thought of by two people: whoever shares a key shares an answer.
Key = Annotated[
    Annotated[
        str,
        Field(min_length=16, max_length=200),
        like(
            r"^[\x21-\x7e]+$",
            "Viết bằng ký tự ASCII, không dấu cách, tốt nhất là một UUID: "
            "0b1f1c9e-6c1e-4a55-9d55-0a8d5d0f8d11.",
            "Write it in plain ASCII without spaces, best as a UUID: "
            "0b1f1c9e-6c1e-4a55-9d55-0a8d5d0f8d11.",
        ),
    ]
    | None,
    Header(
        alias="Idempotency-Key",
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


IfMatch = Annotated[
    Annotated[
        str,
        like(
            r'^(\*|(W/)?"[1-9][0-9]{0,8}")$',
            'Viết ETag của vụ việc cả dấu ngoặc kép, như "7"; hoặc *.',
            'Write the ETag of the case with its quotation marks, as "7"; or *.',
        ),
    ]
    | None,
    Header(
        alias="If-Match",
        description="The ETag of the case as the caller saw it. If it has changed since, nothing "
        "is done (412). Left out, or *: whatever its version.",
        examples=['"7"'],
    ),
]


def etag(version: int) -> str:
    """The ETag of a case at a version."""
    return f'"{version}"'


def expected(if_match: str | None) -> int | None:
    """The version that If-Match asks for. A proxy that packs answers makes their tags weak."""
    if if_match in (None, "*"):
        return None
    return int(if_match.removeprefix("W/").strip('"'))


def command_key(caller: Caller, key: str | None) -> str:
    """The id of an officer's command: found by its key alone, whatever case it was on."""
    return f"api/{caller.scope}/command/{key or uuid7()}"


def command_id(caller: Caller, what: str, key: str | None) -> str:
    """The id under which a request is done once; the keys of each client are its own."""
    return f"api/{caller.scope}/{what}/{key or uuid7()}"
