"""A case as an Open311 request: what everybody with its code sees, and what its officers see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from api.language import Language, Words
from api.open311.models import Request
from api.open311.services import name_of
from api.places import place_name
from domain.context import Context
from domain.directory import UnknownBody, UnknownUnit
from domain.events import CaseReported
from domain.row import CaseRow

__all__ = ["View"]

_LONGEST = 4_000
#: Closed is not solved: the note says which of its ends a case has come to.
_ENDS = {
    "solved_confirmed": Words("Đã giải quyết, có xác nhận", "Solved, the reporter says so"),
    "solved_unconfirmed": Words("Đã giải quyết, chưa xác nhận", "Solved, not yet confirmed"),
    "explained": Words("Đã giải thích", "Explained"),
    "redirected": Words("Không thuộc thẩm quyền, đã chuyển", "Outside competence, passed on"),
    "refused": Words("Từ chối", "Refused"),
    "merged": Words("Đã gộp với phản ánh trùng lặp", "Goes on together with a like report"),
    "withdrawn": Words("Đã rút", "Withdrawn"),
}
_STATES = {
    "received": Words("Mới tiếp nhận", "Received"),
    "accepted": Words("Đã thụ lý", "Accepted"),
    "assigned": Words("Đã phân công", "Assigned"),
    "in_progress": Words("Đang xử lý", "In progress"),
    "answered": Words("Đã trả lời", "Answered"),
    "informed": Words("Đã phản hồi người phản ánh", "The reporter was informed"),
    "declined": Words("Từ chối", "Declined"),
}


@dataclass(frozen=True, slots=True)
class View:
    """Tells cases in one language, as of one moment."""

    context: Context
    language: Language

    def public(self, row: CaseRow) -> Request:
        """Status, service, times and the unit: no words, and no place finer than the unit."""
        unit, zone = self._unit(row.unit), ZoneInfo(self.context.pack.zone)
        changed = row.changed_at if row.closed_at is None else row.closed_at
        return Request(
            service_request_id=row.code,
            status="open" if row.open else "closed",
            status_notes=self._note(row),
            service_name=name_of(row.category, self.context, self.language),
            service_code=row.category,
            requested_datetime=_told(row.received_at, zone),
            updated_datetime=_told(changed, zone),
            expected_datetime=_told(row.due_at, zone) if row.due_at else None,
            address=unit[0],
            address_id=unit[1],
        )

    def within(self, row: CaseRow, report: CaseReported | None) -> Request:
        """For those in whose scope the case is; the report is given for its officers only."""
        changes: dict[str, object] = {"agency_responsible": self._body(row.accountable)}
        if report is not None:
            changes |= {
                "description": _cut(report.text),
                "address": report.address or self._unit(row.unit)[0],
                "lat": _degrees(report.latitude_e6),
                "long": _degrees(report.longitude_e6),
            }
        return self.public(row).model_copy(update=changes)

    def _note(self, row: CaseRow) -> str:
        words = _ENDS.get(row.outcome or "") or _ENDS.get(row.state) or _STATES.get(row.state)
        return words.said_in(self.language) if words else row.state

    def _unit(self, unit_id: str) -> tuple[str, str]:
        """The address of a unit, the narrowest first, and its code."""
        directory = self.context.directory
        try:
            unit = directory.unit(unit_id, self.context.today) or directory.known_unit(unit_id)
        except UnknownUnit:
            return unit_id, unit_id
        return place_name(unit, directory), unit.code

    def _body(self, body_id: str) -> str:
        try:
            return self.context.directory.body_name(body_id)
        except UnknownBody:
            return body_id


def _told(moment: datetime, zone: ZoneInfo) -> datetime:
    """W3C time in whole seconds, with its offset."""
    return moment.astimezone(zone).replace(microsecond=0)


def _degrees(millionths: int | None) -> float | None:
    return None if millionths is None else millionths / 1_000_000


def _cut(text: str | None) -> str | None:
    """The standard has no longer descriptions."""
    return text if text is None or len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
