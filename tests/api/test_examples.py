"""The examples of the description are what it describes: each fits the schema beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs
import pytest

from api.app import described
from api.past import Past
from domain.commands import COMMANDS

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


def example_of(schema: Mapping[str, Any]) -> Any:
    """An example of a schema, its own or made of one of its items'. Raises LookupError."""
    if "$ref" in schema:
        return example_of(SAID["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if schema.get("examples"):
        return schema["examples"][0]
    if schema.get("type") == "array":
        return [example_of(schema["items"])]
    raise LookupError("It has no example.")


def carried() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What every route takes and answers, where that has a form: JSON, and a form's members."""
    for methods in SAID["paths"].values():
        for operation in methods.values():
            answers = {f"answers {code}": one for code, one in operation["responses"].items()}
            for way, one in {"takes": operation.get("requestBody", {}), **answers}.items():
                for kind, media in one.get("content", {}).items():
                    if kind.endswith(("json", "urlencoded")):
                        yield f"{operation['operationId']} {way} {kind}", media


CARRIED = dict(carried())


@pytest.mark.parametrize("name", CARRIED)
def test_whatever_a_route_takes_and_answers_has_an_example(name: str) -> None:
    media = CARRIED[name]
    told = [one["value"] for one in media.get("examples", {}).values()]
    example = told[0] if told else example_of(media["schema"])
    assert faults(media["schema"], example) == []


def test_the_routes_that_take_and_answer_something_are_all_looked_at() -> None:
    ways = [name.split()[1] for name in CARRIED]
    assert ways.count("takes") > len(COMMANDS)
    assert ways.count("answers") > ways.count("takes")


def test_every_filter_of_a_list_has_an_example() -> None:
    filters = SAID["paths"]["/v1/cases"]["get"]["parameters"]
    shown = {one["name"] for one in filters if one["schema"].get("examples")}
    assert set(Past.model_fields) <= shown


def test_an_example_that_lacks_a_member_would_be_noticed() -> None:
    item = {"$ref": "#/components/schemas/Item"}
    assert faults(item, {"case_id": "019c9a3e-6f1c-7e33-9d0f-0a8d5d0f8d11"})
    assert faults({"type": "string", "format": "date-time"}, "9 giờ sáng")
