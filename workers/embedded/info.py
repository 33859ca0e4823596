"""What a running stack tells others in its data folder, so that every command finds it."""

import json
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, SecretStr

from workers.embedded.folders import write_private
from workers.embedded.lock import held


class StackInfo(BaseModel):
    """The addresses of a running stack; the database password shows in no print-out of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pid: int
    postgres_dsn: SecretStr
    temporal: str
    ui: str
    api: str | None = None
    virtual_time: bool
    data_dir: Path
    started_at: datetime


def publish(info: StackInfo) -> None:
    """Write the addresses, with the password, into a file that only the owner can read."""
    plain = info.model_dump(mode="json")
    plain["postgres_dsn"] = info.postgres_dsn.get_secret_value()
    write_private(_file(info.data_dir), json.dumps(plain, indent=2))


def find(data_dir: Path) -> StackInfo | None:
    """Return the stack that runs over this folder, or None when none is alive and ready."""
    if not held(data_dir):
        return None
    try:
        return StackInfo.model_validate_json(_file(data_dir).read_text("utf-8"))
    except FileNotFoundError:
        return None  # it is just starting or stopping


def withdraw(data_dir: Path) -> None:
    """Remove the addresses."""
    _file(data_dir).unlink(missing_ok=True)


def _file(data_dir: Path) -> Path:
    return data_dir / "stack.json"
