"""Settings of an installation: the same names embedded, in compose and on your own servers."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)

from activities.scanner import scanner_at
from eventlog.objects import SCHEMES

__all__ = ["PREFIX", "BadSettings", "Settings"]

PREFIX = "HOIAM_"
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")


class BadSettings(ValueError):
    """A setting is missing, unknown or wrong; the message names it."""


class Settings(BaseModel):
    """Where things are. Each is read from ``HOIAM_`` and its name in capitals.

    Port 0 is a free one. ``own_tokens`` says whether those of `hoiam token` count;
    ``trusted_proxies`` are addresses, by commas, whose word on a client's address is taken;
    ``cors_origins`` are the sites, by commas, whose pages may call the interface;
    ``webhook_private_networks`` says whether receivers may be there, and speak http;
    ``files_url`` is where files are stored: beside the keys when left out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    database_url: SecretStr
    temporal_address: str
    temporal_namespace: str = "default"
    task_queue: str = "hoiam"
    keys_dir: Path
    profiles_dir: Path | None = None
    zone: str = "Asia/Ho_Chi_Minh"
    workflow_retention_days: int = Field(default=7, ge=1)
    history_limit: int = Field(default=1_000, ge=50)
    otlp_endpoint: str | None = None
    log_level: str = "info"
    virtual_time: bool = False
    api_host: str = "127.0.0.1"
    api_port: int = Field(default=0, ge=0, le=65_535)
    public_reports: bool = True
    own_tokens: bool = True
    oidc_issuer: str | None = None
    oidc_audience: str = "hoiam-api"
    oidc_jwks_url: str | None = None
    trusted_proxies: str | None = None
    webhook_private_networks: bool = False
    files_url: str | None = None
    upload_megabytes: int = Field(default=20, ge=1, le=100)
    scanner: str | None = None
    cors_origins: str | None = None

    @field_validator("cors_origins")
    @classmethod
    def _exact(cls, named: str | None) -> str | None:
        """A pattern would let in sites that nobody thought of."""
        for origin in _parts(named):
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin} is no origin such as https://phananh.example.vn")
        return named

    @property
    def origins(self) -> tuple[str, ...]:
        """The sites whose pages may call the interface; by default none."""
        return _parts(self.cors_origins)

    @property
    def retention(self) -> timedelta:
        """How long Temporal keeps closed workflows."""
        return timedelta(days=self.workflow_retention_days)

    @property
    def files(self) -> str:
        """The address of the store of files."""
        return self.files_url or (self.keys_dir.absolute().parent / "files").as_uri()

    @field_validator("files_url")
    @classmethod
    def _known_store(cls, url: str | None) -> str | None:
        if url and urlsplit(url).scheme not in SCHEMES:
            raise ValueError(f"begin with {', '.join(f'{one}://' for one in SCHEMES)}")
        return url or None

    @field_validator("scanner")
    @classmethod
    def _known_scanner(cls, address: str | None) -> str | None:
        scanner_at(address or None)
        return address or None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings of a real installation. Raises BadSettings."""
        given = {
            name.removeprefix(PREFIX).lower(): value
            for name, value in environment.items()
            if name.startswith(PREFIX) and name.removeprefix(PREFIX).lower() in cls.model_fields
        }
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            name = PREFIX + str(first["loc"][0]).upper()
            raise BadSettings(f"{name}: {first['msg']}.") from None


def _parts(named: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (named or "").split(",") if part.strip())
