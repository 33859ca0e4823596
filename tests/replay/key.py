"""The key under which the stored histories were written: public, and used for nothing else."""

from __future__ import annotations

from pathlib import Path

from temporalio.converter import DataConverter

from eventlog.keys import FILE, Keys
from workflows.converter import data_converter

__all__ = ["HISTORIES", "converter", "write_key"]

HISTORIES = Path(__file__).parent / "histories"
_MASTER = bytes(range(32))


def write_key(folder: Path) -> None:
    """Put the key where an installation looks for its own."""
    folder.mkdir(mode=0o700, parents=True)
    path = folder / FILE
    path.touch(mode=0o600)
    path.write_bytes(_MASTER)


def converter() -> DataConverter:
    """Reads the payloads of the stored histories."""
    return data_converter(Keys(_MASTER).derive("temporal-payloads"))
