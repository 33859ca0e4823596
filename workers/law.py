"""The law of an installation: shipped packs and register, and what import profiles add to them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import structlog

from domain.calendar import Calendar
from domain.context import Law
from domain.directory import Directory
from domain.places import Gazetteer
from domain.policy import Faults, Pack, PolicyBook
from workers.marked_yaml import Problem
from workers.packs import SHIPPED, PackInvalid, calendars, read_book, read_pack
from workers.profile_directory import read_directory, read_gazetteer
from workers.register import vietnam
from workers.register_places import vietnam_places

__all__ = ["DIRECTORY", "PACK", "PROFILES", "LawBook", "installed", "load_law"]

PROFILES = SHIPPED / "profiles"
"""The folder of the profiles that come with the project, each a folder of its own."""

PACK, DIRECTORY = "pack.yaml", "directory.yaml"
_ZONE = "Asia/Ho_Chi_Minh"
_PATIENCE = 1.0
_LOG = structlog.get_logger(__name__)

_Marks = tuple[tuple[str, int, int], ...]


def load_law(profile_dirs: Iterable[Path] = (), zone: str = _ZONE) -> Law:
    """Read everything dated: shipped packs, the register, and all profiles' packs and directories.

    A profile's pack stands apart: it is found by its id and never in force by date. ``zone`` tells
    the local day of the installation. Raises PackInvalid, RegisterMissing.
    """
    folders = [*installed(PROFILES), *profile_dirs]
    return Law(
        book=_book(folders),
        calendars=_calendars(folders),
        directory=_directory(folders),
        zone=zone,
        gazetteer=_gazetteer(folders),
    )


def installed(folder: Path | None) -> list[Path]:
    """The profiles in a folder, in the order of their names; none when there is no such folder."""
    if folder is None or not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_dir() and path.name[0] not in "._")


def _book(folders: list[Path]) -> PolicyBook:
    placed = [(path, read_pack(path)) for path in _present(folders, PACK)]
    shipped = read_book()
    try:
        return PolicyBook(shipped.packs, apart=[pack for _, pack in placed])
    except Faults as error:
        raise PackInvalid(_placed(error, len(shipped.packs), placed)) from error


def _placed(error: Faults, shipped: int, placed: list[tuple[Path, Pack]]) -> list[Problem]:
    """Name the profile's file for each fault; shipped packs agree with each other by test."""
    return [
        Problem(str(placed[int(fault.path[0]) - shipped][0]), 1, "", fault.message)
        for fault in error.faults
    ]


def _calendars(folders: list[Path]) -> Mapping[str, Calendar]:
    known = dict(calendars())
    for folder in folders:
        if not (folder / "calendars").is_dir():
            continue
        for key, calendar in calendars(folder).items():
            if known.setdefault(key, calendar).spec != calendar.spec:
                message = f"calendar {key} is known already and says otherwise; raise its version"
                raise PackInvalid([Problem(str(folder / "calendars"), 1, "", message)])
    return known


def _directory(folders: list[Path]) -> Directory:
    parts = [read_directory(path) for path in _present(folders, DIRECTORY)]
    try:
        return Directory.joined(vietnam(), *parts)
    except ValueError as error:
        raise PackInvalid([Problem(str(folders[-1] / DIRECTORY), 1, "", str(error))]) from error


def _gazetteer(folders: list[Path]) -> Gazetteer:
    own = (read_gazetteer(path) for path in _present(folders, DIRECTORY))
    return Gazetteer.joined([vietnam_places(vietnam()), *own])


def _present(folders: list[Path], name: str) -> list[Path]:
    return [folder / name for folder in folders if (folder / name).is_file()]


class LawBook:
    """Gives the law, and reads it anew when a profile was added: looked at once a second at most.

    When profiles that were good become unreadable, the law that is known stays and an error is
    logged: cases of other territories must not wait for a file to be mended.
    """

    def __init__(self, profiles_dir: Path | None = None, zone: str = _ZONE) -> None:
        self._folder = profiles_dir
        self._zone = zone
        self._looked = time.monotonic()
        self._marks = _marks(profiles_dir)
        self._law = load_law(installed(profiles_dir), zone)

    def __call__(self) -> Law:
        """The law that holds now. Never raises: see above."""
        now = time.monotonic()
        if now - self._looked >= _PATIENCE:
            self._looked = now
            self.refresh()
        return self._law

    def refresh(self) -> None:
        """Look for changed profiles now."""
        try:
            marks = _marks(self._folder)
            if marks != self._marks:
                self._marks = marks
                self._law = load_law(installed(self._folder), self._zone)
        except (PackInvalid, OSError) as error:
            _LOG.error("profiles_unreadable", detail=str(error))


def _marks(folder: Path | None) -> _Marks:
    """What changes when a file of a profile does."""
    files = (path for profile in installed(folder) for path in profile.rglob("*.yaml"))
    return tuple(sorted((str(p), (s := p.stat()).st_mtime_ns, s.st_size) for p in files))
