"""What this installation tells Open311 clients about itself."""

from __future__ import annotations

from api.language import Language, Words
from api.open311.errors import PREFIX
from api.open311.models import Discovery, Endpoint
from domain.context import Context

__all__ = ["NOTICE", "discovery"]

#: What comes with a receipt.
NOTICE = Words(
    "Giữ mã và khóa bí mật: dùng để theo dõi, bổ sung hoặc rút phản ánh.",
    "Keep the code and the secret: they let you follow, supplement and withdraw the report.",
)
_CONTACT = Words("Liên hệ cơ quan vận hành hệ thống.", "Ask whoever runs this installation.")
_KEYS = Words(
    "Mã truy cập do cơ quan vận hành cấp; gửi trong Authorization: Bearer hoặc mục api_key.",
    "Whoever runs this installation gives tokens out; send one as Authorization: Bearer, or in "
    "the form as api_key.",
)


def discovery(context: Context, language: Language, base: str) -> Discovery:
    """What there is under a base address; it changed last when the policy came into force."""
    pack = context.pack
    changed = f"{pack.valid_from} {pack.id}@{pack.version}"
    return Discovery(
        changeset=changed,
        contact=_CONTACT.said_in(language),
        key_service=_KEYS.said_in(language),
        endpoints=(Endpoint(url=base.rstrip("/") + PREFIX, changeset=changed),),
    )
