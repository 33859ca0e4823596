"""Copy what a mapping brings along to where every worker of an installation finds it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from domain.calendar import CalendarSpec
from workers.law import DIRECTORY, PACK, installed, load_law
from workers.marked_models import load
from workers.packs import PackInvalid, read_pack

__all__ = ["Brought", "install"]

Files = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Brought:
    """The files that a mapping names beside itself."""

    pack: Path | None
    directory: Path | None

    def files(self, mapping: Path) -> Files:
        """Everything to copy, by its name in the profile's folder."""
        named = {"mapping.yaml": mapping, PACK: self.pack, DIRECTORY: self.directory}
        found = {name: path.read_bytes() for name, path in named.items() if path is not None}
        return found | (_calendars(self.pack) if self.pack else {})


def install(folder: Path, mapping: Path, brought: Brought) -> None:
    """Copy a profile, once it is sure that the whole law can be read with it.

    Raises PackInvalid when it contradicts the shipped law or another profile.
    """
    files = brought.files(mapping)
    if _present(folder) == files:
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".", dir=folder.parent) as name:
        draft = Path(name) / folder.name
        for relative, content in files.items():
            (draft / relative).parent.mkdir(parents=True, exist_ok=True)
            (draft / relative).write_bytes(content)
        _try(draft, folder, mapping)
        _move(draft, folder, files)


def _calendars(pack: Path) -> Files:
    """The calendars beside a pack that it goes by; shipped ones are everywhere already."""
    wanted = read_pack(pack).calendar
    loaded = {p: load(CalendarSpec, p).value for p in (pack.parent / "calendars").glob("*.yaml")}
    return {
        f"calendars/{path.name}": path.read_bytes()
        for path, spec in loaded.items()
        if spec is not None and spec.id == wanted
    }


def _present(folder: Path) -> Files:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.yaml")}


def _try(draft: Path, folder: Path, mapping: Path) -> None:
    others = [path for path in installed(folder.parent) if path.name != folder.name]
    try:
        load_law([*others, draft])
    except PackInvalid as error:
        # The draft is gone when this is read: name the file that can be mended.
        inside = (problem.file.startswith(str(draft)) for problem in error.problems)
        raise PackInvalid(
            problem._replace(file=str(mapping)) if ours else problem
            for problem, ours in zip(error.problems, inside, strict=True)
        ) from error


def _move(draft: Path, folder: Path, files: Files) -> None:
    """Each file whole or not at all; who reads in between reads again when the rest is there."""
    for old in _present(folder).keys() - files.keys():
        (folder / old).unlink()
    for relative in files:
        (folder / relative).parent.mkdir(parents=True, exist_ok=True)
        (draft / relative).replace(folder / relative)
