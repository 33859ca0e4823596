"""Who may call which route: one table, and whatever is not in it is refused to everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.access import GRANTS
from domain.actor import ROLES

__all__ = ["ACCESS", "Access"]

_ENTERING = frozenset({"collaborator", "intake_officer", "case_officer", "leader", "integration"})
_HANDLING = frozenset({"intake_officer", "case_officer", "leader"})
#: They see cases; which ones is said by ``api.sight``.
_SEEING = _HANDLING | {"auditor", "admin"}
#: Each command's own roles are those of the rules; its reporter comes in by the receipt.
_COMMANDS = {f"command_{name}": grant.roles - {"reporter"} for name, grant in GRANTS.items()}

_ADMIN = frozenset({"admin"})
_HOLDING = frozenset({"integration", "admin"})
_TOLD = frozenset({"integration", "auditor", "admin", "leader"})


@dataclass(frozen=True, slots=True)
class Access:
    """``roles`` that may call; ``public`` routes need no token, ``receipt`` ones a receipt.

    ``rate`` names the bucket of ``api.limits``; None is for those who watch whether we live.
    ``form_key`` routes take a token in their form too, as ``api_key``.
    ``known_rate`` is that of callers with a token, where it is another; ``any_account`` lets in
    who has a token and no role.
    """

    rate: str | None
    roles: frozenset[str] = frozenset()
    public: bool = False
    receipt: bool = False
    form_key: bool = False
    known_rate: str | None = None
    any_account: bool = False


#: By the operation id of the route.
ACCESS: Mapping[str, Access] = {
    "is_alive": Access(None, public=True),
    "is_ready": Access(None, public=True),
    "explain_problem": Access("look", public=True),
    "who_am_i": Access("officer", roles=ROLES, any_account=True),
    "read_grants": Access("officer", roles=_ADMIN),
    "give_grants": Access("officer", roles=_ADMIN),
    "revoke_tokens": Access("officer", roles=_ADMIN),
    "make_report": Access("report", roles=_ENTERING, public=True, known_rate="officer"),
    "find_places": Access("look", public=True),
    "upload_file": Access("upload", roles=_ENTERING, public=True),
    "track_report": Access("track", public=True, receipt=True),
    "supplement_report": Access("track", public=True, receipt=True),
    "judge_answer": Access("track", public=True, receipt=True),
    "withdraw_report": Access("track", public=True, receipt=True),
    "list_own_attachments": Access("track", public=True, receipt=True),
    "download_own_attachment": Access("track", public=True, receipt=True),
    "list_attachments": Access("officer", roles=_SEEING),
    "download_attachment": Access("officer", roles=_SEEING),
    "read_events": Access("officer", roles=_TOLD),
    "subscribe": Access("officer", roles=_HOLDING),
    "list_subscriptions": Access("officer", roles=_HOLDING),
    "show_subscription": Access("officer", roles=_HOLDING),
    "change_subscription": Access("officer", roles=_HOLDING),
    "unsubscribe": Access("officer", roles=_HOLDING),
    "rotate_secret": Access("officer", roles=_HOLDING),
    "list_deliveries": Access("officer", roles=_HOLDING),
    "list_dead": Access("officer", roles=_HOLDING),
    "replay": Access("officer", roles=_HOLDING),
    "ping_subscription": Access("call_out", roles=_HOLDING),
    "disclose_identity": Access("officer", roles=_HANDLING),
    "replace_receipt": Access("replace", roles=_HANDLING),
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
    **{name: Access("officer", roles=roles) for name, roles in _COMMANDS.items()},
    "what_became": Access("officer", roles=_HANDLING | {"collaborator"}),
    "what_is_allowed": Access("officer", roles=_SEEING | {"collaborator"}),
    "plan_bulk": Access("bulk", roles=_HANDLING),
    "plan_handover": Access("bulk", roles=_HANDLING - {"intake_officer"}),
    "plan_undo": Access("bulk", roles=_HANDLING),
    "see_bulk": Access("officer", roles=_HANDLING),
    "see_bulk_results": Access("officer", roles=_HANDLING),
    "start_bulk": Access("officer", roles=_HANDLING),
    "stop_bulk": Access("officer", roles=_HANDLING),
    "list_officers": Access("officer", roles=_HANDLING | {"admin"}),
    "discover_open311": Access("look", public=True),
    "list_services": Access("look", public=True),
    "define_service": Access("look", public=True),
    "create_request": Access("report", roles=_ENTERING, public=True, form_key=True),
    "list_requests": Access("look", roles=ROLES, public=True),
    "show_request": Access("look", roles=ROLES, public=True),
    "show_token": Access("look", public=True),
    "show_statistics": Access("statistics", roles=_SEEING),
}
