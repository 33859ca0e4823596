"""Profiles: a mapping with the pack and the directory it brings along, shipped or of your own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from domain.policy import Pack
from workers.importing.choice import Choice
from workers.importing.install import Brought, install
from workers.importing.mapping import Mapping
from workers.law import DIRECTORY, PROFILES, installed
from workers.marked_models import Loaded, load
from workers.marked_yaml import Place, Problem
from workers.packs import PackInvalid, read_pack
from workers.profile_directory import read_directory

__all__ = ["MAPPING", "Profile", "UnknownProfile", "open_profile"]

MAPPING = "mapping.yaml"
_CSV = "csv:"
_FILE = ".yaml"


class UnknownProfile(LookupError):
    """No profile has that name; the message lists what there is."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How to read a file, and the id of the pack its cases go by (None: the one of each day)."""

    mapping: Mapping
    pack: str | None


def open_profile(spec: str, profiles_dir: Path | None = None) -> Profile:
    """Open ``boston311`` (shipped) or ``csv:MAPPING.yaml`` (your own).

    What a mapping of your own brings along is copied into ``profiles_dir``, where every worker of
    the installation finds it. Raises UnknownProfile, PackInvalid.
    """
    if spec.startswith(_CSV):
        return _own(Path(spec.removeprefix(_CSV)), profiles_dir)
    folder = PROFILES / spec
    shipped = installed(PROFILES)
    if folder not in shipped:
        names = ", ".join(path.name for path in shipped)
        raise UnknownProfile(f"There is no profile {spec!r}; use {names}, or csv:MAPPING.yaml")
    return _opened(load(Mapping, folder / MAPPING), folder)[0]


def _own(path: Path, profiles_dir: Path | None) -> Profile:
    loaded = load(Mapping, path)
    profile, brought = _opened(loaded, path.parent)
    if brought.pack is None and brought.directory is None:
        return profile
    if profiles_dir is None:
        message = "brings a file along; set HOIAM_PROFILES_DIR to the folder where it is kept"
        raise PackInvalid(
            [loaded.source.problem(("pack" if brought.pack else DIRECTORY,), message)]
        )
    if profile.mapping.source in {folder.name for folder in installed(PROFILES)}:
        message = f"{profile.mapping.source} is a profile that is shipped; choose another name"
        raise PackInvalid([loaded.source.problem(("source",), message)])
    install(profiles_dir / profile.mapping.source, path, brought)
    return profile


def _opened(loaded: Loaded[Mapping], folder: Path) -> tuple[Profile, Brought]:
    """Read what the mapping names; mistakes are shown at their own file and line."""
    mapping = loaded.value
    if mapping is None:
        raise PackInvalid(loaded.problems)
    pack_file, directory_file = _file(mapping.pack, folder), _file(mapping.directory, folder)
    pack = read_pack(pack_file) if pack_file else None
    if directory_file:
        read_directory(directory_file)
    if pack is not None and (problems := list(_unknown_words(loaded, mapping, pack))):
        raise PackInvalid(problems)
    return Profile(mapping, pack.id if pack else mapping.pack), Brought(pack_file, directory_file)


def _file(name: str | None, folder: Path) -> Path | None:
    return folder / name if name is not None and name.endswith(_FILE) else None


def _unknown_words(loaded: Loaded[Mapping], mapping: Mapping, pack: Pack) -> Iterator[Problem]:
    """Words that the mapping chooses and the pack does not have: better said now than per row."""
    known = {
        "category": {category.id for category in pack.categories},
        "channel": set(pack.channels),
    }
    for field, words in known.items():
        for place, word in _chosen(getattr(mapping, field)):
            if word not in words:
                message = f"{word!r} is no {field} of the pack {pack.id}"
                yield loaded.source.problem((field, *place), message)


def _chosen(choice: Choice) -> Iterator[tuple[Place, str]]:
    named: dict[Place, str | None] = {
        ("always",): choice.always,
        ("blank",): choice.blank,
        ("otherwise",): choice.otherwise,
    }
    named |= {("values", text): word for text, word in choice.values.items()}
    for place, word in named.items():
        if word is not None:
            yield place, word
