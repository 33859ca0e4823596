"""What touches a person: who reported, another receipt, and what an account may do."""

from __future__ import annotations

from api.examples.facts import ACCOUNT, ADMIN, CASE, CODE, Example

__all__ = ["PEOPLE"]

_GRANTS = ["case_officer@unit:26737", "intake_officer@unit:26737"]
_REASON = "Nhận nhiệm vụ tại phường từ ngày 02/3/2026."

#: By the name of the schema.
PEOPLE: Example = {
    "Disclose": {"basis": "Luật Tiếp công dân Đ.20", "reason": "Cần hỏi thêm vị trí."},
    "Identity": {
        "name": "Nguyễn Văn An",
        "phone": "0912 000 000",
        "email": None,
        "address": None,
        "version": 12,
    },
    "Replace": {
        "basis": "Đối chiếu giấy tờ tùy thân",
        "reason": "Người phản ánh làm mất biên nhận.",
        "name": "Nguyễn Văn An",
        "phone": "0912 000 000",
    },
    "NewReceipt": {
        "case_id": CASE,
        "code": CODE,
        "secret": "6hizylysw2xsfi7dmm2jcb7vygmnyt2u",
        "number": 1,
        "version": 13,
    },
    "Me": {"account": ACCOUNT, "roles": _GRANTS},
    "KnownOfficers": {
        "body": "unit:26737",
        "officers": [
            {
                "account": ACCOUNT,
                "roles": ["case_officer", "intake_officer"],
                "last_seen": "2026-03-02T14:30:00+07:00",
                "open_cases": 1,
            }
        ],
        "next": None,
    },
    "Grants": {"grants": _GRANTS, "reason": _REASON},
    "AccountGrants": {
        "account": ACCOUNT,
        "grants": _GRANTS,
        "history": [
            {
                "version": 1,
                "grants": _GRANTS,
                "given_by": f"admin@unit:79#{ADMIN}",
                "reason": _REASON,
                "at": "2026-03-02T01:00:00Z",
            }
        ],
    },
    "Ending": {"account": ACCOUNT, "reason": "Mất máy tính xách tay."},
    "Ended": {"ended": "account"},
}
