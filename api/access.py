"""Who may call which route: one table, and whatever is not in it is refused to everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.actor import ROLES

__all__ = ["ACCESS", "Access"]

_ENTERING = frozenset({"collaborator", "intake_officer", "case_officer", "leader", "integration"})
_HANDLING = frozenset({"intake_officer", "case_officer", "leader"})
#: They see cases; which ones is said by ``api.sight``.
_SEEING = _HANDLING | {"auditor", "admin"}


@dataclass(frozen=True, slots=True)
class Access:
    """``roles`` that may call; ``public`` routes need no token, ``receipt`` ones a receipt.

    ``rate`` names the bucket of ``api.limits``; None is for those who watch whether we live.
    """

    rate: str | None
    roles: frozenset[str] = frozenset()
    public: bool = False
    receipt: bool = False


#: By the operation id of the route.
ACCESS: Mapping[str, Access] = {
    "is_alive": Access(None, public=True),
    "is_ready": Access(None, public=True),
    "explain_problem": Access("look", public=True),
    "who_am_i": Access("officer", roles=ROLES),
    "make_report": Access("report", roles=_ENTERING, public=True),
    "track_report": Access("track", public=True, receipt=True),
    "supplement_report": Access("track", public=True, receipt=True),
    "judge_answer": Access("track", public=True, receipt=True),
    "withdraw_report": Access("track", public=True, receipt=True),
    "disclose_identity": Access("officer", roles=_HANDLING),
    "find_duplicates": Access("officer", roles=_HANDLING),
    "list_reporters": Access("officer", roles=_HANDLING),
    "list_cases": Access("officer", roles=_SEEING),
    "export_cases": Access("export", roles=_SEEING),
    "read_case": Access("officer", roles=_SEEING),
    "read_history": Access("officer", roles=_SEEING),
    "explain_clocks": Access("officer", roles=_SEEING),
    "search_units": Access("look", public=True),
    "search_bodies": Access("look", public=True),
    "search_categories": Access("look", public=True),
}
