"""What each role is called when it is told to people (glossary: vai trò)."""

from __future__ import annotations

from collections.abc import Mapping

from api.language import Words

__all__ = ["ROLE_NAMES"]

ROLE_NAMES: Mapping[str, Words] = {
    "reporter": Words("người phản ánh", "reporter"),
    "collaborator": Words("cộng tác viên", "collaborator"),
    "intake_officer": Words("cán bộ tiếp nhận", "intake officer"),
    "case_officer": Words("cán bộ thụ lý", "case officer"),
    "leader": Words("lãnh đạo", "leader"),
    "auditor": Words("thanh tra, giám sát", "auditor"),
    "admin": Words("quản trị hệ thống", "administrator"),
    "integration": Words("hệ thống kết nối", "program of another office"),
    "system": Words("hệ thống", "system"),
}
