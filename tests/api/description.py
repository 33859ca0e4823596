"""The description of the interface as Schemathesis reads it, with ids and codes that are real."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

import httpx
import schemathesis
from schemathesis.core.failures import FailureGroup
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import described

__all__ = ["Description", "faults_of"]

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
    """Every operation of the description, by its id; ``real`` values are offered where they fit."""

    def __init__(self, real: Real | None = None) -> None:
        said = deepcopy(described())
        for operation in (one for path in said["paths"].values() for one in path.values()):
            for parameter in operation.get("parameters", []):
                _offer(parameter["name"], parameter, "schema", real or {})
        for schema in said["components"]["schemas"].values():
            for name in schema.get("properties", {}):
                _offer(name, schema["properties"], name, real or {})
        read = schemathesis.openapi.from_dict(said)
        found = (result.ok() for result in read.get_all_operations())
        self.operations: dict[str, APIOperation[Any, Any, Any, Any]] = {
            one.definition.raw["operationId"]: one for one in found
        }

    def faults(self, route: str, answer: httpx.Response) -> list[str]:
        """How an answer of a route is not as it is described."""
        operation = self.operations[route]
        named = dict.fromkeys(re.findall(r"{(\w+)}", operation.path), "any")
        return faults_of(operation.Case(path_parameters=named), answer)


def _offer(name: str, where: dict[str, Any], key: str, real: Real) -> None:
    """Real values beside whatever fits the schema: it allows what it allowed before."""
    if name not in real:
        return
    schema = where[key]
    choices = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    offered = {"type": "string", "enum": list(real[name])}
    if any(one.get("type") == "array" for one in choices):
        where[key] = {"anyOf": [{"type": "array", "items": offered, "maxItems": 2}, schema]}
    elif all(one.get("type") == "string" for one in choices):
        where[key] = {"anyOf": [offered, schema]}


def faults_of(case: Any, answer: httpx.Response) -> list[str]:
    """How an answer is not as it is described; no description allows a fault of ours."""
    faults = [f"{answer.status_code}: {answer.text[:300]}"] if answer.status_code >= _FAULT else []
    try:
        case.validate_response(answer, checks=list(CHECKS))
    except FailureGroup as group:
        faults += [
            f"{type(one).__name__} at {answer.status_code}: {one}" for one in group.exceptions
        ]
    return faults
