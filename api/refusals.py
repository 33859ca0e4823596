"""What a rule's refusal says to people where no problem of its own does: why, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from api.catalogue import PROBLEMS
from api.language import Words

__all__ = ["REFUSALS", "why"]

#: By the code of the refusal; each stands in the glossary too.
REFUSALS: Mapping[str, Words] = {
    "evidence_required": Words(
        "Thiếu minh chứng: kết thúc là đã giải quyết cần trả lời đã duyệt có việc đã làm, ngày làm "
        "và minh chứng, hoặc lãnh đạo cho miễn có nêu lý do.",
        "Evidence is missing: to close as solved takes an approved answer with the act, its date "
        "and evidence, or a leader's waiver with a reason.",
    ),
    "not_informed": Words(
        "Chưa phản hồi người phản ánh: hãy phản hồi trước, hoặc ghi lý do không thể phản hồi.",
        "The reporter was not told: inform them first, or record why that is impossible.",
    ),
    "already_informed": Words(
        "Người phản ánh đã được phản hồi cùng vụ việc nhận gộp: không tách được nữa. Nếu cần, mở "
        "lại vụ việc.",
        "The reporter was informed with the surviving case: it cannot be unmerged any more. Reopen "
        "it if need be.",
    ),
    "extension_used": Words(
        "Đã gia hạn đủ số lần cho phép: trả lời đúng hạn hiện tại, hoặc trình cấp trên.",
        "It was extended as often as it may be: answer by the present due time, or escalate.",
    ),
    "no_extension": Words(
        "Quy tắc của thời hạn này không cho gia hạn: hãy trả lời đúng hạn, hoặc trình cấp trên.",
        "The rule of this clock allows no extension: answer by the due time, or escalate.",
    ),
    "past_due": Words(
        "Đã quá hạn: gia hạn và tạm dừng phải có trước khi đến hạn. Hãy xử lý ngay.",
        "It is past due: an extension or a pause comes before the due time. Act now.",
    ),
    "paused": Words(
        "Vụ việc đang tạm dừng tính hạn: hãy tiếp tục tính hạn trước.",
        "The case is paused: resume it first.",
    ),
    "top_rung": Words(
        "Không còn cấp trên: vụ việc ở lại cấp này.",
        "There is no rung above: the case stays here.",
    ),
    "window_over": Words(
        "Đã hết thời hạn mở lại: hãy gửi phản ánh mới.",
        "The days for reopening are over: make a new report.",
    ),
    "reason_missing": Words(
        "Đánh giá đã được ghi nhận. Muốn mở lại vụ việc, hãy gửi lại đánh giá kèm lý do.",
        "The judgement is kept. To open the case again, send it once more with a reason.",
    ),
    "reopen_limit": Words(
        "Vụ việc đã được mở lại đủ số lần cho phép: hãy gửi phản ánh mới.",
        "It was reopened as often as it may be: make a new report.",
    ),
    "supplement_limit": Words(
        "Đã bổ sung thông tin đủ số lần cho phép, nội dung đã gửi được giữ đầy đủ: muốn nói thêm, "
        "hãy liên hệ cơ quan chịu trách nhiệm.",
        "It was supplemented as often as it may be, and all of it is kept: write to the "
        "accountable body to say more.",
    ),
    "feedback_limit": Words(
        "Đã đánh giá đủ số lần cho phép, lần cuối được tính: muốn nói thêm, hãy liên hệ cơ quan "
        "chịu trách nhiệm.",
        "It was judged as often as it may be, and the last time counts: write to the accountable "
        "body to say more.",
    ),
    "calendar_ends": Words(
        "Lịch làm việc chưa có những ngày cần tính: báo cho người vận hành bổ sung lịch.",
        "The calendar does not reach the days to be counted: tell whoever runs this to extend it.",
    ),
    "changed_since": Words(
        "Sau lô xử lý đã có quyết định khác: không hoàn tác vụ việc này; hãy xem và sửa riêng.",
        "Somebody has decided anew since: this case is not undone; look at it by itself.",
    ),
    "role_not_in_force": Words(
        "Hôm nay vai trò này không còn hiệu lực: cơ quan hoặc đơn vị của vai trò đã chấm dứt hoặc "
        "chưa thành lập.",
        "This role is not in force today: its body or unit has ceased or does not exist yet.",
    ),
}


def why(code: str) -> Words:
    """Why a rule refused, where the refusal stands among what was allowed."""
    return REFUSALS.get(code) or PROBLEMS.get(code, PROBLEMS["refused"]).title
