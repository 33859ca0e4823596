"""How the system is, and how it says that something is wrong."""

from __future__ import annotations

from api.examples.facts import Example

__all__ = ["RUNNING"]

#: By the name of the schema.
RUNNING: Example = {
    "Alive": {"alive": True},
    "Ready": {"ready": True, "postgresql": "answers", "temporal": "answers"},
    "Explained": {
        "type": "/problems/version-mismatch",
        "title": "Vụ việc đã thay đổi",
        "status": 412,
        "detail": "Xem lại vụ việc ở phiên bản current_version rồi quyết định lại.",
    },
    "Problem": {
        "type": "/problems/version-mismatch",
        "title": "Vụ việc đã thay đổi",
        "status": 412,
        "detail": "Xem lại vụ việc ở phiên bản current_version rồi quyết định lại.",
        "specifics": "Vụ việc đang ở phiên bản 11; hãy xem lại.",
        "code": "version_mismatch",
        "current_version": 11,
    },
}
