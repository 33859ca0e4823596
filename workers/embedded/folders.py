"""The folders and small files of a data folder: private to its owner and written whole or not."""

import os
import secrets
from pathlib import Path

from workers.embedded.errors import NotWritable


def private_folder(path: Path) -> Path:
    """Create a folder that only its owner can enter, parents included, and check it is writable.

    Raises:
        NotWritable: it cannot be created or written.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _not_writable(path, error.strerror) from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise _not_writable(path, "no permission to write in it")
    return path


def write_private(path: Path, text: str) -> None:
    """Write a file of mode 0600 so that a reader, or a power cut, sees it whole or not at all."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make a rename inside this folder survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def secret_file(path: Path) -> str:
    """Return the secret kept in this file, made at random the first time."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(24))
    return path.read_text(encoding="utf-8").strip()


def _not_writable(path: Path, why: str | None) -> NotWritable:
    return NotWritable(
        f"The data folder {path} cannot be written: {why}. "
        "Choose another folder, or give yourself the right to write there."
    )
