"""The same report in the words of Open311."""

from __future__ import annotations

from api.examples.facts import CODE, COMMUNE, TEXT, UNIT, Example
from api.examples.reporting import ON_RECEIPT

__all__ = ["OPEN311"]

_ROAD = "Đường sá, vỉa hè"
_LAW = "2025-07-01 since-2025-07@1"
_REQUEST: Example = {
    "service_request_id": CODE,
    "status": "open",
    "status_notes": "Đang xử lý",
    "service_name": _ROAD,
    "service_code": "road",
    "description": TEXT,
    "agency_responsible": COMMUNE["name"],
    "service_notice": None,
    "requested_datetime": "2026-03-02T09:00:00+07:00",
    "updated_datetime": "2026-03-02T14:30:00+07:00",
    "expected_datetime": "2026-03-16T17:00:00+07:00",
    "address": "Phường Tân Định, Thành phố Hồ Chí Minh",
    "address_id": UNIT["code"],
    "zipcode": None,
    "lat": 10.7884,
    "long": 106.6902,
    "media_url": None,
}
_QUESTION: Example = {
    "variable": True,
    "code": "about_body",
    "datatype": "string",
    "required": False,
    "datatype_description": None,
    "order": 1,
    "description": "Cơ quan bị phản ánh, dạng unit:26737; cơ quan này sẽ không xử lý. "
    "Bỏ trống nếu không có.",
    "values": [],
}

#: By the name of the schema.
OPEN311: Example = {
    "Discovery": {
        "changeset": _LAW,
        "contact": "Liên hệ cơ quan vận hành hệ thống.",
        "key_service": "Mã truy cập do cơ quan vận hành cấp; gửi trong Authorization: Bearer "
        "hoặc mục api_key.",
        "endpoints": [
            {
                "specification": "http://wiki.open311.org/GeoReport_v2",
                "url": "https://phananh.example.vn/open311/v2",
                "changeset": _LAW,
                "type": "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    },
    "Service": {
        "service_code": "road",
        "service_name": _ROAD,
        "description": _ROAD,
        "metadata": True,
        "type": "realtime",
        "keywords": f"{_ROAD}, Roads and pavements, road",
        "group": "Phản ánh, kiến nghị",
    },
    "Definition": {"service_code": "road", "attributes": [_QUESTION]},
    "NewRequest": {
        "service_code": "road",
        "description": TEXT,
        "address_id": UNIT["code"],
        "lat": 10.7884,
        "long": 106.6902,
        "last_name": "Nguyễn Văn",
        "first_name": "An",
        "phone": "0912 000 000",
    },
    "Created": {
        "service_request_id": CODE,
        "service_notice": "Giữ mã và khóa bí mật: dùng để theo dõi, bổ sung hoặc rút phản ánh.",
        "account_id": None,
        "secret": ON_RECEIPT,
    },
    "Request": _REQUEST,
    "Error": {"code": 404, "description": "There is no request with this service_request_id."},
    "Issued": {"service_request_id": CODE, "token": CODE},
}
