"""Whose cases a person may see: from their role and their body to a scope; by default none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

from domain.actor import Actor
from domain.directory import Body, Directory, UnknownBody
from domain.scope.terms import (
    AllOf,
    AnyOf,
    Everything,
    Meets,
    Not,
    Nothing,
    OneOf,
    Scope,
)

__all__ = ["area", "one_with", "scope_of", "told_of"]

_OFFICERS = frozenset({"intake_officer", "case_officer", "leader"})
#: They look over an area and work on no case.
_OVERSEERS = frozenset({"auditor", "admin"})


def scope_of(actor: Actor, directory: Directory, on: date) -> Scope:
    """The cases that an actor may see on a day. ``actor.body`` is a body's id.

    Officers see what their body has a part in, with the commands to act on it
    (``domain.access``), and the area of the unit that it stands for; auditors and admins see the
    area of their body's unit; nobody sees a case that complains about their own body, or about one
    whose place it took. Whoever
    has no role, or no body in force, sees nothing. A reporter sees the own case by its receipt,
    collaborators and integrations what is sent to them: none of them has a list.
    """
    return _seen(actor.role, actor.body, directory, on)


@lru_cache(maxsize=1024)
def _seen(role: str, body_id: str | None, directory: Directory, on: date) -> Scope:
    """The same of a role in a body; it is asked for at every request and changes once a day."""
    if role == "system":
        return Everything()
    body = directory.body(body_id, on) if body_id else None
    if body is None or role not in _OFFICERS | _OVERSEERS:
        return Nothing()
    seen = _worked_on(body, directory, on) if role in _OFFICERS else ()
    if role in _OVERSEERS or _stands_for_unit(body):
        seen = (*seen, OneOf("unit", area(directory, body.unit_id, on)))
    return AllOf((AnyOf(seen), _not_about(body, directory, on)))


def told_of(actor: Actor, directory: Directory, on: date) -> Scope:
    """The cases of whose events an actor is told on a day.

    People are told of what they may see. An integration, which has no list, is told of the area
    of its body's unit, and like everybody never of a case that complains about its own body.
    """
    if actor.role != "integration":
        return scope_of(actor, directory, on)
    body = directory.body(actor.body, on) if actor.body else None
    if body is None:
        return Nothing()
    inside = OneOf("unit", area(directory, body.unit_id, on))
    return AllOf((inside, _not_about(body, directory, on)))


@lru_cache(maxsize=1024)
def one_with(body_id: str, directory: Directory, on: date) -> frozenset[str]:
    """A body, and all that ceased and left it anything: its people are theirs.

    The other way round these are ``directory.successors``. A body not in force is itself alone.
    """
    body = directory.body(body_id, on)
    if body is None:
        return frozenset({body_id})
    past = (b for b in _ceased(body, directory) if body_id in _heirs(directory, b, on))
    return frozenset({body_id, *past})


def _not_about(body: Body, directory: Directory, on: date) -> Scope:
    return Not(OneOf("about_body", one_with(body.body_id, directory, on)))


@lru_cache(maxsize=1024)
def area(directory: Directory, unit_id: str, on: date) -> frozenset[str]:
    """The ids of a unit, of all units under it on a day, and of ended ones that are in them now.

    An ended unit belongs to the area when all who took its place do: what was split between two
    communes belongs to the province of both, and to neither of the two. Empty for a unit that is
    not in force.
    """
    inside = directory.subtree(unit_id, on)
    past = _came_before(directory, inside) - inside
    return inside | {unit for unit in past if _lies_in(inside, directory, unit, on)}


def _lies_in(inside: frozenset[str], directory: Directory, unit_id: str, on: date) -> bool:
    heirs = {unit.unit_id for unit in directory.heirs(unit_id, on)}
    return bool(heirs) and heirs <= inside


def _came_before(directory: Directory, units: Iterable[str]) -> frozenset[str]:
    """The units whose place some units took, and those whose place these had taken, and so on."""
    before, found, waiting = _predecessors(directory), set[str](), list(units)
    while waiting:
        fresh = before.get(waiting.pop(), frozenset()) - found
        found |= fresh
        waiting += fresh
    return frozenset(found)


@lru_cache(maxsize=16)
def _predecessors(directory: Directory) -> Mapping[str, frozenset[str]]:
    before: defaultdict[str, set[str]] = defaultdict(set)
    for unit_id, heirs in directory.territory.successors.items():
        for heir in heirs:
            before[heir].add(unit_id)
    return {heir: frozenset(units) for heir, units in before.items()}


def _worked_on(body: Body, directory: Directory, on: date) -> tuple[Scope, ...]:
    bodies = _with_predecessors(body, directory, on)
    return OneOf("accountable", bodies), Meets("involved", bodies)


def _stands_for_unit(body: Body) -> bool:
    """An agency stands for its field of work only, not for everything in its unit."""
    return body.kind != "agency"


@lru_cache(maxsize=1024)
def _with_predecessors(body: Body, directory: Directory, on: date) -> frozenset[str]:
    """A body, and those that ceased and left what they had to it alone."""
    left = (b for b in _ceased(body, directory) if _heirs(directory, b, on) == [body.body_id])
    return frozenset({body.body_id, *left})


def _ceased(body: Body, directory: Directory) -> frozenset[str]:
    """The bodies that may have left something to this one."""
    prefix = body.body_id.partition(":")[0]
    past = {f"{prefix}:{unit}" for unit in _came_before(directory, [body.unit_id])}
    return frozenset(past | {row.body_id for row in directory.territory.bodies})


def _heirs(directory: Directory, body_id: str, on: date) -> list[str]:
    try:
        return [heir.body_id for heir in directory.successors(body_id, on)]
    except UnknownBody:  # that unit had no body of this kind
        return []
