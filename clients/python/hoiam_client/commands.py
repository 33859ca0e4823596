"""What is done with a case, once: under a key, and if the answer is lost it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, RootModel

from hoiam_client.models import Became, Given
from hoiam_client.problems import (
    Lost,
    NotFound,
    OutcomeUnknown,
    Unavailable,
    refused,
)
from hoiam_client.transport import Transport, fresh_key

__all__ = ["Commands"]

#: The outcome of a command that was applied, or found nothing to change.
_DONE = frozenset({"done", "unchanged"})


class Params(RootModel[dict[str, Any]]):
    """The parameters of a command, by their names."""


@dataclass(frozen=True, slots=True)
class Commands:
    """``POST /v1/cases/{case_id}/commands/{name}``."""

    transport: Transport

    async def give(
        self,
        case_id: str,
        name: str,
        form: BaseModel | None = None,
        *,
        version: int | None = None,
        key: str | None = None,
        **params: Any,
    ) -> Given:
        """Give a command; with ``version`` only on the case as it was seen.

        Its parameters are a ``form``, as models.Assign, or named one by one; these go before.

        Raises:
            Problem: the rules refused it, or the case has changed (VersionMismatch).
            OutcomeUnknown: neither an answer nor its outcome could be had.
        """
        key = key or fresh_key()
        said = form.model_dump(mode="json", exclude_unset=True) if form is not None else {}
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        path = f"/v1/cases/{case_id}/commands/{name}"
        try:
            return await self.transport.post(path, Given, Params({**said, **params}), key, headers)
        except (Lost, Unavailable):
            return await self._looked_up(key)

    async def outcome(self, key: str) -> Became:
        """What became of a command. Raises NotFound: it has not arrived, or not yet."""
        return await self.transport.get(f"/v1/commands/{quote(key, safe='')}", Became)

    async def _looked_up(self, key: str) -> Given:
        try:
            became = await self.outcome(key)
        except (Lost, NotFound, Unavailable) as error:
            raise OutcomeUnknown(key) from error
        if became.code is not None:
            raise refused(became.code, became.specifics)
        return Given(case_id=became.case_id, version=became.version, events=became.events)
