"""Planning a bulk: what one command would do to each of many cases, before any is touched."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Mapping,
    Sequence,
)
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import asyncpg
from uuid_utils.compat import uuid7

from activities.handler import ON_TWO
from activities.rehearsal import Rehearsal, Rehearsed
from domain.actor import Actor
from domain.commands import Command
from domain.decide import Decision
from domain.opposites import Undo, still_so, undo_of
from domain.rejection import Rejected, Rejection
from eventlog.bulks import Bulk, Bulks, Item, Planned
from eventlog.canonical import encode, plain

__all__ = ["LIMIT", "BulkPlanner", "Look", "Wish"]

#: Cases of one bulk at most: what is planned within one request, and what a person can oversee.
LIMIT = 2_000
_AT_ONCE = 8
#: From ids to those of them that are cases which the planner's account sees.
Look = Callable[[Sequence[str]], Awaitable[Collection[str]]]
_UNKNOWN = Rejection("unknown_case", "There is no such case, or not for you.")
_CHANGED = Rejection("changed_since", "Somebody has decided anew since; nothing is undone here.")


@dataclass(frozen=True, slots=True)
class Wish:
    """One command for many cases: who wants it, in which role, under which key.

    ``asked`` is what tells a repeat under the same key from another request. ``alone``: as if the
    second case that the command names were not there.
    """

    command: Command
    actor: Actor
    account: str
    key: str
    asked: Mapping[str, Any]
    undoes: str | None = None
    alone: bool = False

    @property
    def request_hash(self) -> bytes:
        """What tells a repeat under the same key from another request."""
        facts = {"asked": dict(self.asked), "actor": str(self.actor), "undoes": self.undoes}
        return hashlib.sha256(encode(plain(facts))).digest()


@dataclass(frozen=True, slots=True)
class _Case:
    """A case to plan for. ``params`` are its own, ``undone`` is what is undone on it.

    ``alone``: the second case that its parameters name is not visible.
    """

    case_id: str
    visible: bool = True
    params: Mapping[str, Any] | None = None
    undone: Undo | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class BulkPlanner:
    """Plans are frozen: the cases, their versions, and what the rules said."""

    bulks: Bulks
    rehearsal: Rehearsal

    async def planned(self, wish: Wish) -> Bulk | None:
        """The plan that was made under this key before. Raises Rejected("key_reused")."""
        known = await self.bulks.of_request(wish.key)
        if known is not None and known.request_hash != wish.request_hash:
            raise Rejected("key_reused", "This key was used for another request; use a new one.")
        return known

    async def plan(
        self, wish: Wish, cases: Sequence[str], unseen: Iterable[str], now: datetime
    ) -> Bulk:
        """Plan a command for cases; ``unseen`` ones are told as if they were not there.

        Raises Rejected: ``key_reused``, or what all cases refuse a parameter for.
        """
        chosen = [*(_Case(one) for one in cases), *(_Case(one, visible=False) for one in unseen)]
        return await self._keep(wish, chosen, now)

    async def plan_undo(self, wish: Wish, done: Bulk, now: datetime, look: Look) -> Bulk:
        """Plan to undo what another bulk did, where it is still so and seen. Raises as ``plan``."""
        second = ON_TWO.get(wish.command.name, "")
        found = {case_id: undo async for case_id, undo in self._done(done)}
        others = {case_id: undo.params.get(second) for case_id, undo in found.items()}
        seen = {None, *await look([*found, *filter(None, others.values())])}
        cases = [
            _Case(one, one in seen, undo.params, undo, others[one] not in seen)
            for one, undo in found.items()
        ]
        return await self._keep(wish, cases, now)

    async def _done(self, bulk: Bulk) -> AsyncIterator[tuple[str, Undo]]:
        """The cases on which a bulk changed something, and what undoes that."""
        after = 0
        while items := await self.bulks.items(bulk.bulk_id, after):
            after = items[-1].number
            for item in items:
                if _changed(item) and item.planned.undo is not None:
                    yield item.planned.case_id, Undo(**item.planned.undo)

    async def _keep(self, wish: Wish, cases: Sequence[_Case], now: datetime) -> Bulk:
        known = await self.planned(wish)
        if known is not None:
            return known
        free = asyncio.Semaphore(_AT_ONCE)

        async def rehearsed(case: _Case) -> Planned:
            async with free:
                return await self._plan_one(wish, case, now)

        items = await asyncio.gather(*(rehearsed(case) for case in cases))
        _refuse_wrong_for_all(wish, items)
        bulk = _bulk(wish, now)
        with suppress(asyncpg.UniqueViolationError):  # the same request was quicker
            await self.bulks.add(bulk, wish.key, items)
        return await self.planned(wish) or bulk

    async def _plan_one(self, wish: Wish, case: _Case, now: datetime) -> Planned:
        params = {**wish.command.params, **(case.params or {})}
        command, alone = replace(wish.command, params=params), wish.alone or case.alone
        found = (
            await self.rehearsal.of(case.case_id, command, wish.actor, now, alone=alone)
            if case.visible
            else None
        )
        if found is None:
            return _refused(case, 0, _UNKNOWN)
        if case.undone is not None and not still_so(case.undone, found.before):
            return _refused(case, found.before.version, _CHANGED)
        return _planned(case, command, found)


def _refuse_wrong_for_all(wish: Wish, items: Sequence[Planned]) -> None:
    """What was asked is wrong by itself if each case refuses the same of it. Raises Rejected."""
    whys = {(one.forecast.get("code"), one.forecast.get("param")) for one in items}
    first = items[0].forecast if len(whys) == 1 else {}
    if first.get("param") in wish.command.params:
        raise Rejected(first["code"], first["detail"], first["param"])


def _changed(item: Item) -> bool:
    outcome = item.outcome
    return outcome is not None and not outcome["rejected"] and bool(outcome["events"])


def _planned(case: _Case, command: Command, found: Rehearsed) -> Planned:
    refusal = found.decision.rejection
    if refusal is not None:
        return _refused(case, found.before.version, refusal)
    undo = undo_of(command.name, command.params, found.before)
    return Planned(
        case_id=case.case_id,
        version=found.before.version,
        feasible=True,
        forecast={"events": _events(found.decision)},
        params=case.params,
        undo=asdict(undo) if undo else None,
    )


def _events(decision: Decision) -> list[str]:
    return [event.type for event in decision.events]


def _refused(case: _Case, version: int, refusal: Rejection) -> Planned:
    return Planned(case.case_id, version, feasible=False, forecast=asdict(refusal))


def _bulk(wish: Wish, now: datetime) -> Bulk:
    return Bulk(
        bulk_id=str(uuid7()),
        account=wish.account,
        request_hash=wish.request_hash,
        actor=str(wish.actor),
        command=wish.command.name,
        state="planned",
        undoes=wish.undoes,
        planned_at=now,
        started_at=None,
        ended_at=None,
        params=wish.command.params,
    )
