"""The description of the interface (OpenAPI 3.1): who may call what, and how it can fail."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.access import ACCESS, Access
from api.catalogue import PROBLEMS, type_of
from api.examples import SHOWN
from api.failing import FAILED, failures
from api.problems import MEDIA_TYPE

__all__ = ["OPENAPI_URL", "describe"]

OPENAPI_URL = "/v1/openapi.json"
_ABOUT = (
    "Reports in, an answer back. Every error is an RFC 9457 problem whose `type` is stable; "
    "GET it, or see docs/api/problems.md. Times are RFC 3339 with offset. What is said to people "
    "is Vietnamese or English by Accept-Language."
)
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "enum": [type_of(name) for name in PROBLEMS]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "specifics": {
            "type": "string",
            "description": "What is particular to this one, in the caller's language.",
        },
        "code": {"type": "string", "description": "The rule's own word for its refusal."},
        "current_version": {"type": "integer", "description": "Of a case that has changed."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail"],
                "additionalProperties": {"type": "string"},
            },
        },
        "candidates": {
            "type": "array",
            "description": "Units that may be meant, the likeliest first.",
            "items": {
                "type": "object",
                "required": ["code", "name", "why"],
                "properties": {
                    "code": {"type": "string"},
                    "name": {"type": "string"},
                    "why": {"type": "string"},
                },
            },
        },
    },
}
_PROBLEM_ANSWER = {
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
#: Of these statuses every answer tells how long to wait.
_WAITING = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_RETRY_AFTER = {
    "Retry-After": {
        "description": "Seconds to wait before the same request is sent again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1, "examples": [5]},
    }
}
_LOCATION = {
    "Location": {
        "description": "Where to see what was made.",
        "required": True,
        "schema": {"type": "string", "format": "uri-reference"},
    }
}
#: A file that waits is nowhere to be seen: its id is named in what attaches it.
_NOWHERE = frozenset({"upload_file"})
_BEARER = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


def describe(app: FastAPI) -> None:
    """Make the application describe itself."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _schema(app)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign] # how FastAPI wants it to be extended


def _schema(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(
        title=app.title, version=app.version, description=_ABOUT, routes=app.routes
    )
    components = schema.setdefault("components", {})
    components["securitySchemes"] = {"bearer": _BEARER}
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = _PROBLEM
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    _exemplify(schemas)
    failed = components.setdefault("responses", {})
    for operation in _operations(schema):
        _complete(operation, ACCESS[operation["operationId"]], failed)
    return schema


def _exemplify(schemas: dict[str, Any]) -> None:
    """Put the examples in: FastAPI would leave out of them all that is null."""
    for name, example in SHOWN.items():
        schemas[name]["examples"] = [example]


def _operations(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in schema["paths"].values():
        yield from path.values()


def _complete(operation: dict[str, Any], access: Access, failed: dict[str, Any]) -> None:
    """Tell how it can fail; problems stand in ``failed`` once for all routes."""
    answers = operation["responses"]
    answers.pop("422", None)
    own = answers.pop(FAILED, None)
    for status in map(HTTPStatus, failures(operation, access)):
        name = status.name.title().replace("_", "")
        told = {"$ref": f"#/components/responses/{name}"}
        if own is None:
            failed[name] = _told(_PROBLEM_ANSWER, status)
        answers.setdefault(str(status.value), told if own is None else _told(own, status))
    if "201" in answers and operation["operationId"] not in _NOWHERE:
        answers["201"]["headers"] = {**answers["201"].get("headers", {}), **_LOCATION}
    if access.roles:
        operation["security"] = [{"bearer": []}, *([{}] if access.public else [])]
        roles = ", ".join(sorted(access.roles))
        operation["description"] = f"{operation.get('description', '')}\n\nRoles: {roles}.".strip()


def _told(own: dict[str, Any], status: HTTPStatus) -> dict[str, Any]:
    headers = {"headers": _RETRY_AFTER} if status in _WAITING else {}
    return {**own, "description": status.phrase, **headers}
