"""Calling receivers of webhooks: only where it is allowed, and bounded in every way."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address

import httpx

from activities.addresses import Addresses, BadAddress
from activities.webhooks import Call, Post, Reply

__all__ = ["Outside"]

_AGENT = "hoiam-webhooks/1"
_READ = 4096


@dataclass(frozen=True, slots=True)
class Outside:
    """Calls addresses that ``addresses`` allows, each for at most ``longest`` seconds.

    The name is looked up for each call, every address it leads to is checked, and the one that
    was checked is the one that is connected to. Redirects are not followed, proxies of the
    environment not used, and of an answer nothing but its status is looked at. ``trusted`` says
    whose certificates count; left out: those of the public authorities.
    """

    addresses: Addresses = field(default_factory=Addresses)
    longest: float = 10.0
    trusted: ssl.SSLContext | None = None

    @asynccontextmanager
    async def opened(self, url: str) -> AsyncIterator[Post]:
        """See ``Sender``. Connections are kept for this address alone, and closed in the end."""
        limits = httpx.Limits(max_connections=16, max_keepalive_connections=8)
        async with httpx.AsyncClient(
            verify=True if self.trusted is None else self.trusted,
            trust_env=False,
            follow_redirects=False,
            timeout=self.longest,
            limits=limits,
            headers={"user-agent": _AGENT, "accept-encoding": "identity"},
        ) as client:

            async def post(call: Call) -> Reply:
                return await self._post(client, url, call)

            yield post

    async def _post(self, client: httpx.AsyncClient, url: str, call: Call) -> Reply:
        began = time.monotonic()
        status, error = None, None
        try:
            async with asyncio.timeout(self.longest):
                status = await self._status(client, url, call)
        except (TimeoutError, httpx.TimeoutException):
            error = "timeout"
        except BadAddress:
            error = "address_not_allowed"
        except (socket.gaierror, UnicodeError):  # a label that no name can have
            error = "unknown_host"
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ssl.SSLError) as fault:
            error = _code(fault)
        return Reply(status, error, round((time.monotonic() - began) * 1000))

    async def _status(self, client: httpx.AsyncClient, url: str, call: Call) -> int:
        host, port = self.addresses.check(url)
        address = await self._allowed(host, port)
        target = httpx.URL(url)
        request = client.build_request(
            "POST",
            target.copy_with(host=address),
            content=call.body,
            headers={**call.headers, "host": target.netloc.decode("ascii")},
            extensions={"sni_hostname": host},
        )
        answer = await client.send(request, stream=True)
        try:
            await _drain(answer)
        finally:
            await answer.aclose()
        return answer.status_code

    async def _allowed(self, host: str, port: int) -> str:
        """An address of the host; all of them must be allowed. Raises BadAddress, gaierror."""
        found = await asyncio.get_running_loop().getaddrinfo(
            host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
        )
        addresses = [str(one[4][0]).partition("%")[0] for one in found]
        for address in addresses:
            self.addresses.check_ip(ip_address(address))
        return addresses[0]


async def _drain(answer: httpx.Response) -> None:
    """Read a short answer to its end, so that its connection can be used again."""
    read = 0
    async for chunk in answer.aiter_raw():
        read += len(chunk)
        if read > _READ:
            return


def _code(fault: BaseException) -> str:
    """The kind of a fault; its message may hold an address."""
    if any(isinstance(one, ssl.SSLError) for one in _chain(fault)):
        return "tls"
    return "no_connection" if isinstance(fault, httpx.ConnectError) else "connection_lost"


def _chain(fault: BaseException | None) -> Iterator[BaseException]:
    while fault is not None:
        yield fault
        fault = fault.__cause__ or fault.__context__
