"""An example of every command's parameters, as the description of the interface shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.examples.facts import ACCOUNT, CASE

__all__ = ["EXAMPLES"]

#: By the name of the command.
EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "accept": {},
    "decline": {"basis": "Luật Tiếp công dân Đ.20", "reason": "Đã có kết luận cuối cùng."},
    "redirect": {"to": "transport:79", "reason": "Đường do Sở Giao thông vận tải quản lý."},
    "classify": {"category": "waste", "reason": "Nội dung là rác thải."},
    "set_severity": {"severity": "hot_spot", "reason": "Nhiều người tụ tập."},
    "merge": {"into": CASE, "reason": "Cùng một ổ gà."},
    "unmerge": {"reason": "Là hai chỗ khác nhau."},
    "link": {"to": CASE, "reason": "Cùng một tuyến đường."},
    "assign": {"lead": "unit:26737", "coordinating": ["front:26737"]},
    "take": {},
    "return": {"reason": "Không đúng chức năng."},
    "hand_over": {"to": ACCOUNT, "reason": "Nghỉ phép từ ngày mai."},
    "request_input": {"body": "front:26737", "days": 3, "text": "Xin ý kiến về mặt bằng."},
    "give_input": {"text": "Thống nhất phương án."},
    "instruct": {"text": "Khẩn trương xử lý trước mùa mưa.", "body": "unit:26737"},
    "note": {"text": "Đã đến hiện trường."},
    "attach_evidence": {"evidence": ["Ảnh hiện trường lúc 9 giờ."]},
    "supplement": {"text": "Người phản ánh gọi lại, cho biết thêm vị trí."},
    "extend": {"days": 3, "reason": "Mưa lớn nhiều ngày."},
    "pause": {"waiting_for": "reporter", "reason": "Chờ bổ sung ảnh."},
    "resume": {"reason": "Đã có ảnh."},
    "escalate": {"reason": "Vượt thẩm quyền của xã."},
    "draft_response": {
        "text": "Đã vá xong ổ gà trước cổng trường.",
        "act": "Vá mặt đường",
        "done_on": "2026-03-02",
        "evidence": ["Ảnh sau khi vá."],
    },
    "approve_response": {},
    "return_response": {"reason": "Chưa nêu ngày hoàn thành."},
    "inform": {"text": "Đã gọi điện báo kết quả.", "channel": "phone"},
    "feedback": {"satisfied": True, "text": "Cảm ơn."},
    "reopen": {"reason": "Ổ gà lại xuất hiện."},
    "withdraw": {"reason": "Người phản ánh xin rút."},
    "close": {"outcome": "solved_unconfirmed"},
}
