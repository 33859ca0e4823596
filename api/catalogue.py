"""Every problem that the interface answers with: its stable name, its status and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from api.language import Words

__all__ = ["PROBLEMS", "Kind", "type_of"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem. ``advice`` tells the caller what can be done about it."""

    name: str
    status: int
    title: Words
    advice: Words


def type_of(name: str) -> str:
    """The ``type`` of a problem (RFC 9457): a path under which this server explains it."""
    return f"/problems/{name.replace('_', '-')}"


def _kind(name: str, status: int, title: tuple[str, str], advice: tuple[str, str]) -> Kind:
    return Kind(name, status, Words(*title), Words(*advice))


_KINDS = (
    _kind(
        "malformed",
        400,
        ("Yêu cầu không đọc được", "The request cannot be read"),
        ("Gửi nội dung JSON đúng chuẩn, mã hóa UTF-8.", "Send well-formed JSON in UTF-8."),
    ),
    _kind(
        "ambiguous_role",
        400,
        ("Chưa rõ vai trò", "The role is ambiguous"),
        (
            "Tài khoản có nhiều vai trò phù hợp: chọn một bằng tiêu đề Act-As.",
            "Several roles of the account fit: choose one by the header Act-As.",
        ),
    ),
    _kind(
        "unauthenticated",
        401,
        ("Chưa xác thực", "Not authenticated"),
        (
            "Gửi mã truy cập còn hiệu lực: Authorization: Bearer …",
            "Send a valid token: Authorization: Bearer …",
        ),
    ),
    _kind(
        "not_permitted",
        403,
        ("Vai trò không được phép", "Not permitted to this role"),
        (
            "Người có vai trò phù hợp phải thực hiện việc này.",
            "Somebody with a role that may do this has to.",
        ),
    ),
    _kind(
        "identity_not_matched",
        403,
        ("Thông tin không khớp", "Not who reported"),
        (
            "Hỏi lại người đề nghị; nhập sai nhiều lần phải chờ.",
            "Ask the person again; whoever guesses often has to wait.",
        ),
    ),
    _kind(
        "out_of_scope",
        403,
        ("Ngoài phạm vi", "Out of scope"),
        (
            "Việc này thuộc đơn vị hoặc địa bàn khác.",
            "This belongs to another body or another territory.",
        ),
    ),
    _kind(
        "not_accountable",
        403,
        ("Không phải đơn vị chịu trách nhiệm", "Not accountable"),
        (
            "Vụ việc đang thuộc trách nhiệm của đơn vị khác.",
            "The case is with another body now.",
        ),
    ),
    _kind(
        "unknown_case",
        404,
        ("Không có vụ việc này", "No such case"),
        ("Kiểm tra lại mã vụ việc.", "Look at the id again."),
    ),
    _kind(
        "unknown_receipt",
        404,
        ("Biên nhận không đúng", "Not a receipt of ours"),
        (
            "Kiểm tra lại mã và khóa bí mật trên biên nhận.",
            "Look at the code and the secret on the receipt again.",
        ),
    ),
    _kind(
        "unknown_command",
        404,
        ("Không có lệnh này", "No such command"),
        ("Xem danh sách lệnh.", "Look at the list of commands."),
    ),
    _kind(
        "unknown_subscription",
        404,
        ("Không có đăng ký nhận tin này", "No such subscription"),
        ("Kiểm tra lại mã đăng ký.", "Look at the id again."),
    ),
    _kind(
        "no_identity",
        404,
        ("Không có danh tính", "No identity is kept"),
        (
            "Người phản ánh không để lại danh tính, hoặc lĩnh vực này không lưu danh tính.",
            "The reporter left none, or none is ever kept for this category.",
        ),
    ),
    _kind(
        "unknown_key",
        404,
        ("Không có lệnh nào với khóa này", "No command has this key"),
        (
            "Lệnh chưa đến: gửi lại với cùng Idempotency-Key thì không bị làm hai lần.",
            "It has not arrived: sent again under the same Idempotency-Key it is done once.",
        ),
    ),
    _kind(
        "unknown_bulk",
        404,
        ("Không có lô xử lý này", "No such bulk"),
        (
            "Kiểm tra lại mã; chỉ tài khoản đã lập mới xem được.",
            "Look at the id again; only the account that planned it sees it.",
        ),
    ),
    _kind(
        "unknown_attachment",
        404,
        ("Không có tệp này", "No such file"),
        (
            "Tải tệp lên lại bằng POST /v1/uploads; tệp chưa đính kèm chỉ được giữ một ngày.",
            "Upload the file again (POST /v1/uploads); what is not attached is kept for a day.",
        ),
    ),
    _kind(
        "not_found",
        404,
        ("Không có địa chỉ này", "Nothing is here"),
        ("Xem mô tả giao diện tại /v1/openapi.json.", "See /v1/openapi.json for what there is."),
    ),
    _kind(
        "method_not_allowed",
        405,
        ("Phương thức không dùng được", "Method not allowed"),
        ("Xem tiêu đề Allow.", "See the header Allow."),
    ),
    _kind(
        "wrong_state",
        409,
        ("Trạng thái không phù hợp", "Not in this state"),
        (
            "Xem trạng thái hiện tại của vụ việc rồi thử lại.",
            "Look at where the case stands now.",
        ),
    ),
    _kind(
        "attachment_taken",
        409,
        ("Tệp đã được đính kèm", "The file is attached already"),
        ("Tải tệp lên lại để đính kèm nơi khác.", "Upload the file again to attach it elsewhere."),
    ),
    _kind(
        "not_scanned",
        409,
        ("Tệp chưa được quét mã độc", "The file was not scanned yet"),
        (
            "Chỉ cán bộ được tải về trước khi tệp được quét; thử lại sau.",
            "Before it is scanned only officers may have it; try again later.",
        ),
    ),
    _kind(
        "infected",
        409,
        ("Tệp có mã độc", "The file is harmful"),
        (
            "Không ai được tải tệp này. Đề nghị người gửi gửi lại tệp sạch.",
            "Nobody gets this file. Ask its sender for a clean one.",
        ),
    ),
    _kind(
        "erased",
        410,
        ("Nội dung đã được xóa", "Erased"),
        (
            "Khóa của vụ việc đã bị hủy theo quy định; nội dung không còn đọc được.",
            "The key of this case was destroyed as the rules demand; nobody can read it any more.",
        ),
    ),
    _kind(
        "refused",
        409,
        ("Quy tắc không cho phép", "Refused by the rules"),
        (
            "Xem mục code để biết quy tắc nào.",
            "The member code names the rule.",
        ),
    ),
    _kind(
        "wrong_bulk_state",
        409,
        ("Lô không ở trạng thái phù hợp", "The bulk is not in this state"),
        (
            "Xem trạng thái của lô; lập lô mới nếu cần.",
            "Look at where the bulk stands; plan another one if need be.",
        ),
    ),
    _kind(
        "cannot_undo",
        409,
        ("Lệnh này không hoàn tác được", "This command cannot be undone"),
        (
            "Không có lệnh ngược lại: sửa từng vụ việc.",
            "It has no opposite: put the cases right one by one.",
        ),
    ),
    _kind(
        "version_mismatch",
        412,
        ("Vụ việc đã thay đổi", "The case has changed"),
        (
            "Xem lại vụ việc ở phiên bản current_version rồi quyết định lại.",
            "Look at the case again, at current_version, and decide anew.",
        ),
    ),
    _kind(
        "too_large",
        413,
        ("Nội dung quá lớn", "Too large"),
        ("Gửi nội dung ngắn hơn.", "Send less."),
    ),
    _kind(
        "unsupported_media_type",
        415,
        ("Kiểu nội dung không nhận", "Not a media type that is taken"),
        (
            "Gửi JSON với tiêu đề Content-Type: application/json.",
            "Send JSON, with the header Content-Type: application/json.",
        ),
    ),
    _kind(
        "unsupported_file",
        415,
        ("Loại tệp không nhận", "Not a kind of file that is taken"),
        (
            "Gửi ảnh (jpg, png, webp), tài liệu (pdf, docx, xlsx, odt, txt), ghi âm hoặc video.",
            "Send a picture (jpg, png, webp), a document (pdf, docx, xlsx, odt, txt), a recording "
            "or a video.",
        ),
    ),
    _kind(
        "too_many_pixels",
        422,
        ("Ảnh có quá nhiều điểm ảnh", "Too many pixels"),
        ("Thu nhỏ ảnh rồi gửi lại.", "Make the picture smaller and send it again."),
    ),
    _kind(
        "invalid",
        422,
        ("Dữ liệu chưa đúng", "Invalid"),
        (
            "Sửa các mục nêu trong errors rồi gửi lại.",
            "Correct what errors names and send it again.",
        ),
    ),
    _kind(
        "unit_unclear",
        422,
        ("Chưa rõ thuộc đơn vị nào", "Which unit is not clear"),
        (
            "Chọn một đơn vị trong candidates rồi gửi mã của đơn vị đó ở mục unit.",
            "Choose one of candidates and send its code as unit.",
        ),
    ),
    _kind(
        "key_reused",
        422,
        ("Khóa đã dùng cho yêu cầu khác", "The key belongs to another request"),
        (
            "Dùng Idempotency-Key mới cho yêu cầu mới.",
            "Use a new Idempotency-Key for a new request.",
        ),
    ),
    _kind(
        "too_many_cases",
        422,
        ("Quá nhiều vụ việc", "Too many cases"),
        (
            "Thu hẹp lựa chọn và chia thành nhiều lô.",
            "Narrow the selection, and make several bulks of it.",
        ),
    ),
    _kind(
        "too_many_requests",
        429,
        ("Quá nhiều yêu cầu", "Too many requests"),
        (
            "Chờ số giây trong Retry-After rồi thử lại.",
            "Wait for the seconds in Retry-After.",
        ),
    ),
    _kind(
        "fault",
        500,
        ("Lỗi của hệ thống", "A fault of ours"),
        ("Báo cho người vận hành.", "Tell whoever runs this."),
    ),
    _kind(
        "file_damaged",
        500,
        ("Tệp lưu trữ bị mất hoặc bị thay đổi", "The stored file is gone or was changed"),
        (
            "Báo cho người vận hành: hoiam verify --files cho biết tệp nào.",
            "Tell whoever runs this: hoiam verify --files names it.",
        ),
    ),
    _kind(
        "unavailable",
        503,
        ("Tạm thời không phục vụ được", "Not available now"),
        (
            "Thử lại sau số giây trong Retry-After, với cùng Idempotency-Key.",
            "Try again after the seconds in Retry-After, under the same Idempotency-Key.",
        ),
    ),
    _kind(
        "too_broad",
        503,
        ("Phạm vi quá rộng", "Too many cases are meant"),
        (
            "Thu hẹp: chọn một địa bàn (unit), một khoảng thời gian tiếp nhận, hoặc một lĩnh vực.",
            "Ask for less: one unit, a span of receipt (received_since, received_before), or one "
            "category.",
        ),
    ),
)

#: By name. What a name means never changes; new ones may come.
PROBLEMS: Mapping[str, Kind] = {kind.name: kind for kind in _KINDS}
