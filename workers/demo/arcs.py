"""The stories of the demo: what officers do on a case, or leave undone, and how it must end."""

from __future__ import annotations

from workers.demo.steps import (
    Arc,
    Step,
    at_commune,
    at_province,
    by_front,
    by_reporter,
    refused,
)

__all__ = [
    "CHASED",
    "COORDINATED",
    "DECLINED",
    "DUPLICATE",
    "EXPLAINED",
    "EXTENDED",
    "FORGOTTEN",
    "HOT_ANSWERED",
    "HOT_CLIMBED",
    "IGNORED",
    "OWN_CASE",
    "PAUSED",
    "REDIRECTED",
    "REOPENED",
    "REOPENED_TWICE",
    "RESCUED",
    "RETURNED",
    "SOLVED",
    "SUBMITTED",
    "UNANSWERED",
    "UNCONFIRMED",
    "UNMERGED",
    "WITHDRAWN",
]

_ANSWER = "Ủy ban đã kiểm tra tại chỗ, xử lý xong và xin trả lời người phản ánh."
_ACT = "Đã cử người đến hiện trường, khắc phục xong và bàn giao cho tổ tự quản theo dõi."
_PHOTOS = ["Ảnh hiện trường trước khi xử lý", "Ảnh hiện trường sau khi xử lý"]
_EXPLAINED = (
    "Nội dung đã có trong kế hoạch của quý sau; xin giải thích lộ trình và người phụ trách."
)


def _taken_up(day: int = 1) -> tuple[Step, ...]:
    """Accept, assign and take, on three days."""
    return (
        at_commune(day, "accept"),
        at_commune(day + 1, "assign", lead="{commune}"),
        at_commune(day + 2, "take", "case_officer"),
    )


def _draft(day: int) -> Step:
    params = {"text": _ANSWER, "act": _ACT, "done_on": "{today}", "evidence": _PHOTOS}
    return at_commune(day, "draft_response", "case_officer", **params)


def _drafted(day: int, *, solved: bool = True) -> tuple[Step, ...]:
    explained = at_commune(day, "draft_response", "case_officer", text=_EXPLAINED)
    draft = _draft(day) if solved else explained
    return draft, at_commune(day, "approve_response", "leader")


def _answered(day: int, told: int, *, solved: bool = True) -> tuple[Step, ...]:
    return (*_drafted(day, solved=solved), at_commune(told, "inform", "case_officer"))


def _closed(day: int, outcome: str) -> Step:
    return at_commune(day, "close", "case_officer", outcome=outcome)


def _by_province(accept: int, draft: int, told: int) -> tuple[Step, ...]:
    """The province takes a case up that came to it, and answers it by itself."""
    return (
        at_province(accept, "accept"),
        at_province(accept + 1, "assign", lead="{province}"),
        at_province(accept + 2, "take", "case_officer"),
        at_province(draft, "draft_response", "case_officer", text=_EXPLAINED),
        at_province(draft, "approve_response", "leader"),
        at_province(told, "inform", "case_officer"),
        at_province(told + 5, "close", "case_officer", outcome="explained"),
    )


SOLVED = Arc(
    "solved, and the reporter says so",
    (
        *_taken_up(),
        at_commune(4, "note", "case_officer", text="Đã xuống hiện trường, hẹn đội sửa chữa."),
        *_answered(7, 9),
        by_reporter(12, "feedback", satisfied=True, text="Đã xong, xin cảm ơn."),
        _closed(14, "solved_confirmed"),
    ),
    "closed",
    outcome="solved_confirmed",
)
UNCONFIRMED = Arc(
    "solved; the reporter was told and said nothing",
    (
        *_taken_up(),
        at_province(4, "instruct", "leader", text="Báo cáo kết quả trước buổi giao ban tuần sau."),
        at_commune(7, "attach_evidence", "case_officer", evidence=["Biên bản kiểm tra"]),
        refused("wrong_state", _closed(6, "solved_unconfirmed")),
        *_drafted(7),
        refused("not_informed", _closed(7, "solved_unconfirmed")),
        at_commune(9, "inform", "case_officer"),
        _closed(14, "solved_unconfirmed"),
    ),
    "closed",
    outcome="solved_unconfirmed",
)
EXPLAINED = Arc(
    "explained: nothing could be done at once",
    (
        *_taken_up(),
        *_answered(7, 9, solved=False),
        refused("evidence_required", _closed(10, "solved_unconfirmed")),
        _closed(14, "explained"),
    ),
    "closed",
    outcome="explained",
)
RETURNED = Arc(
    "returned by the first lead body, its draft sent back once",
    (
        at_commune(1, "accept"),
        at_commune(2, "assign", lead="{front}"),
        by_front(3, "return", reason="Việc này cần lực lượng của ủy ban, Mặt trận chỉ phối hợp."),
        at_commune(3, "assign", lead="{commune}", coordinating=["{front}"]),
        at_commune(4, "take", "case_officer"),
        at_commune(5, "draft_response", "case_officer", text="Đã ghi nhận."),
        at_commune(6, "return_response", "leader", reason="Trả lời chung chung, chưa có việc làm."),
        *_answered(8, 10),
        _closed(14, "solved_unconfirmed"),
    ),
    "closed",
    outcome="solved_unconfirmed",
)
DECLINED = Arc(
    "declined with its legal basis",
    (
        at_commune(
            1,
            "decline",
            basis="Thông tư 05/2021/TT-TTCP, Điều 6",
            reason="Nội dung đã được trả lời trước đó và không có tình tiết mới.",
        ),
        at_commune(2, "inform", "case_officer"),
    ),
    "closed",
    outcome="refused",
)
REDIRECTED = Arc(
    "handed over to the body that is competent",
    (
        at_commune(1, "redirect", to="{party}", reason="Không thuộc thẩm quyền của ủy ban."),
        at_commune(2, "inform", "case_officer"),
    ),
    "closed",
    outcome="redirected",
)
WITHDRAWN = Arc(
    "withdrawn by the reporter",
    (
        at_commune(1, "accept"),
        by_reporter(2, "withdraw", reason="Đã được giải quyết trước khi phản ánh tới nơi."),
    ),
    "withdrawn",
    outcome="withdrawn",
)
IGNORED = Arc("nobody ever looks at it", (), "received", "province", 1)
FORGOTTEN = Arc(
    "accepted and then forgotten", (at_commune(1, "accept"),), "accepted", "province", 1
)
UNANSWERED = Arc("taken up, never answered", _taken_up(), "in_progress", "province", 1)
RESCUED = Arc(
    "left lying by the commune, taken up after it climbed",
    (
        at_province(3, "accept"),
        refused(
            "not_accountable",
            at_commune(3, "assign", lead="{commune}"),
        ),
        at_province(4, "assign", lead="{commune}"),
        at_commune(5, "take", "case_officer"),
        at_province(6, "instruct", "leader", body="{commune}", text="Trả lời dứt điểm tuần này."),
        _draft(8),
        at_province(8, "approve_response", "leader"),
        at_province(10, "inform", "case_officer"),
        by_reporter(12, "feedback", satisfied=True),
        at_province(14, "close", "case_officer", outcome="solved_confirmed"),
    ),
    "closed",
    "province",
    1,
    "solved_confirmed",
)
CHASED = Arc(
    "not answered in time, chased by the province until it was",
    (
        *_taken_up(),
        at_province(15, "instruct", "leader", body="{commune}", text="Đã quá hạn, trả lời ngay."),
        _draft(19),
        at_province(19, "approve_response", "leader"),
        at_province(19, "inform", "case_officer"),
        at_province(24, "close", "case_officer", outcome="solved_unconfirmed"),
    ),
    "closed",
    "province",
    1,
    "solved_unconfirmed",
)
PAUSED = Arc(
    "paused while the reporter was asked for more",
    (
        *_taken_up(),
        at_commune(
            4,
            "pause",
            "case_officer",
            waiting_for="người phản ánh",
            reason="Chờ người phản ánh cho biết vị trí chính xác.",
        ),
        by_reporter(8, "supplement", text="Vị trí ở đoạn giữa hai trụ điện gần nhà văn hóa."),
        at_commune(8, "resume", "case_officer"),
        *_answered(11, 13),
        _closed(18, "solved_unconfirmed"),
    ),
    "closed",
    outcome="solved_unconfirmed",
)
EXTENDED = Arc(
    "extended once by a leader",
    (
        *_taken_up(),
        at_commune(8, "extend", "leader", days=5, reason="Phải chờ vật tư chuyển tới."),
        refused(
            "extension_used",
            at_commune(9, "extend", "leader", days=1, reason="Vật tư chưa đến."),
        ),
        *_answered(14, 15),
        _closed(19, "solved_unconfirmed"),
    ),
    "closed",
    outcome="solved_unconfirmed",
)
COORDINATED = Arc(
    "answered with the input of the Fatherland Front",
    (
        at_commune(1, "accept"),
        at_commune(2, "assign", lead="{commune}", coordinating=["{front}"]),
        at_commune(3, "take", "case_officer"),
        at_commune(4, "request_input", "case_officer", body="{front}", days=3),
        by_front(6, "give_input", "collaborator", text="Đã họp tổ dân phố, bà con thống nhất."),
        *_answered(7, 9, solved=False),
        _closed(14, "explained"),
    ),
    "closed",
    outcome="explained",
)
REOPENED = Arc(
    "reopened by a reporter whom the answer did not satisfy",
    (
        *_taken_up(),
        *_answered(7, 9),
        _closed(11, "solved_unconfirmed"),
        by_reporter(12, "feedback", satisfied=False, text="Chưa thấy ai đến."),
        by_reporter(13, "reopen", reason="Hiện trường vẫn như cũ."),
        *_answered(16, 17),
        by_reporter(19, "feedback", satisfied=True),
        _closed(21, "solved_confirmed"),
    ),
    "closed",
    outcome="solved_confirmed",
)
REOPENED_TWICE = Arc(
    "reopened twice: the second time it goes one rung up",
    (
        *_taken_up(),
        *_answered(7, 9),
        by_reporter(13, "reopen", reason="Hiện trường vẫn như cũ."),
        *_answered(16, 17),
        by_reporter(20, "reopen", reason="Lại hỏng sau hai ngày."),
        _draft(23),
        at_province(23, "approve_response", "leader"),
        at_province(24, "inform", "case_officer"),
        at_province(28, "close", "leader", outcome="solved_unconfirmed"),
    ),
    "closed",
    "province",
    1,
    "solved_unconfirmed",
)
SUBMITTED = Arc(
    "submitted upward by the commune's leader",
    (
        at_commune(1, "accept"),
        at_commune(2, "escalate", "leader", reason="Vượt thẩm quyền của cấp xã."),
        *_by_province(2, 9, 10)[1:],
    ),
    "closed",
    "province",
    1,
    "explained",
)
OWN_CASE = Arc(
    "complains about the commune: kept away from it from the start",
    (
        refused("out_of_scope", at_commune(0, "accept")),
        *_by_province(1, 7, 9),
    ),
    "closed",
    "province",
    outcome="explained",
)
HOT_ANSWERED = Arc(
    "a hot spot, answered the same day",
    (
        at_commune(0, "accept"),
        at_commune(0, "set_severity", "leader", severity="hot_spot", reason="Nguy hiểm tính mạng."),
        at_commune(0, "assign", lead="{commune}"),
        at_commune(0, "take", "case_officer"),
        *_answered(0, 0),
        _closed(5, "solved_unconfirmed"),
    ),
    "closed",
    outcome="solved_unconfirmed",
)
HOT_CLIMBED = Arc(
    "a hot spot declared on Friday that nobody minds over the weekend",
    (
        at_commune(0, "accept"),
        at_commune(0, "assign", lead="{commune}"),
        at_commune(0, "take", "case_officer"),
        at_commune(0, "set_severity", "leader", severity="hot_spot", reason="Nguy cơ lan rộng."),
        at_province(1, "instruct", "leader", body="{commune}", text="Xử lý ngay trong sáng nay."),
        _draft(1),
        at_province(1, "approve_response", "leader"),
        at_province(1, "inform", "case_officer"),
        at_province(8, "close", "case_officer", outcome="solved_unconfirmed"),
    ),
    "closed",
    "province",
    1,
    "solved_unconfirmed",
)
DUPLICATE = Arc(
    "a duplicate, merged into the earlier report",
    (at_commune(0, "merge", into="{survivor}", reason="Cùng một việc, cùng một chỗ."),),
    "merged",
    outcome="merged",
)
UNMERGED = Arc(
    "merged by mistake and separated again",
    (
        at_commune(0, "merge", into="{survivor}", reason="Có vẻ cùng một việc."),
        at_commune(1, "unmerge", reason="Khác đoạn đường, phải xử lý riêng."),
        *_taken_up(),
        at_commune(4, "link", "case_officer", to="{survivor}"),
        *_answered(7, 9, solved=False),
        _closed(14, "explained"),
    ),
    "closed",
    outcome="explained",
)
