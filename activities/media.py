"""What a file is, told by its content: its name and the sender's word for it do not count."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping

import puremagic

from domain.files import MEDIA_TYPES
from domain.rejection import Rejected

__all__ = ["media_type_of", "unsupported"]

_ALIASES = {"application/ogg": "audio/ogg"}
#: The main brand of a file of the MP4 family; HEIC and others are of it too.
_BRANDS: Mapping[str, tuple[bytes, ...]] = {
    "audio/mp4": (b"M4A ", b"M4B "),
    "video/3gpp": (b"3gp", b"3g2"),
    "video/mp4": (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V"),
    "video/quicktime": (b"qt  ",),
}
_OFFICE = "application/vnd.openxmlformats-officedocument."
#: What an office document holds; one with macros is not taken.
_WITHIN: Mapping[str, str] = {
    f"{_OFFICE}wordprocessingml.document": "word/document.xml",
    f"{_OFFICE}spreadsheetml.sheet": "xl/workbook.xml",
    "application/vnd.oasis.opendocument.text": "content.xml",
}
_ODT = b"application/vnd.oasis.opendocument.text"
_EBML = b"\x1a\x45\xdf\xa3"
_END = struct.Struct("<4s4H2LH")
_LARGEST_DIRECTORY = 1024 * 1024
_BLANK = frozenset("\t\n\f\r")


def media_type_of(content: bytes) -> str:
    """One of ``MEDIA_TYPES``. Raises Rejected("unsupported_file")."""
    named = _named(content)
    for media_type, proves in _PROOFS.items():
        if media_type in named and proves(content):
            return media_type
    if _is_text(content):
        return "text/plain"
    raise unsupported("It is none of the kinds that are taken.")


def unsupported(why: str) -> Rejected:
    """The refusal of a file."""
    endings = ", ".join(MEDIA_TYPES.values())
    return Rejected("unsupported_file", f"{why} Kinds that are taken: {endings}.")


def _named(content: bytes) -> frozenset[str]:
    """What its beginning and end say it could be."""
    try:
        found = puremagic.magic_string(content)
    except (puremagic.PureError, ValueError):
        return frozenset()
    return frozenset(_ALIASES.get(one.mime_type, one.mime_type) for one in found)


def _begins(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(marks)


def _branded(media_type: str) -> Callable[[bytes], bool]:
    brands = _BRANDS[media_type]
    return lambda content: content[4:8] == b"ftyp" and content[8:12].startswith(brands)


def _is_webm(content: bytes) -> bool:
    return content.startswith(_EBML) and b"webm" in content[:64]


def _holds(media_type: str) -> Callable[[bytes], bool]:
    def proves(content: bytes) -> bool:
        if not _has_small_directory(content):
            return False
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as file:
                return _is_office(file, media_type)
        except (zipfile.BadZipFile, EOFError):  # it is put together wrongly, or ends too early
            return False
        except RuntimeError:  # it is encrypted, or of a version of the format that is not known
            return False
        except (ValueError, OverflowError):  # a name is in no encoding, or a place is in no file
            return False

    return proves


def _is_office(file: zipfile.ZipFile, media_type: str) -> bool:
    names = frozenset(file.namelist())
    if _WITHIN[media_type] not in names or any(n.endswith("vbaProject.bin") for n in names):
        return False
    if media_type == _ODT.decode():
        first = file.infolist()[0]
        # ODF 1.3, part 2, 3.3: it is not packed. So nothing that unpacks meets what was sent.
        plain = ("mimetype", len(_ODT), zipfile.ZIP_STORED)
        said = (first.filename, first.file_size, first.compress_type)
        return said == plain and file.read(first) == _ODT
    return "[Content_Types].xml" in names


def _has_small_directory(content: bytes) -> bool:
    """Whether its list of parts can be read in little memory; it is within the last 64 KiB."""
    at = content.rfind(b"PK\x05\x06", max(0, len(content) - 65_557))
    if not content.startswith(b"PK\x03\x04") or at < 0 or at + _END.size > len(content):
        return False
    size = _END.unpack_from(content, at)[5]
    return bool(size <= _LARGEST_DIRECTORY)


def _is_text(content: bytes) -> bool:
    """UTF-8 without control characters, and nothing that a browser would take for a page."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    if not text.strip() or text.lstrip().startswith("<"):
        return False
    return all(letter in _BLANK or letter.isprintable() or letter.isspace() for letter in text)


#: By media type, in the order in which they are tried; images are proved by decoding them.
_PROOFS: Mapping[str, Callable[[bytes], bool]] = {
    "image/jpeg": _begins(b"\xff\xd8\xff"),
    "image/png": _begins(b"\x89PNG\r\n\x1a\n"),
    "image/webp": _begins(b"RIFF"),
    "application/pdf": _begins(b"%PDF-"),
    **{media_type: _holds(media_type) for media_type in _WITHIN},
    **{media_type: _branded(media_type) for media_type in _BRANDS},
    "audio/mpeg": _begins(b"ID3", b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2"),
    "audio/ogg": _begins(b"OggS"),
    "video/webm": _is_webm,
}
