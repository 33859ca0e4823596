"""A small country to tell rules in: one ladder, its reform of 2025-07-01, and some odd corners."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache

from domain.context import Law
from domain.directory import Body, Directory, UnitVersion
from domain.places import Gazetteer, Site
from workers.packs import calendars, read_book

__all__ = [
    "AGENCY",
    "COMMUNE",
    "DISTRICT",
    "ISLAND",
    "NEIGHBOUR",
    "PROVINCE",
    "REFORM",
    "SPLIT",
    "gazetteer",
    "law",
    "local",
]

ZONE = "Asia/Ho_Chi_Minh"
REFORM = date(2025, 7, 1)

#: Bodies on the ladder of the commune most cases begin in, and some that stand beside it.
COMMUNE, DISTRICT, PROVINCE = "unit:26734", "unit:760", "unit:79"
NEIGHBOUR, SPLIT, ISLAND = "unit:26737", "unit:26740", "unit:26999"
AGENCY = "transport:79"


def local(text: str) -> datetime:
    """A moment in Vietnam, from ``2024-03-04 08:00``."""
    return datetime.fromisoformat(f"{text}+07:00")


@cache
def law() -> Law:
    """The shipped packs and calendars over the small country."""
    return Law(read_book(), calendars(), directory(), ZONE, gazetteer())


@cache
def gazetteer() -> Gazetteer:
    """Where its communes are: the old ones side by side, and one new one of which more is known."""
    return Gazetteer(
        sites=(
            Site("26734", 10.790, 106.690, 0.005, 0.005),
            Site("26737", 10.790, 106.700, 0.005, 0.005),
            Site("26740", 10.780, 106.700, 0.005, 0.005),
            Site("26740~2025", 10.775, 106.700, 0.005, 0.005, since=REFORM),
            Site("26999", 8.680, 106.600, 0.050, 0.050),
            Site("00001", 21.046, 105.848, 0.010, 0.010),
        ),
        short={"commune": ("P", "X"), "district": ("Q",), "province": ("TP",)},
        called={"79": ("HCM", "Sài Gòn")},
    )


@cache
def directory() -> Directory:
    """One province with two districts until the reform, and two levels after it."""
    return Directory(_units(), [_agency()], _SUCCESSORS)


def _agency() -> Body:
    return Body(AGENCY, "agency", "79", "Sở Giao thông vận tải")


def _units() -> tuple[UnitVersion, ...]:
    return (
        _unit("79", "Hồ Chí Minh", "province", None),
        _unit("01", "Hà Nội", "province", None),
        _unit("760", "Quận 1", "district", "79", ends=REFORM),
        _unit("755", "Huyện đảo", "district", "79", ends=REFORM),
        _unit("26734", "Tân Định", "commune", "760", ends=REFORM),
        _unit("26740", "Bến Nghé", "commune", "760", ends=REFORM),
        _unit("26737", "Đa Kao", "commune", "760", ends=REFORM),
        _unit("26737", "Tân Định", "commune", "79", begins=REFORM, unit_id="26737~2025"),
        _unit("26740", "Sài Gòn", "commune", "79", begins=REFORM, unit_id="26740~2025"),
        _unit("26999", "Đảo", "commune", "79"),
        _unit("26998", "Đảo nhỏ", "commune", "755", ends=REFORM),
        _unit("00001", "Phúc Xá", "commune", "01"),
    )


#: The island district has one successor; the city district and one commune were split.
_SUCCESSORS = {
    "26734": ("26737~2025",),
    "26737": ("26737~2025",),
    "26740": ("26737~2025", "26740~2025"),
    "760": ("26737~2025", "26740~2025"),
    "26998": ("26999",),
    "755": ("26999",),
}


def _unit(
    code: str,
    name: str,
    level: str,
    parent: str | None,
    begins: date | None = None,
    ends: date | None = None,
    unit_id: str | None = None,
) -> UnitVersion:
    return UnitVersion(
        unit_id=unit_id or code,
        code=code,
        name=name,
        full_name=name,
        kind=level,
        level=level,
        parent_id=parent,
        valid_from=begins,
        valid_to=ends,
    )
