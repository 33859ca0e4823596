"""How each English sentence of a refusal is said in Vietnamese; blanks keep their names."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["PHRASES"]

#: What the rules say: a test looks for every sentence with which they refuse.
_RULES: Mapping[str, str] = {
    "{fault} Kinds that are taken: {kinds}.": "{fault} Các loại tệp được nhận: {kinds}.",
    "It is empty.": "Tệp trống.",
    "It is none of the kinds that are taken.": "Tệp không thuộc loại nào được nhận.",
    "The picture cannot be read.": "Không đọc được ảnh.",
    "A picture may have {count} million pixels at most; send a smaller one.": (
        "Ảnh chỉ được tối đa {count} triệu điểm ảnh; hãy gửi ảnh nhỏ hơn."
    ),
    "{body} has no part in case {case}.": "{body} không tham gia vụ việc {case}.",
    "{body} has no part in this case.": "{body} không tham gia vụ việc này.",
    "{when} is in the future.": "{when} ở tương lai.",
    "{body} was not asked for input; write a note.": (
        "{body} không được hỏi ý kiến; hãy viết ghi chú."
    ),
    "A case cannot be joined with itself.": "Không thể gộp vụ việc với chính nó.",
    "A refusal names its legal basis.": "Từ chối phải nêu căn cứ pháp lý.",
    "At most {most} characters.": "Nhiều nhất {most} ký tự.",
    "At most {most} working days.": "Nhiều nhất {most} ngày làm việc.",
    "Case {case} is {state}.": "Vụ việc {case} đang ở trạng thái {state}.",
    "Case {case} may come to the body this one is about.": (
        "Vụ việc {case} có thể chuyển đến chính cơ quan mà vụ việc này phản ánh."
    ),
    "Close with one of: {known}.": "Kết thúc bằng một trong: {known}.",
    "Closing as solved needs an approved response with the act, its date and evidence, or a "
    "leader's waiver with a reason.": (
        "Kết thúc là đã giải quyết cần trả lời đã duyệt có việc đã làm, ngày làm và minh chứng, "
        "hoặc lãnh đạo cho miễn có nêu lý do."
    ),
    "Describe or attach at least one piece of evidence.": (
        "Mô tả hoặc đính kèm ít nhất một minh chứng."
    ),
    "File {place} belongs to a case already.": "Tệp thứ {place} đã thuộc một vụ việc.",
    "File {place}: no upload of yours waits under this id; upload the file again.": (
        "Tệp thứ {place}: bạn không có tệp nào đang chờ với mã này; hãy tải lên lại."
    ),
    "Give {one} together with {other}.": "Nêu {one} cùng với {other}.",
    "Give the unit, coordinates or an address.": "Nêu đơn vị, tọa độ hoặc địa chỉ.",
    "Inform the reporter first, or give the reason why that is impossible.": (
        "Hãy phản hồi người phản ánh trước, hoặc nêu lý do không thể phản hồi."
    ),
    "Inform the reporter of case {case}.": "Hãy phản hồi người phản ánh của vụ việc {case}.",
    "It could be reopened until {when}.": "Chỉ mở lại được đến {when}.",
    "It was added to {times} times, and all of that is kept. Write to {body} to say more.": (
        "Đã bổ sung {times} lần, tất cả đều được giữ. Muốn nói thêm, hãy liên hệ {body}."
    ),
    "This answer was judged {times} times, and the last time counts. Write to {body} to say "
    "more.": (
        "Trả lời này đã được đánh giá {times} lần, lần cuối được tính. Muốn nói thêm, hãy liên hệ "
        "{body}."
    ),
    "It was extended {times} time(s) already.": "Đã gia hạn {times} lần.",
    "It was reopened {times} times already.": "Đã mở lại {times} lần.",
    "Its reporter was informed with the survivor.": (
        "Người phản ánh đã được phản hồi cùng vụ việc nhận gộp."
    ),
    "No answer clock is running.": "Không có thời hạn trả lời nào đang tính.",
    "No body on the ladder may handle a report from this unit.": (
        "Không cấp nào được xử lý phản ánh từ đơn vị này."
    ),
    "No case {case}.": "Không có vụ việc {case}.",
    "There is no case {case}.": "Không có vụ việc {case}.",
    "There is no such case, or not for you.": "Không có vụ việc này, hoặc bạn không được xem.",
    "No draft waits for approval.": "Không có dự thảo nào chờ duyệt.",
    "No identity is kept with this report.": "Phản ánh này không lưu danh tính.",
    "No identity is kept with this report, so nobody can show that it is theirs.": (
        "Phản ánh này không lưu danh tính, nên không ai chứng minh được là của mình."
    ),
    "No identity is ever kept for this category, so a lost receipt stays lost.": (
        "Lĩnh vực này không lưu danh tính, nên biên nhận đã mất thì không cấp lại được."
    ),
    "The identity was erased.": "Danh tính đã bị xóa.",
    "That is not who reported.": "Không phải người đã phản ánh.",
    "No officer has taken this case up.": "Chưa có cán bộ nào thụ lý vụ việc này.",
    "No officer with this account has ever come in.": "Chưa từng có cán bộ nào với tài khoản này.",
    "This officer has no role in which the case could be taken up.": (
        "Cán bộ này không có vai trò nào thụ lý được vụ việc."
    ),
    "This officer has the case already.": "Cán bộ này đang giữ vụ việc rồi.",
    "No unit that is known lies there; correct the coordinates, or name the unit.": (
        "Không có đơn vị nào ở đó; hãy sửa tọa độ hoặc nêu đơn vị."
    ),
    "The place is {km} km from {unit}; correct one of the two.": (
        "Địa điểm cách {unit} {km} km; hãy sửa một trong hai."
    ),
    "Only {one} and {other} hand this case over.": (
        "Chỉ {one} và {other} được bàn giao vụ việc này."
    ),
    "Only {body} may {action} now.": "Lúc này chỉ {body} được thực hiện {action}.",
    "Only {wanted} may {action}; the case is with {body} now.": (
        "Chỉ {wanted} được thực hiện {action}; vụ việc đang thuộc {body}."
    ),
    "Only a leader, or who has the case, may {action}.": (
        "Chỉ lãnh đạo hoặc người đang giữ vụ việc được thực hiện {action}."
    ),
    "The role {role} may not {action}.": "Vai trò {role} không được thực hiện {action}.",
    "Only drills choose the policy or the time.": "Chỉ diễn tập mới chọn quy tắc hoặc thời gian.",
    "Parameter {name}: {fault}.": "Tham số {name} không dùng được.",
    "Programs act as integration@body.": "Chương trình phải dùng vai trò integration@cơ-quan.",
    "Resume the case first; a paused clock has no due time.": (
        "Hãy tiếp tục tính hạn trước; thời hạn đang tạm dừng thì chưa có hạn."
    ),
    "Somebody has decided anew since; nothing is undone here.": (
        "Sau đó đã có quyết định khác; không hoàn tác ở đây."
    ),
    "The case complains about this body; name another.": (
        "Vụ việc phản ánh chính cơ quan này; hãy nêu cơ quan khác."
    ),
    "The case is {state}; {command} needs: {states}.": (
        "Vụ việc đang ở trạng thái {state}; {command} cần một trong: {states}."
    ),
    "The case is at version {version}; look at it again.": (
        "Vụ việc đang ở phiên bản {version}; hãy xem lại."
    ),
    "The case is not paused.": "Vụ việc không tạm dừng.",
    "The case is paused already.": "Vụ việc đã tạm dừng rồi.",
    "The case is with this body already.": "Vụ việc đã thuộc cơ quan này.",
    "The case's id is a fresh UUID.": "Mã vụ việc phải là một UUID mới.",
    "The due time is over; a pause comes before it.": "Đã quá hạn; tạm dừng phải có trước hạn.",
    "The due time is over; an extension comes before it.": "Đã quá hạn; gia hạn phải có trước hạn.",
    "The picture is too large; send a smaller one.": "Ảnh quá lớn; hãy gửi ảnh nhỏ hơn.",
    "The reporter has not been informed yet.": "Người phản ánh chưa được phản hồi.",
    "The reporter has not been told the survivor's answer yet.": (
        "Người phản ánh chưa được báo trả lời của vụ việc nhận gộp."
    ),
    "The reporter was informed already.": "Người phản ánh đã được phản hồi rồi.",
    "The reporters of {cases} wait for this answer: inform them, or unmerge first.": (
        "Người phản ánh của {cases} đang chờ trả lời này: hãy phản hồi họ, hoặc tách ra trước."
    ),
    "The rule of this clock allows no extension.": "Quy tắc của thời hạn này không cho gia hạn.",
    "The workflow's id is case/ and the case's id.": "Mã quy trình là case/ và mã vụ việc.",
    "There is no command {command}; use one of {known}.": (
        "Không có lệnh {command}; dùng một trong: {known}."
    ),
    "There is no rung above; the case stays here.": "Không còn cấp trên; vụ việc ở lại đây.",
    "This body has been asked already.": "Cơ quan này đã được hỏi rồi.",
    "This key was used for another request; use a new key.": (
        "Khóa này đã dùng cho yêu cầu khác; hãy dùng khóa mới."
    ),
    "This key was used for another request; use a new one.": (
        "Khóa này đã dùng cho yêu cầu khác; hãy dùng khóa mới."
    ),
    "Under this key another case was started.": "Khóa này đã bắt đầu một vụ việc khác.",
    "No unit of this name is known; name the commune and its province, or give the unit.": (
        "Không có đơn vị nào tên như vậy; nêu xã và tỉnh, hoặc nêu đơn vị."
    ),
    "Several units may be meant; choose one of the candidates and send its code as unit.": (
        "Có thể là nhiều đơn vị; hãy chọn một trong candidates và gửi mã của nó làm unit."
    ),
    "Several units may be meant; choose one of the candidates and send its code as unit. {units}": (
        "Có thể là nhiều đơn vị; hãy chọn một và gửi mã của nó: {units}"
    ),
    "No unit of this name is known; name the commune and its province, or give the unit": (
        "Không có đơn vị nào tên như vậy; nêu xã và tỉnh, hoặc nêu đơn vị"
    ),
    "A case has no {field} that is {value}.": "Vụ việc không có {field} là {value}.",
    "A case has no stage {stage}.": "Vụ việc không có giai đoạn {stage}.",
    "No clock judges {stage} as {word}.": "Không thời hạn nào đánh giá {stage} là {word}.",
    "Search for one word or more, of letters or digits.": (
        "Hãy tìm bằng ít nhất một từ gồm chữ hoặc số."
    ),
    "give the telephone number or the e-mail address that was left": (
        "nêu số điện thoại hoặc địa chỉ thư điện tử đã để lại"
    ),
    "Unknown role {name}: use one of {known}.": "Không có vai trò {name}: dùng một trong {known}.",
    "Write the body too: {actor}.": "Ghi cả cơ quan: {actor}.",
    "Use one of: {known}.": "Dùng một trong: {known}.",
    "Write something, or attach a file.": "Hãy viết nội dung hoặc đính kèm tệp.",
    "Write the time with its offset, as +07:00.": "Ghi thời gian kèm múi giờ, như +07:00.",
    "Unknown body {body}: write unit:CODE for a unit's government, party:CODE for its party "
    "committee, front:CODE for its Fatherland Front, or the id of an agency": (
        "Không có cơ quan {body}: viết unit:MÃ cho chính quyền của đơn vị, party:MÃ cho cấp ủy, "
        "front:MÃ cho Mặt trận Tổ quốc, hoặc mã của cơ quan."
    ),
    "Unknown unit {unit}: no unit of this directory ever had that code; look the code up by the "
    "unit's name": "Không có đơn vị nào từng mang mã {unit}; hãy tra mã theo tên đơn vị.",
    "Body {body} is in force only from {day}": "Cơ quan {body} chỉ có hiệu lực từ {day}.",
    "Unit {unit} is in force only from {day}": "Đơn vị {unit} chỉ có hiệu lực từ {day}.",
    "Body {body} has not been in force since {day}; its successors: {heirs}": (
        "Cơ quan {body} không còn hiệu lực từ {day}; nơi kế tiếp: {heirs}."
    ),
    "Unit {unit} has not been in force since {day}; its successors: {heirs}": (
        "Đơn vị {unit} không còn hiệu lực từ {day}; nơi kế tiếp: {heirs}."
    ),
    "policy {pack} has no category {name}; it has: {known}": (
        "Bộ quy tắc {pack} không có lĩnh vực {name}; có: {known}."
    ),
    "policy {pack} has no category {name}; did you mean {close}?": (
        "Bộ quy tắc {pack} không có lĩnh vực {name}; có phải ý bạn là {close}?"
    ),
    "policy {pack} has no severity {name}; it has: {known}": (
        "Bộ quy tắc {pack} không có mức độ {name}; có: {known}."
    ),
    "no policy is called {name}; there is {known}": "Không có bộ quy tắc {name}; có: {known}.",
    "no policy is in force on {day}; packs here: {known}": (
        "Không có bộ quy tắc nào có hiệu lực ngày {day}; hiện có: {known}."
    ),
    "calendar {calendar} covers {start} to {end}, and {day} is needed: add the missing years to "
    "the calendar file under a new version and load it again": (
        "Lịch {calendar} có từ {start} đến {end}, nhưng cần cả {day}: bổ sung các năm còn thiếu "
        "vào tệp lịch với phiên bản mới rồi nạp lại."
    ),
}
#: What the interface itself says: a test looks for each of these too.
_INTERFACE: Mapping[str, str] = {
    "No role of this account is in force here today.": (
        "Hôm nay tài khoản này không có vai trò nào có hiệu lực ở đây."
    ),
    "Send Act-As with one of: {roles}.": "Gửi Act-As với một trong: {roles}.",
    "Act-As names no role of this account that may do this.": (
        "Act-As không nêu vai trò nào của tài khoản này được làm việc này."
    ),
    "Who works on no case may not search in texts.": (
        "Người không xử lý vụ việc nào thì không được tìm trong nội dung."
    ),
    "{grant} is not in the territory of this admin.": (
        "{grant} không thuộc địa bàn của người quản trị này."
    ),
    "{grant} gives nothing: look at the body and the unit.": (
        "{grant} không cho quyền gì: xem lại cơ quan và đơn vị."
    ),
    "Nobody was given access to this route.": "Chưa ai được phép dùng địa chỉ này.",
    "None of no roles may do this.": "Tài khoản này chưa có vai trò nào.",
    "None of {roles} may do this.": "Không vai trò nào trong số {roles} được làm việc này.",
    "No event is called so; see docs/glossary.md.": (
        "Không có sự kiện nào tên như vậy; xem docs/glossary.md."
    ),
    "Unit {unit} is not in the territory.": "Đơn vị {unit} không thuộc địa bàn.",
    "Such an address is not called: {fault}.": "Không gửi tin đến địa chỉ như vậy: {fault}.",
    "No unit in force has this code.": "Không có đơn vị nào đang có hiệu lực mang mã này.",
    "No category of the policy in force has this id.": (
        "Bộ quy tắc đang có hiệu lực không có lĩnh vực này."
    ),
    "{most} of these are under way already.": "Đang có {most} việc như vậy được thực hiện.",
    "{most} uploads of yours are under way.": "Bạn đang tải lên {most} tệp.",
    "Too many files are being uploaded at this moment.": "Lúc này có quá nhiều tệp đang tải lên.",
    "There is no service with this service_code.": "Không có dịch vụ nào với service_code này.",
    "This officer has the cases already.": "Cán bộ này đang giữ các vụ việc đó rồi.",
    "use {schemes}": "hãy dùng {schemes}",
    "leave out user, password and fragment": "bỏ tên người dùng, mật khẩu và phần sau dấu #",
    "the host is missing": "thiếu tên máy chủ",
    "it is not in a public network": "địa chỉ không thuộc mạng công cộng",
    "write it in plain ASCII, without spaces": "viết bằng ASCII, không có dấu cách",
    "it cannot be read": "không đọc được",
    "the port cannot be read": "không đọc được số cổng",
    "send both": "gửi cả hai",
    "say where: address_id, lat and long, or address_string": (
        "nêu nơi xảy ra: address_id, lat và long, hoặc address_string"
    ),
    "There is no request with this id.": "Không có yêu cầu nào với mã này.",
    "Lists need a token. Without one, ask for requests by their service_request_id.": (
        "Danh sách cần mã truy cập. Nếu không có, hãy hỏi từng yêu cầu theo service_request_id."
    ),
    "No role of this account has a list.": "Không vai trò nào của tài khoản này có danh sách.",
    "name at most {most}": "nêu nhiều nhất {most}",
    "ask for a shorter span, or by updated_after": (
        "hãy hỏi khoảng thời gian ngắn hơn, hoặc dùng updated_after"
    ),
    "ask for {days} days at most": "hỏi nhiều nhất {days} ngày",
    "The system does not answer.": "Hệ thống không trả lời.",
    "The engine of cases does not answer.": "Bộ máy xử lý vụ việc không trả lời.",
    "The store of files does not answer.": "Kho tệp không trả lời.",
    "The database does not answer.": "Cơ sở dữ liệu không trả lời.",
    "The issuer of the token does not answer.": "Nơi cấp mã truy cập không trả lời.",
    "Nobody gives roles to themselves; ask another admin.": (
        "Không ai tự cấp vai trò cho mình; hãy nhờ người quản trị khác."
    ),
    "What this may do is not all in your territory.": (
        "Quyền này không nằm trọn trong địa bàn của bạn."
    ),
    "This token does not count anyway.": "Mã truy cập này vốn không còn hiệu lực.",
    "Only a leader hands over the cases of somebody else.": (
        "Chỉ lãnh đạo được bàn giao vụ việc của người khác."
    ),
    "No officer with this account has ever come in; see GET /v1/officers.": (
        "Chưa từng có cán bộ nào với tài khoản này; xem GET /v1/officers."
    ),
    "It has finished, or was planned over a day ago.": (
        "Lô này đã xong, hoặc đã lập hơn một ngày trước."
    ),
    "It has finished already.": "Lô này đã xong.",
    "Nothing undoes {command}; only {known} can be undone.": (
        "Không hoàn tác được {command}; chỉ hoàn tác được {known}."
    ),
    "Stop it, or wait until it has finished.": "Hãy dừng lô này, hoặc chờ đến khi xong.",
    "A bulk takes {most} cases; this finds more.": (
        "Một lô có nhiều nhất {most} vụ việc; điều kiện này tìm được nhiều hơn."
    ),
    "It was not there yet at that moment.": "Vào thời điểm đó chưa có vụ việc này.",
    "This body is not in your territory.": "Cơ quan này không thuộc địa bàn của bạn.",
    "An api_key does not belong into an address, which is logged on its way: send it as "
    "Authorization: Bearer, or in the form. Have this one revoked.": (
        "Không đặt api_key trong địa chỉ, vì địa chỉ bị ghi lại trên đường đi: hãy gửi bằng "
        "Authorization: Bearer hoặc trong biểu mẫu, và đề nghị thu hồi khóa này."
    ),
    "The unit is not in the territory of {actor}.": "Đơn vị không thuộc địa bàn của {actor}.",
    "{name} is for those who enter reports with a token.": (
        "{name} chỉ dành cho người nhập phản ánh bằng mã truy cập."
    ),
    "There are more than {most} groups. Ask for a wider period, a higher level or a narrower "
    "filter.": "Có hơn {most} nhóm: hãy chọn kỳ dài hơn, cấp cao hơn hoặc bộ lọc hẹp hơn.",
    "A body has {most} subscriptions at most; end one that is not needed.": (
        "Một cơ quan có nhiều nhất {most} đăng ký; hãy chấm dứt một đăng ký không cần nữa."
    ),
    "Send the bytes of the file as the body, without a form around them.": (
        "Gửi nội dung tệp làm thân yêu cầu, không đặt trong biểu mẫu."
    ),
    "A file may have {most} bytes.": "Một tệp được tối đa {most} byte.",
    "A request may have {most} bytes.": "Một yêu cầu được tối đa {most} byte.",
    "It was planned as {acted}, a role that this account does not have any more.": (
        "Lô được lập với vai trò {acted}, nay tài khoản này không còn vai trò đó."
    ),
    "It has cases outside the unit that the role of this account is over now.": (
        "Lô có vụ việc ngoài đơn vị mà vai trò của tài khoản này đang phụ trách."
    ),
    "DecodeError.": "Mã truy cập không đọc được.",
    "ExpiredSignatureError.": "Mã truy cập đã hết hạn.",
    "ImmatureSignatureError.": "Mã truy cập chưa có hiệu lực.",
    "InvalidAudienceError.": "Mã truy cập không dành cho hệ thống này.",
    "InvalidSignatureError.": "Chữ ký của mã truy cập không đúng.",
    "The token was revoked.": "Mã truy cập đã bị thu hồi.",
    "The token is too long.": "Mã truy cập quá dài.",
    "Tokens of this issuer do not count here.": "Mã của nơi cấp này không được chấp nhận ở đây.",
    "Only {algorithms} count.": "Chỉ chấp nhận {algorithms}.",
    "The issuer has no such key.": "Nơi cấp không có khóa này.",
    "A token may live for {time} at most.": "Mã truy cập chỉ được có hiệu lực tối đa {time}.",
    "{text} is not a role and its body, as leader@unit:26737.": (
        "{text} không phải vai trò và cơ quan, như leader@unit:26737."
    ),
}
PHRASES: Mapping[str, str] = {**_RULES, **_INTERFACE}
