"""Pictures drawn anew: what is stored holds the picture and nothing that came along with it."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from activities.media import unsupported
from domain.rejection import Rejected

__all__ = ["MOST_PIXELS", "redrawn"]

#: A picture of so many pixels takes about 400 MB while it is turned and written.
MOST_PIXELS = 64_000_000
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
#: Tried one after the other until the picture is small enough.
_QUALITIES = (88, 75, 60)
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
#: What Pillow raises for damaged pictures, by format and by what is damaged.
_DAMAGED = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError)


def redrawn(content: bytes, media_type: str, largest: int) -> bytes:
    """The first frame of a picture, upright, without EXIF, places, profiles, comments.

    At most ``largest`` bytes. Raises Rejected("unsupported_file"), ("too_many_pixels"), or
    ("too_large").
    """
    try:
        picture = _upright(content, _FORMATS[media_type])
        return _written(picture, _FORMATS[media_type], largest)
    except _BOMBS as error:
        raise _too_many() from error
    except _DAMAGED as error:
        raise unsupported("The picture cannot be read.") from error


def _upright(content: bytes, form: str) -> Image.Image:
    with Image.open(io.BytesIO(content), formats=(form,)) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise _too_many()
        picture.load()
        turned = ImageOps.exif_transpose(picture)
    plain = turned.convert(_mode(turned, form))
    # What the file said beside its pixels would be written again.
    plain.info.clear()
    return plain


def _mode(picture: Image.Image, form: str) -> str:
    if picture.has_transparency_data and form != "JPEG":
        return "RGBA"
    return "L" if picture.mode in {"1", "L"} else "RGB"


def _written(picture: Image.Image, form: str, largest: int) -> bytes:
    for quality in _QUALITIES:
        out = io.BytesIO()
        picture.save(out, form, quality=quality)
        if out.tell() <= largest:
            return out.getvalue()
    raise Rejected("too_large", "The picture is too large; send a smaller one.")


def _too_many() -> Rejected:
    count = MOST_PIXELS // 1_000_000
    told = f"A picture may have {count} million pixels at most; send a smaller one."
    return Rejected("too_many_pixels", told)
