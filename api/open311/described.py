"""How the description of the interface tells answers in two formats."""

from __future__ import annotations

from typing import Any

from api.open311.models import Error

__all__ = ["answers"]


def answers(model: Any, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """The answer of a route and its errors, each the same in both formats."""
    xml = {"text/xml": {"schema": {"type": "string", "description": "The same as XML."}}}
    return {
        status: {"model": model, "content": xml, "description": "As JSON or as XML."},
        "default": {"model": list[Error], "content": xml, "description": "Errors."},
    }
