"""The gazetteer of Vietnam: where communes are, from the same package as the lists of units."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from math import cos, radians, sqrt
from typing import Any

from domain.directory import Directory, UnitNotInForce, UnknownUnit
from domain.places import Gazetteer, Site
from workers.register_facts import Facts, read_facts
from workers.register_lists import data_folder

__all__ = ["vietnam_places"]

#: Rectangles of the old communes, as ``south,west – north,east`` in degrees.
_BEFORE = "SELECT wardCode, wardBounds FROM admin_units_legacy WHERE wardBounds IS NOT NULL"
_AFTER = "SELECT wardCode, wardLat, wardLon, wardAreaKm2 FROM admin_units"
_CALLED = "SELECT DISTINCT provinceCode, provinceAlias FROM {} WHERE provinceAlias IS NOT NULL"
#: Kilometres in a degree of latitude.
_DEGREE = 111.32
#: A few units have no area in the package: they are taken for small (square kilometres).
_SMALL = 2.0

Rows = Iterable[tuple[Any, ...]]


@lru_cache(maxsize=1)
def vietnam_places(directory: Directory) -> Gazetteer:
    """Return where the units of a directory are, read once. Raises RegisterMissing."""
    facts = read_facts()
    reform, day = facts.reform.on, timedelta(days=1)
    database = f"{(data_folder() / 'dataset.db').as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(database, uri=True)) as connection:
        old = list(_old_sites(connection.execute(_BEFORE)))
        new = list(_new_sites(connection.execute(_AFTER)))
        called = [
            *_named(connection.execute(_CALLED.format("admin_units_legacy")), reform - day),
            *_named(connection.execute(_CALLED.format("admin_units")), reform),
        ]
    sites = (
        *_placed(old, directory, reform - day),
        *(replace(site, since=reform) for site in _placed(new, directory, reform)),
    )
    return Gazetteer(sites, facts.short, _by_unit(called, directory, facts))


def _old_sites(rows: Rows) -> Iterator[Site]:
    for code, bounds in rows:
        south, west, north, east = map(float, bounds.replace(" – ", ",").split(","))
        middle = (south + north) / 2, (west + east) / 2
        yield Site(code, *middle, (north - south) / 2, (east - west) / 2)


def _new_sites(rows: Rows) -> Iterator[Site]:
    """Of a new commune only the middle and the area are known: it is taken for a square."""
    for code, latitude, longitude, area in rows:
        half = sqrt(area or _SMALL) / 2 / _DEGREE
        yield Site(code, latitude, longitude, half, half / cos(radians(latitude)))


def _placed(sites: Iterable[Site], directory: Directory, on: date) -> Iterator[Site]:
    """Put the id of the unit that held the code on a day in the place of the code."""
    for site in sites:
        unit_id = _holder(site.unit_id, directory, on)
        if unit_id is not None:
            yield replace(site, unit_id=unit_id)


def _named(rows: Rows, on: date) -> Iterator[tuple[str, date, str]]:
    for code, names in rows:
        yield from ((code, on, name) for name in json.loads(names))


def _by_unit(
    named: Iterable[tuple[str, date, str]], directory: Directory, facts: Facts
) -> Mapping[str, tuple[str, ...]]:
    """Further names by unit id: those of the package, and those of the facts."""
    more = [(name.code, facts.reform.on, name.name) for name in facts.called]
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for code, on, name in (*named, *more):
        unit_id = _holder(code, directory, on)
        if unit_id is not None:
            found[unit_id][name] = None
    return {unit_id: tuple(names) for unit_id, names in found.items()}


def _holder(code: str, directory: Directory, on: date) -> str | None:
    try:
        return directory.unit_at(code, on).unit_id
    except (UnitNotInForce, UnknownUnit):
        return None
