"""The words in which a history is told, in English and in Vietnamese (docs/glossary.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

__all__ = ["CLOCKS", "SENTENCES", "WORDS", "Language"]

Language = Literal["en", "vi"]

#: What each kind of event says; fields of the event stand in braces, made readable.
SENTENCES: Mapping[str, tuple[str, str]] = {
    "CaseReported": (
        "A report from {unit} about {category} came in by {channel}; {accountable} must act.",
        "Tiếp nhận phản ánh từ {unit}, lĩnh vực {category}, qua kênh {channel}; "
        "{accountable} chịu trách nhiệm.",
    ),
    "ReportSupplemented": (
        "The reporter added something.",
        "Người phản ánh đã bổ sung thông tin.",
    ),
    "HistoryImported": (
        "Brought in from {source}, where it is {ref}.",
        "Đã nhập lịch sử từ {source}, mã {ref}.",
    ),
    "CaseAccepted": ("{by_body} took the case on.", "{by_body} đã thụ lý."),
    "CaseDeclined": ("Not taken on, by {basis}.", "Đã từ chối, căn cứ {basis}."),
    "CaseRedirected": ("Passed on to {to}.", "Đã chuyển đến {to}."),
    "CaseClassified": (
        "Its category is {category}, no longer {previous}.",
        "Đã phân loại: {category}, trước là {previous}.",
    ),
    "SeverityChanged": (
        "Its severity is {severity}, no longer {previous}.",
        "Đã đổi mức độ: {severity}, trước là {previous}.",
    ),
    "CaseMerged": ("Merged: it goes on in case {into}.", "Đã gộp vào vụ việc {into}."),
    "CaseUnmerged": ("Taken out of case {out_of} again.", "Đã tách khỏi vụ việc {out_of}."),
    "CaseLinked": ("Linked to case {to}: {relation}.", "Đã liên kết với vụ việc {to}: {relation}."),
    "CaseAssigned": (
        "Assigned: {lead} leads{coordinating}.",
        "Đã phân công: {lead} chủ trì{coordinating}.",
    ),
    "AssignmentAccepted": ("{by_body} began the work.", "{by_body} đã nhận việc."),
    "AssignmentReturned": (
        "{by_body} gave the work back ({times}).",
        "{by_body} đã trả lại (lần {times}).",
    ),
    "CaseHandedOver": (
        "{by_body} gave the work to another officer.",
        "{by_body} đã bàn giao việc cho cán bộ khác.",
    ),
    "InputRequested": (
        "{body} was asked for its input within {days} working days.",
        "Đã lấy ý kiến {body}, trong {days} ngày làm việc.",
    ),
    "InputGiven": ("{body} gave its input.", "{body} đã cho ý kiến."),
    "InstructionGiven": ("{to} was given an instruction.", "Đã có chỉ đạo đối với {to}."),
    "ProgressNoted": ("Progress was noted.", "Đã ghi tiến độ."),
    "EvidenceAttached": ("Evidence was attached ({count}).", "Đã bổ sung {count} minh chứng."),
    "ResponseDrafted": (
        "{by_body} drafted an answer (draft {draft}).",
        "{by_body} đã dự thảo trả lời (bản {draft}).",
    ),
    "ResponseApproved": ("Draft {draft} was approved.", "Đã duyệt bản dự thảo {draft}."),
    "ResponseReturned": ("Draft {draft} was sent back.", "Đã trả lại bản dự thảo {draft}."),
    "ReporterInformed": (
        "The reporter: {reached}.",
        "Người phản ánh: {reached}.",
    ),
    "FeedbackReceived": (
        "The reporter was heard: {satisfied}.",
        "Đã nhận đánh giá của người phản ánh: {satisfied}.",
    ),
    "CaseReopened": ("Opened again ({times}).", "Đã mở lại (lần {times})."),
    "CaseClosed": ("Closed: {outcome}.", "Đã kết thúc: {outcome}."),
    "ClockStarted": (
        "{body} has {term} {clock}: due {due_at}.",
        "{body} có {term} để {clock}: hạn {due_at}.",
    ),
    "ClockPaused": (
        "The time {clock} stands still, waiting for {waiting_for}.",
        "Tạm dừng tính hạn {clock}, chờ {waiting_for}.",
    ),
    "ClockResumed": (
        "The time {clock} runs again: due {due_at}.",
        "Tiếp tục tính hạn {clock}: hạn {due_at}.",
    ),
    "ClockExtended": (
        "{days} working days more {clock}: due {due_at}.",
        "Gia hạn {clock} thêm {days} ngày làm việc: hạn {due_at}.",
    ),
    "ClockReprojected": (
        "The time {clock} was counted anew ({why}): due {due_at}.",
        "Đã tính lại hạn {clock} ({why}): hạn {due_at}.",
    ),
    "ClockStopped": ("The time {clock} ended: {why}.", "Dừng tính hạn {clock}: {why}."),
    "ReminderDue": (
        "{body} was reminded: the time {clock} ends {due_at}.",
        "Đôn đốc {body}: hạn {clock} là {due_at}.",
    ),
    "DeadlineMissed": (
        "{body} missed the time {clock}, which ended {due_at}.",
        "{body} quá hạn {clock}, hạn là {due_at}.",
    ),
    "CaseEscalated": (
        "The case climbed from {from_body} ({from_rung}) to {to_body} ({to_rung}).",
        "Đã chuyển cấp trên: từ {from_body} ({from_rung}) lên {to_body} ({to_rung}).",
    ),
    "TopRungReminder": (
        "No rung is above: the leadership of {body} was reminded {clock}.",
        "Không còn cấp trên: đôn đốc lãnh đạo {body} về việc {clock}.",
    ),
    "IdentityDisclosed": (
        "The reporter's identity was opened to {to}, by {basis}.",
        "Đã mở danh tính người phản ánh cho {to}, căn cứ {basis}.",
    ),
    "ReceiptReplaced": (
        "The reporter got another receipt (number {number}), by {basis}; the one before is void.",
        "Đã cấp lại biên nhận (lần {number}), căn cứ {basis}; biên nhận cũ hết hiệu lực.",
    ),
    "SubjectErased": ("Erased: {what}, by {basis}.", "Đã xóa dữ liệu: {what}, căn cứ {basis}."),
    "JurisdictionChanged": (
        "{from_body} ceased to be; {to_body} took over.",
        "{from_body} không còn tồn tại; {to_body} kế thừa.",
    ),
}

#: What a clock gives time for, by its kind.
CLOCKS: Mapping[str, tuple[str, str]] = {
    "accept": ("to take the case on", "tiếp nhận"),
    "assign": ("to assign it", "phân công"),
    "answer": ("to answer", "trả lời"),
    "inform": ("to inform the reporter", "phản hồi người phản ánh"),
    "input": ("to give its input", "cho ý kiến phối hợp"),
}

#: Words that events use for rungs, outcomes and the like.
WORDS: Mapping[str, tuple[str, str]] = {
    "commune": ("commune", "cấp xã"),
    "district": ("district", "cấp huyện"),
    "province": ("province", "cấp tỉnh"),
    "solved_confirmed": ("solved, the reporter says so", "đã giải quyết, có xác nhận"),
    "solved_unconfirmed": ("solved, not yet confirmed", "đã giải quyết, chưa xác nhận"),
    "explained": ("explained", "đã giải thích"),
    "redirected": ("passed on, not solved here", "không thuộc thẩm quyền"),
    "refused": ("refused", "từ chối"),
    "merged": ("merged", "trùng lặp"),
    "withdrawn": ("withdrawn", "đã rút"),
    "related": ("related", "có liên quan"),
    "survivor_of": ("that one goes on in this one", "vụ việc kia gộp vào đây"),
    "no_longer_survivor_of": ("that one stands by itself again", "vụ việc kia đã tách ra"),
    "severity": ("the severity changed", "đổi mức độ"),
    "calendar": ("the calendar changed", "đổi lịch làm việc"),
    "done": ("done", "đã xong"),
    "declined": ("not taken on", "từ chối"),
    "answered": ("answered", "đã trả lời"),
    "closed": ("the case was closed", "vụ việc kết thúc"),
    "missed": ("missed", "đã quá hạn"),
    "escalated": ("submitted upward", "trình cấp trên"),
    "identity": ("the reporter's identity", "danh tính người phản ánh"),
    "free_text": ("free text", "nội dung văn bản"),
    "working_day": ("working days", "ngày làm việc"),
    "calendar_day": ("days", "ngày"),
    "hour": ("hours", "giờ"),
    "reporter": ("the reporter", "người phản ánh"),
    "system": ("the clock", "hệ thống"),
    "collaborator": ("collaborator", "cộng tác viên"),
    "intake_officer": ("intake officer", "cán bộ tiếp nhận"),
    "case_officer": ("case officer", "cán bộ thụ lý"),
    "leader": ("leader", "lãnh đạo"),
    "auditor": ("auditor", "thanh tra, giám sát"),
    "admin": ("administrator", "quản trị hệ thống"),
    "integration": ("another system", "hệ thống kết nối"),
}
