"""The way to a running system: its HTTP interface, in one role, and how a refusal of it ends."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

from hoiam_client import Hoiam, Lost, Patience, Problem, TooManyRequests, Unavailable
from httpx import InvalidURL, UnsupportedProtocol

from api.accounts import Grant
from api.own_issuer import OwnIssuer
from cli.desk import translated
from cli.errors import Exit, Failed, refused
from domain.actor import Actor
from eventlog.keys import Keys
from workers.embedded.info import StackInfo, find
from workers.session import DEFAULT_DATA

__all__ = ["Site", "calling", "has_log", "heard", "site_at"]

_API = "HOIAM_API_URL"
_KEYS = "HOIAM_KEYS_DIR"
_TOKEN = "HOIAM_TOKEN"  # noqa: S105 - the name of a setting
_DATABASE = "HOIAM_DATABASE_URL"
_LASTS = timedelta(minutes=5)
#: The account of whoever sits at the terminal of an installation; its keys are its own.
_SUBJECT = "terminal"
#: What is wrong with the call itself, beside the codes of the rules.
_MISTAKEN = frozenset({400, 413, 415, 422})


@dataclass(frozen=True, slots=True)
class Site:
    """Where an installation is called, and its folder of keys where that is at hand."""

    address: str
    keys_dir: Path | None

    @property
    def keys(self) -> Keys | None:
        """The installation's keys. Raises KeyFileRefused: they are there and cannot be used."""
        return Keys.load(self.keys_dir) if self.keys_dir is not None else None

    def token(self, actor: Actor) -> str:
        """A token of some minutes for one role, or the one that was given to the person.

        Raises Failed: there is neither a key to make one with nor one.
        """
        keys = self.keys
        if keys is None:
            return _given_token()
        grant = Grant(actor.role, actor.body or "")
        issuer, now = OwnIssuer(keys.derive("api-tokens")), datetime.now(UTC)
        return issuer.issue(actor.subject or _SUBJECT, (grant,), now, _LASTS).token


def site_at(data: Path | None) -> Site:
    """The interface that a command is meant for: found as ``find_settings`` finds a log.

    Raises Failed: nothing runs there, and no other address is named.
    """
    info = find(data or DEFAULT_DATA)
    if info is not None:
        return _embedded(info)
    address = os.environ.get(_API) if data is None else None
    if not address:
        more = f", or name the interface of an installation by {_API}" if data is None else ""
        message = f"Nothing runs over {data or DEFAULT_DATA}: start it with `hoiam up`{more}."
        raise Failed(message, Exit.UNAVAILABLE)
    keys = os.environ.get(_KEYS)
    return Site(address, Path(keys) if keys else None)


def has_log(data: Path | None) -> bool:
    """Whether the log itself is at hand, beside the interface."""
    here = find(data or DEFAULT_DATA) is not None
    return here or (data is None and bool(os.environ.get(_DATABASE)))


@asynccontextmanager
async def calling(data: Path | None, actor: Actor | None) -> AsyncIterator[Hoiam]:
    """The interface as one role, as nobody known (``reporter``), or as whom a token speaks for.

    Raises Failed: it cannot be reached, or refuses.
    """
    site = site_at(data)
    with translated():
        token, act_as = _credentials(site, actor)
    once = Patience(attempts=1)
    with heard(site.address):
        async with Hoiam.at(
            site.address, token, act_as=act_as, language="en", patience=once
        ) as hoiam:
            yield hoiam


@contextmanager
def heard(address: str) -> Iterator[None]:
    """Give what the interface refuses its exit code and the words of the rule."""
    try:
        yield
    except (InvalidURL, UnsupportedProtocol) as error:
        raise Failed(f"{_API}: {error}", Exit.MISTAKE) from error
    except Lost as error:
        if isinstance(error.__cause__, UnsupportedProtocol):
            raise Failed(f"{_API}: {error.__cause__}", Exit.MISTAKE) from error
        message = f"No answer from {address}: {error} It may have been done: repeat it by its key."
        raise Failed(message, Exit.UNAVAILABLE) from error
    except (TooManyRequests, Unavailable) as error:
        raise Failed(f"{error} Try again when it is back.", Exit.UNAVAILABLE) from error
    except Problem as problem:
        raise _refusal(problem) from problem


def _embedded(info: StackInfo) -> Site:
    if info.api is None:
        raise Failed("The stack here runs without its HTTP interface.", Exit.UNAVAILABLE)
    return Site(info.api, info.data_dir / "keys")


def _credentials(site: Site, actor: Actor | None) -> tuple[str | None, str | None]:
    """The token and what Act-As says."""
    if actor is None:
        return _given_token(), None
    if actor.role == "reporter":
        return None, None
    return site.token(actor), f"{actor.role}@{actor.body}"


def _given_token() -> str:
    given = os.environ.get(_TOKEN)
    if not given:
        message = f"Set {_TOKEN} to a token of yours (`hoiam token` makes one), or {_KEYS}."
        raise Failed(message, Exit.MISTAKE)
    return given


def _refusal(problem: Problem) -> Failed:
    said = problem.details
    if said.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Failed(f"The interface failed: {problem}", Exit.FAULT)
    fault = dict(said.errors[0]) if said.errors else {}
    detail = said.specifics or fault.pop("detail", None) or f"{said.title}. {said.detail}"
    fault.pop("detail", None)
    param = next((place.strip("/") for place in fault.values()), None)
    code = said.code or said.type.rpartition("/")[2].replace("-", "_")
    if code == "role_not_in_force":
        return refused("invalid", f"{detail} Is that body there today?", "as")
    failed = refused(code, detail, param)
    ends = Exit.MISTAKE if said.status in _MISTAKEN else failed.code
    return Failed(str(failed), ends, failed.refusal)
