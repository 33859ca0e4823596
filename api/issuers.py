"""Where the keys come from that tokens are checked with: our own, or an issuer's JWKS."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx
from jwt import PyJWK
from jwt.exceptions import PyJWTError

__all__ = ["ALGORITHMS", "Fetch", "Jwks", "KeySource", "KeysUnavailable", "fetch_json", "readable"]

#: The only algorithms that count, whatever a token says of itself.
ALGORITHMS = ("RS256", "ES256", "EdDSA")
_TYPES = {"RS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}
_CURVES = {"ES256": "P-256", "EdDSA": "Ed25519"}
_DISCOVERY = "/.well-known/openid-configuration"
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_TIMEOUT = 5.0

#: Reads a JSON object from an address.
Fetch = Callable[[str], Awaitable[Mapping[str, Any]]]


class KeysUnavailable(Exception):
    """The issuer does not answer and no keys of it are known."""


class KeySource(Protocol):
    """Finds the key that a token names."""

    async def key(self, key_id: str | None, algorithm: str) -> PyJWK | None:
        """The key; None if the issuer has no such key. Raises KeysUnavailable."""


async def fetch_json(address: str) -> Mapping[str, Any]:
    """Read a JSON object over HTTPS, or over HTTP from this machine. Raises KeysUnavailable."""
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in _LOCAL:
        raise KeysUnavailable(f"{address} is not an https address.")
    try:
        async with httpx.AsyncClient(timeout=_TIMEOUT) as client:
            answer = (await client.get(address)).raise_for_status().json()
    except (httpx.HTTPError, ValueError) as error:
        raise KeysUnavailable(f"{address}: {type(error).__name__}") from error
    if not isinstance(answer, dict):
        raise KeysUnavailable(f"{address} holds no JSON object.")
    return answer


@dataclass(slots=True)
class Jwks:
    """An issuer's keys, fetched when needed and kept; ``address`` is found by discovery if None.

    Known keys are used while the issuer does not answer, for ``stale`` seconds at most. A key
    that is not known makes it fetch again, but not more often than every ``pause`` seconds: else
    anybody could make us call the issuer all day.
    """

    issuer: str
    address: str | None = None
    fetch: Fetch = fetch_json
    fresh: float = 600.0
    stale: float = 86_400.0
    pause: float = 30.0
    clock: Callable[[], float] = time.monotonic
    _keys: tuple[Mapping[str, Any], ...] = ()
    _fetched: float | None = None
    _tried: float | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def key(self, key_id: str | None, algorithm: str) -> PyJWK | None:
        """See ``KeySource``."""
        if self._age(self._fetched) > self.fresh:
            await self._refresh()
        found = readable(self._keys, key_id, algorithm)
        if found is None and self._age(self._tried) > self.pause:
            await self._refresh()
            found = readable(self._keys, key_id, algorithm)
        if self._age(self._fetched) > self.stale:
            raise KeysUnavailable(self.issuer)
        return found

    def _age(self, moment: float | None) -> float:
        return float("inf") if moment is None else self.clock() - moment

    async def _refresh(self) -> None:
        before = self._tried
        async with self._lock:
            if self._tried != before or self._age(self._tried) <= self.pause:
                return  # somebody else has just tried
            self._tried = self.clock()
            try:
                self._keys = await self._fetch_keys()
            except KeysUnavailable:
                return  # what is known goes on counting until it is stale
            self._fetched = self.clock()

    async def _fetch_keys(self) -> tuple[Mapping[str, Any], ...]:
        if self.address is None:
            about = await self.fetch(self.issuer.rstrip("/") + _DISCOVERY)
            if about.get("issuer") != self.issuer or not isinstance(about.get("jwks_uri"), str):
                raise KeysUnavailable(f"{self.issuer} describes another issuer.")
            self.address = str(about["jwks_uri"])
        keys = (await self.fetch(self.address)).get("keys")
        if not isinstance(keys, list):
            raise KeysUnavailable(f"{self.address} holds no keys.")
        return tuple(key for key in keys if isinstance(key, dict))


def readable(
    keys: tuple[Mapping[str, Any], ...], key_id: str | None, algorithm: str
) -> PyJWK | None:
    """The public key with an id that fits an algorithm; without an id, the only one that fits."""
    fitting = [key for key in keys if _fits(key, algorithm)]
    named = [key for key in fitting if key_id is not None and key.get("kid") == key_id]
    chosen = named or (fitting if key_id is None else [])
    if len(chosen) != 1:
        return None
    try:
        return PyJWK(dict(chosen[0]), algorithm)
    except PyJWTError:
        return None


def _fits(key: Mapping[str, Any], algorithm: str) -> bool:
    return (
        key.get("kty") == _TYPES[algorithm]
        and key.get("crv") in (None, _CURVES.get(algorithm))
        and key.get("use") in (None, "sig")
        and key.get("alg") in (None, algorithm)
    )
