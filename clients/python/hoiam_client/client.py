"""The client as a whole: one connection pool, and a part for each noun of the interface."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import httpx

from hoiam_client.accounts import Accounts
from hoiam_client.attachments import Attachments
from hoiam_client.bulk import Bulks
from hoiam_client.cases import Cases
from hoiam_client.commands import Commands
from hoiam_client.events import Events
from hoiam_client.models import Me, Ready
from hoiam_client.registers import Registers
from hoiam_client.reports import Reports
from hoiam_client.statistics import Statistics
from hoiam_client.subscriptions import Subscriptions
from hoiam_client.transport import Patience, Transport

__all__ = ["Hoiam"]

_TIMEOUT = httpx.Timeout(30.0, connect=5.0)


@dataclass(frozen=True, slots=True)
class Hoiam:
    """Everything that an account, or the public without a token, may do.

    ``act_as`` names the role that acts where an account has several, as ``leader@unit:26737``.
    """

    transport: Transport

    @classmethod
    def at(
        cls,
        address: str,
        token: str | None = None,
        *,
        act_as: str | None = None,
        language: str = "vi",
        patience: Patience | None = None,
        http: httpx.AsyncClient | None = None,
    ) -> Self:
        """A client of the interface at an address; ``http`` is used as it is if it is given."""
        used = http or httpx.AsyncClient(base_url=address, timeout=_TIMEOUT)
        headers = _headers(token, act_as, language)
        return cls(Transport(used, headers, patience or Patience()))

    @property
    def reports(self) -> Reports:
        """Reports in, and what their reporters see."""
        return Reports(self.transport)

    @property
    def cases(self) -> Cases:
        """Lists, files, histories and clocks."""
        return Cases(self.transport)

    @property
    def commands(self) -> Commands:
        """What is done with a case."""
        return Commands(self.transport)

    @property
    def attachments(self) -> Attachments:
        """Files."""
        return Attachments(self.transport)

    @property
    def bulk(self) -> Bulks:
        """One command for many cases."""
        return Bulks(self.transport)

    @property
    def events(self) -> Events:
        """What happens, without gaps."""
        return Events(self.transport)

    @property
    def statistics(self) -> Statistics:
        """Numbers for leaders."""
        return Statistics(self.transport)

    @property
    def subscriptions(self) -> Subscriptions:
        """Webhooks."""
        return Subscriptions(self.transport)

    @property
    def registers(self) -> Registers:
        """Units, bodies, categories and officers."""
        return Registers(self.transport)

    @property
    def accounts(self) -> Accounts:
        """What accounts may do, and ending their tokens."""
        return Accounts(self.transport)

    async def me(self) -> Me:
        """Whom the token speaks for."""
        return await self.transport.get("/v1/me", Me)

    async def ready(self) -> Ready:
        """Whether reports can be taken in, and whether the engine answers. Raises Unavailable."""
        return await self.transport.get("/readyz", Ready)

    async def close(self) -> None:
        """Close the connections."""
        await self.transport.http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


def _headers(token: str | None, act_as: str | None, language: str) -> Mapping[str, str]:
    said = {
        "Authorization": f"Bearer {token}" if token else None,
        "Act-As": act_as,
        "Accept-Language": language,
    }
    return {name: value for name, value in said.items() if value is not None}
