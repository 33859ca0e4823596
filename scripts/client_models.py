"""The client's models from the description of the interface, so that the two cannot differ."""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DESCRIPTION = ROOT / "docs" / "api" / "openapi.json"
MODELS = ROOT / "clients" / "python" / "hoiam_client" / "models.py"
HEAD = '''"""What is sent and what comes back. Written by scripts/openapi.py; do not edit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [{names}]


class Sent(BaseModel):
    """Base of what is sent: nothing unknown in it."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Told(BaseModel):
    """Base of what comes back: a newer server may tell more."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)
'''
_PREFIX = "#/components/schemas/"
_OPEN311 = "/open311/"
_FORMATS = {"date": "date", "date-time": "datetime"}
_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}

Schema = Mapping[str, Any]


def client_models(description: Schema) -> str:
    """The module, to be formatted."""
    schemas = description["components"]["schemas"]
    sent = _reached(description, schemas, _bodies)
    told = _reached(description, schemas, _answers)
    names = sorted((sent | told) - {"JsonValue", "Problem"}, key=_name)
    parts = [_model(name, schemas[name], told=name in told) for name in names]
    listed = ", ".join(f'"{_name(name)}"' for name in names)
    return "\n\n".join((HEAD.replace("{names}", listed), *parts)) + "\n"


def _reached(description: Schema, schemas: Schema, part: Any) -> set[str]:
    """The schemas that a part of the interface refers to, and those that these refer to."""
    waiting = {name for one in _operations(description) for name in _refs(part(one))}
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= set(_refs(schemas[name])) - found
    return found


def _operations(description: Schema) -> Iterator[Schema]:
    """All but those of Open311, which has clients of its own."""
    for path, methods in description["paths"].items():
        if not path.startswith(_OPEN311):
            yield from methods.values()


def _bodies(operation: Schema) -> Any:
    return operation.get("requestBody", {})


def _answers(operation: Schema) -> Any:
    return operation["responses"]


def _refs(value: Any) -> Iterator[str]:
    return (name for name in re.findall(rf'"{_PREFIX}(\w+)"', json.dumps(value)))


def _name(schema: str) -> str:
    """Where two modules have one of this name, the module's is put before it.

    The forms of the interface itself keep theirs, whether or not others have it too.
    """
    *modules, own = schema.split("__")
    if not modules or modules[-1] == "models":
        return own
    return "".join(part.title() for part in modules[-1].split("_")) + own


def _model(name: str, schema: Schema, *, told: bool) -> str:
    doc = (schema.get("description") or name).replace("``", "`").strip().splitlines()
    lines = [f"class {_name(name)}({'Told' if told else 'Sent'}):", f'    """{doc[0]}']
    lines[-1] += '"""' if len(doc) == 1 else ""
    if len(doc) > 1:
        lines += [f"    {line}".rstrip() for line in doc[1:]] + ['    """']
    required = set(schema.get("required", ()))
    members = schema.get("properties", {})
    # What must be said comes first; pydantic takes either order, a reader does not.
    ordered = sorted(members, key=lambda one: one not in required)
    fields = [_field(one, members[one], told=told, needed=one in required) for one in ordered]
    return "\n".join([*lines, *([""] if fields else []), *fields])


def _field(name: str, schema: Schema, *, told: bool, needed: bool) -> str:
    kind = _kind(schema, told=told)
    own = f"{name}_" if keyword.iskeyword(name) else name
    alias = "" if own == name else f', alias="{name}"'
    if needed:
        return f"    {own}: {kind}" + (f" = Field({alias[2:]})" if alias else "")
    if "None" not in kind.split(" | "):
        kind = f"{kind} | None"
    return f"    {own}: {kind} = " + (f"Field(None{alias})" if alias else "None")


def _kind(schema: Schema, *, told: bool) -> str:
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix(_PREFIX)
        return "Any" if name == "JsonValue" else _name(name)
    if "anyOf" in schema:
        kinds = dict.fromkeys(_kind(one, told=told) for one in schema["anyOf"])
        return " | ".join(sorted(kinds, key=lambda kind: kind == "None"))
    if schema.get("type") == "array":
        return f"tuple[{_kind(schema.get('items', {}), told=told)}, ...]"
    if schema.get("type") == "object":
        inner = schema.get("additionalProperties", True)
        return f"dict[str, {_kind(inner, told=told) if isinstance(inner, dict) else 'Any'}]"
    return _scalar(schema, told=told)


def _scalar(schema: Schema, *, told: bool) -> str:
    """A newer server may know more words than this client, so what is told stays open."""
    words = schema.get("enum", [schema["const"]] if "const" in schema else [])
    if words and not told:
        return f"Literal[{', '.join(json.dumps(word) for word in words)}]"
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    return _PLAIN.get(str(schema.get("type")), "str" if words else "Any")
