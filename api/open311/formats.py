"""JSON and XML of the same thing, by the Spark convention: a list is an element of elements."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal
from xml.etree.ElementTree import Element, SubElement, tostring

from pydantic import BaseModel, TypeAdapter
from starlette.responses import Response

__all__ = ["Suffix", "suffix_of", "written"]

Suffix = Literal["json", "xml"]
_TYPES: Mapping[Suffix, str] = {"json": "application/json; charset=utf-8", "xml": "text/xml"}
#: What each element of a list is called.
_EACH = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
}
#: XML 1.0 has no place for these, not even escaped.
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ANY: TypeAdapter[Any] = TypeAdapter(Any)


def suffix_of(path: str) -> Suffix:
    """The format that an address asks for; XML, which the standard demands, where none is."""
    return "json" if path.endswith(".json") else "xml"


def written(
    root: str,
    said: BaseModel | Sequence[BaseModel],
    suffix: Suffix,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer in a format; ``root`` is what XML calls the whole."""
    if suffix == "json":
        content = _ANY.dump_json(said)
    else:
        element = _element(root, _ANY.dump_python(said, mode="json"))
        content = tostring(element, encoding="utf-8", xml_declaration=True)
    return Response(content, status, dict(headers or {}), media_type=_TYPES[suffix])


def _element(name: str, value: Any) -> Element:
    element = Element(name)
    _fill(element, value)
    return element


def _fill(element: Element, value: Any) -> None:
    if isinstance(value, Mapping):
        for name, part in value.items():
            _fill(SubElement(element, name), part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            _fill(SubElement(element, _EACH[element.tag]), part)
    elif value is not None:
        element.text = _text(value)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _NOT_XML.sub("\ufffd", str(value))
