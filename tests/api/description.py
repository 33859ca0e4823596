"""The description of the interface as Schemathesis reads it, with ids and codes that are real."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

import httpx
import schemathesis
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import described

__all__ = ["Description"]

CHECKS = (
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
_FAULT = 500

#: By the name of a parameter or a member: values that are really there.
Real = Mapping[str, Sequence[str]]


class Description:
    """Every operation of the description, by its id.

    Where there are ``real`` values of a name, requests are made with these alone.
    """

    def __init__(self, real: Real | None = None) -> None:
        said = deepcopy(described())
        for operation in (one for path in said["paths"].values() for one in path.values()):
            for parameter in operation.get("parameters", []):
                _offer(parameter["name"], parameter, "schema", real or {})
        for schema in said["components"]["schemas"].values():
            for name in schema.get("properties", {}):
                _offer(name, schema["properties"], name, real or {})
        read = schemathesis.openapi.from_dict(said)
        found = (result.ok() for result in read.get_all_operations() if isinstance(result, Ok))
        self.operations: dict[str, APIOperation[Any, Any, Any, Any]] = {
            one.definition.raw["operationId"]: one for one in found
        }

    def faults(self, route: str, answer: httpx.Response) -> list[str]:
        """How an answer of a route is not as it is described; a fault of ours never is."""
        operation = self.operations[route]
        named = dict.fromkeys(re.findall(r"{(\w+)}", operation.path), "any")
        case = operation.Case(path_parameters=named)
        failed = answer.status_code >= _FAULT
        faults = [f"{answer.status_code}: {answer.text[:300]}"] if failed else []
        try:
            case.validate_response(answer, checks=list(CHECKS))
        except FailureGroup as group:
            faults += [f"{type(one).__name__}: {one}" for one in group.exceptions]
        return faults


def _offer(name: str, where: dict[str, Any], key: str, real: Real) -> None:
    """Real values in the place of any text, alone or in a list; nothing, where that may be."""
    schema = where[key]
    choices = schema.get("anyOf", [schema])
    if name not in real or not all(_holds_text(one) for one in choices):
        return
    offered = {"type": "string", "enum": list(real[name])}
    several = {"type": "array", "items": offered, "maxItems": 2}
    kinds = [one["type"] for one in choices]
    made = {"string": offered, "array": several, "null": {"type": "null"}}
    where[key] = {"anyOf": [made[kind] for kind in kinds]}


def _holds_text(schema: dict[str, Any]) -> bool:
    items = schema.get("items", {"type": "string"})
    return schema.get("type") in {"string", "array", "null"} and items.get("type") == "string"
