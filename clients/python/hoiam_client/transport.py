"""One request, as often as it takes: what may be repeated is repeated under the same key."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

import httpx
import stamina
from pydantic import BaseModel

from hoiam_client.problems import Lost, TooManyRequests, Unavailable, problem_of

__all__ = ["Patience", "Transport", "fresh_key"]

M = TypeVar("M", bound=BaseModel)
Query = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to try: ``attempts``, the first ``wait`` between two, ``longest`` wait (seconds).

    A server that asks to wait longer than ``longest`` is not waited for.
    """

    attempts: int = 5
    wait: float = 0.2
    longest: float = 10.0
    timeout: float = 60.0


def fresh_key() -> str:
    """A key that nobody else has: a repeat under it gets the first answer."""
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True)
class Transport:
    """Sends requests and reads answers. ``headers`` go with every request."""

    http: httpx.AsyncClient
    headers: Mapping[str, str] = field(default_factory=dict)
    patience: Patience = field(default_factory=Patience)

    async def get(
        self,
        path: str,
        kind: type[M],
        query: Query | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> M:
        """Read something. Raises Problem, Lost."""
        answer = await self.send("GET", path, query=query, headers=headers)
        return kind.model_validate_json(answer.content)

    async def post(
        self,
        path: str,
        kind: type[M],
        form: BaseModel | None = None,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> M:
        """Send something under a key, its own or a fresh one. Raises Problem, Lost."""
        keyed = {"Idempotency-Key": key or fresh_key(), **(headers or {})}
        answer = await self.send("POST", path, form=form, headers=keyed)
        return kind.model_validate_json(answer.content)

    async def send(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        form: BaseModel | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = True,
    ) -> httpx.Response:
        """The answer of a success. Raises Problem, Lost.

        What is not ``repeatable`` is sent again only where the server said that it did nothing.
        """
        body, kind = _body(form, content)
        request: dict[str, Any] = {
            "params": _told(query or {}),
            "headers": {**self.headers, **kind, **(headers or {})},
            "content": body,
        }
        patience = self.patience
        caller = stamina.AsyncRetryingCaller(
            attempts=patience.attempts,
            timeout=patience.timeout,
            wait_initial=patience.wait,
            wait_max=patience.longest,
        )

        def again(error: Exception) -> bool | float:
            return self._again(error, repeatable=repeatable)

        async def once() -> httpx.Response:
            # Without arguments: what is called again is written down with them.
            return await self._once(method, path, request)

        return await caller(again, once)

    @asynccontextmanager
    async def open(
        self, path: str, query: Query, headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[httpx.Response]:
        """An answer to be read as it comes. Raises Problem, Lost; reading raises httpx's own."""
        sent = {**self.headers, **(headers or {})}
        request = self.http.build_request("GET", path, params=_told(query), headers=sent)
        try:
            answer = await self.http.send(request, stream=True)
        except httpx.TransportError as error:
            raise Lost(f"{type(error).__name__} at GET {_place(path)}.") from error
        try:
            if not answer.is_success:
                await answer.aread()
                raise problem_of(answer)
            yield answer
        finally:
            await answer.aclose()

    async def _once(self, method: str, path: str, request: Mapping[str, Any]) -> httpx.Response:
        try:
            answer = await self.http.request(method, path, **request)
        except httpx.TransportError as error:
            raise Lost(f"{type(error).__name__} at {method} {_place(path)}.") from error
        if not answer.is_success and answer.status_code != httpx.codes.NOT_MODIFIED:
            raise problem_of(answer)
        return answer

    def _again(self, error: Exception, *, repeatable: bool) -> bool | float:
        """Whether to try once more, or in how many seconds."""
        if isinstance(error, Lost):
            return repeatable
        if not isinstance(error, (TooManyRequests, Unavailable)):
            return False
        if isinstance(error, Unavailable) and not repeatable:
            return False
        if error.retry_after is None:
            return True
        return error.retry_after if error.retry_after <= self.patience.longest else False


def _body(form: BaseModel | None, content: bytes | None) -> tuple[bytes | None, dict[str, str]]:
    if form is None:
        kind = {} if content is None else {"Content-Type": "application/octet-stream"}
        return content, kind
    said = form.model_dump_json(exclude_none=True, by_alias=True).encode()
    return said, {"Content-Type": "application/json"}


def _place(path: str) -> str:
    """Where, without what a code or an id would tell a log."""
    return "/".join(path.split("/")[:3])


def _told(query: Query) -> dict[str, Any]:
    """What is set, as the interface reads it."""
    return {name: _text(value) for name, value in query.items() if value is not None}


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_text(one) for one in value]
    return value
