"""The examples of the description are what it describes: each fits the schema beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs
import pytest

from api.app import described

SAID: dict[str, Any] = described()

#: Where an example stands, what it must be like, and the example.
Shown = tuple[str, Mapping[str, Any], Any]


def shown(place: str, node: Any) -> Iterator[Shown]:
    """Every example at or under a place of the description."""
    if isinstance(node, list):
        for number, one in enumerate(node):
            yield from shown(f"{place}/{number}", one)
    if isinstance(node, dict):
        yield from _beside(place, node)
        for name, one in node.items():
            if name not in {"example", "examples"}:
                yield from shown(f"{place}/{name}", one)


def _beside(place: str, node: Mapping[str, Any]) -> Iterator[Shown]:
    """The examples of a schema are a list; those of a body or a parameter have names."""
    schema = node.get("schema", node)
    if "example" in node:
        yield place, schema, node["example"]
    examples = node.get("examples", [])
    named = isinstance(examples, dict)
    for one in examples.values() if named else examples:
        yield place, schema, one["value"] if named else one


SHOWN = list(shown("", SAID))


def faults(schema: Mapping[str, Any], example: Any) -> list[str]:
    """How an example is not as its schema says."""
    whole = {**schema, "components": SAID["components"]}
    validator = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
    return [f"{one.instance_path}: {one.message}" for one in validator.iter_errors(example)]


@pytest.mark.parametrize(("place", "schema", "example"), SHOWN, ids=[one[0] for one in SHOWN])
def test_every_example_is_as_its_schema_says(
    place: str, schema: Mapping[str, Any], example: Any
) -> None:
    assert faults(schema, example) == [], place


def test_an_example_that_lacks_a_member_would_be_noticed() -> None:
    item = {"$ref": "#/components/schemas/Item"}
    assert faults(item, {"case_id": "019c9a3e-6f1c-7e33-9d0f-0a8d5d0f8d11"})
    assert faults({"type": "string", "format": "date-time"}, "9 giờ sáng")
