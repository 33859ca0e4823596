"""What a caller sees of requests: their scope in full, everything else as everybody sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request

from api.desk import Desk, desk_of
from api.guard import Caller, caller_of
from api.language import language_of
from api.open311.models import Request as Told
from api.open311.view import View
from api.open311.wanted import Asked
from api.problems import Problem
from api.sight import readable, visible
from domain.events import CaseReported
from domain.row import CaseRow
from domain.scope import AllOf, Scope, matches
from eventlog.requests import received, reports

__all__ = ["Sight"]

#: They see what is sent to them and what they know the code of (``domain.scope.reach``).
_WITHOUT_LISTS = frozenset({"collaborator", "integration"})


@dataclass(frozen=True, slots=True)
class Sight:
    """The same scopes as those of ``/v1/cases``: what is ``visible``, and whose text is read."""

    desk: Desk
    view: View
    caller: Caller
    visible: Scope
    readable: Scope

    @classmethod
    async def of(cls, request: Request, act_as: str | None) -> Sight:
        """The sight of whoever calls. Raises Problem: Act-As names no role of theirs."""
        desk, caller = desk_of(request), caller_of(request)
        context = desk.law().at(await desk.now())
        return cls(
            desk=desk,
            view=View(context, language_of(request.headers.get("accept-language"))),
            caller=caller,
            visible=visible(caller, context, act_as),
            readable=readable(caller, context, act_as),
        )

    async def listed(self, asked: Asked) -> list[CaseRow]:
        """A page of what is asked for and may be seen. Raises Problem: nobody lists unknown."""
        if self.caller.account is None:
            raise Problem(
                "unauthenticated",
                "Lists need a token. Without one, ask for requests by their service_request_id.",
                headers={"WWW-Authenticate": "Bearer"},
            )
        if all(grant.role in _WITHOUT_LISTS for grant in self.caller.grants):
            raise Problem("not_permitted", "No role of this account has a list.")
        scope = AllOf((self.visible, asked.scope(self.view.context.now)))
        return await received(self.desk.store.pool, scope, asked.page_size, asked.offset)

    async def tell(self, rows: Sequence[CaseRow]) -> list[Told]:
        """The requests, each as far as the caller may see it."""
        said = await self._reports(rows)
        return [
            self.view.within(row, said.get(row.case_id))
            if matches(self.visible, row)
            else self.view.public(row)
            for row in rows
        ]

    async def _reports(self, rows: Sequence[CaseRow]) -> Mapping[str, CaseReported]:
        """What was reported, where the caller may read it; nothing else is opened."""
        ids = [row.case_id for row in rows if matches(self.readable, row)]
        store = self.desk.store
        return await reports(store.pool, store.keys, ids) if ids else {}
