"""Dated units and the bodies that stand for them."""

from domain.directory.directory import (
    Body,
    BodyNotInForce,
    Directory,
    Naming,
    Territory,
    UnitNotInForce,
    UnitVersion,
    UnknownBody,
    UnknownUnit,
)

__all__ = [
    "Body",
    "BodyNotInForce",
    "Directory",
    "Naming",
    "Territory",
    "UnitNotInForce",
    "UnitVersion",
    "UnknownBody",
    "UnknownUnit",
]
