"""The PostgreSQL data on disk: made once, whole or not at all, and checked before each start."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from workers.embedded.account import Account, account_for
from workers.embedded.binaries import postgres_major
from workers.embedded.errors import StartFailed, VersionMismatch
from workers.embedded.folders import private_folder, secret_file, sync_folder

SUPERUSER = "postgres"
DRAFT = "data.new-"


def prepare(data: Path, password_file: Path, binaries: Path) -> Account:
    """Make the data if there is none, check its version, and return the account that owns it.

    Raises:
        NotWritable, VersionMismatch, BinaryMissing, StartFailed: see each.
    """
    private_folder(data.parent)
    _remove_drafts(data)
    account = account_for(data)
    if data.exists():
        _check_version(data, binaries)
        _check_password(password_file)
        account.own(data)
    else:
        secret_file(password_file)
        _create(data, password_file, binaries, account)
    return account


def _create(data: Path, password_file: Path, binaries: Path, account: Account) -> None:
    # A name of its own: the initdb of an owner killed just now may still be writing into another.
    draft = Path(tempfile.mkdtemp(prefix=DRAFT, dir=data.parent))
    account.own(draft)
    options = ("--username", SUPERUSER, "--pwfile", str(password_file), "--auth=scram-sha-256")
    # One sync at the end is many times faster than initdb's own, and the rename comes after it.
    layout = ("--data-checksums", "--encoding=UTF8", "--locale=C", "--no-sync")
    initdb = str(binaries / "initdb")
    _run(account.command(initdb, "--pgdata", str(draft), *options, *layout))
    _run(account.command(initdb, "--pgdata", str(draft), "--sync-only"))
    draft.rename(data)
    sync_folder(data.parent)


def _remove_drafts(data: Path) -> None:
    for draft in data.parent.glob(f"{DRAFT}*"):
        shutil.rmtree(draft, ignore_errors=True)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        raise StartFailed(f"PostgreSQL's data could not be made: {done.stderr.strip()}")


def _check_version(data: Path, binaries: Path) -> None:
    version_file = data / "PG_VERSION"
    on_disk = version_file.read_text("ascii").strip() if version_file.exists() else "nothing"
    program = postgres_major(binaries)
    if on_disk != program:
        raise VersionMismatch(
            f"{data} holds data of PostgreSQL {on_disk}, but {binaries} has PostgreSQL {program}. "
            f"Give the folder of a PostgreSQL {on_disk}, or dump the data with that version and "
            "load it into a new data folder (docs/operations.md, 'Another version')."
        )


def _check_password(password_file: Path) -> None:
    if not password_file.exists():
        raise StartFailed(
            f"{password_file} is missing, and without it nobody can open the data beside it. "
            "Bring it back from the backup of the data folder."
        )
