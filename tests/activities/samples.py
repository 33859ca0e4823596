"""Small files of every kind that is taken, and of some that are not."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

__all__ = ["NOT_TAKEN", "TAKEN", "picture", "with_everything", "zipped"]


def picture(form: str = "JPEG", size: tuple[int, int] = (48, 32), **choices: Any) -> bytes:
    """A picture: red on its left half, blue on its right."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    return _saved(image, form, **choices)


def with_everything(form: str = "JPEG") -> bytes:
    """A picture that lies on its side, with GPS, maker, XMP, a profile and a comment in it."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it by a quarter to the right
    exif[0x010F], exif[0x013B] = "MakerOfPhones", "Photographer Person"
    exif.get_ifd(0x8825).update({1: "N", 2: (10.0, 46.0, 30.0), 3: "E", 4: (106.0, 42.0, 0.0)})
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0the place of a person"
    said: dict[str, Any] = {"exif": exif, "icc_profile": b"profile of a device" * 9}
    said["xmp"] = b"<x:xmpmeta>the xmp of a person</x:xmpmeta>"
    if form == "JPEG":
        said["comment"] = b"the comment of a person"
    if form == "PNG":
        text = PngInfo()
        text.add_text("Author", "the author, a person")
        text.add_itxt("XML:com.adobe.xmp", "the xmp of a person")
        said["pnginfo"] = text
        said.pop("xmp")
    return picture(form, **said)


def zipped(*names: str, **more: str) -> bytes:
    """An archive of empty entries, and of those whose content is given."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in {**more, **dict.fromkeys(names, "<x/>")}.items():
            file.writestr(name, content)
    return out.getvalue()


def _saved(image: Image.Image, form: str, **choices: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **choices)
    return out.getvalue()


def _with_long_list(archive: bytes) -> bytes:
    """An archive that says its list of parts were two gigabytes long."""
    at = archive.rindex(b"PK\x05\x06") + 12
    return archive[:at] + b"\xff\xff\xff\x7f" + archive[at + 4 :]


def _odt_with_damage(method: int) -> bytes:
    """A document whose first part is packed, and whose packed bytes are noise."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        file.writestr("mimetype", _ODT)
        file.writestr("content.xml", "<x/>")
    packed = bytearray(out.getvalue())
    begin, end = 30 + len("mimetype"), packed.index(b"PK", 4)
    packed[begin:end] = b"\xff" * (end - begin)
    return bytes(packed)


def _odt_beyond_memory() -> bytes:
    """A document that says its first part begins at a place which no file has (ZIP64)."""
    archive = bytearray(zipped("content.xml", mimetype=_ODT))
    entry, end = archive.index(b"PK\x01\x02"), archive.rindex(b"PK\x05\x06")
    (name,) = struct.unpack_from("<H", archive, entry + 28)
    extra = struct.pack("<HHQ", 1, 8, 2**63)
    struct.pack_into("<H", archive, entry + 30, len(extra))
    struct.pack_into("<L", archive, entry + 42, 2**32 - 1)
    (size,) = struct.unpack_from("<L", archive, end + 12)
    struct.pack_into("<L", archive, end + 12, size + len(extra))
    archive[entry + 46 + name : entry + 46 + name] = extra
    return bytes(archive)


def _branded(brand: bytes) -> bytes:
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0" + brand + b"mp41" + bytes(64)


_ODT = "application/vnd.oasis.opendocument.text"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_TYPES = "[Content_Types].xml"
_EBML = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82"

#: A file by what it is.
TAKEN: dict[str, bytes] = {
    "image/jpeg": picture("JPEG"),
    "image/png": picture("PNG"),
    "image/webp": picture("WEBP"),
    "application/pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n",
    f"{_OFFICE}wordprocessingml.document": zipped(_TYPES, "_rels/.rels", "word/document.xml"),
    f"{_OFFICE}spreadsheetml.sheet": zipped(_TYPES, "xl/workbook.xml"),
    _ODT: zipped("content.xml", mimetype=_ODT),
    "text/plain": "Đơn phản ánh\r\n\tđường ngập\n".encode(),
    "audio/mp4": _branded(b"M4A "),
    "audio/mpeg": b"ID3\x03\0\0\0\0\0\x21TIT2" + bytes(64),
    "audio/ogg": b"OggS\0\x02" + bytes(20) + b"\x01\x13OpusHead" + bytes(64),
    "video/3gpp": _branded(b"3gp4"),
    "video/mp4": _branded(b"isom"),
    "video/quicktime": b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + bytes(64),
    "video/webm": _EBML + b"\x84webm" + bytes(64),
}

#: What is refused, whatever it is called.
NOT_TAKEN: dict[str, bytes] = {
    "nothing": b"",
    "a program": b"MZ\x90\0" + bytes(200),
    "a program for Linux": b"\x7fELF\x02\x01\x01" + bytes(200),
    "a page": b"<!doctype html><html><script>alert(1)</script></html>",
    "a page after blanks": b"\xef\xbb\xbf  \n<HTML><body onload=alert(1)>",
    "a drawing": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "a drawing with a head": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
    "an animation": picture("GIF"),
    "a scan": picture("TIFF"),
    "an archive": zipped("a"),
    "an archive of Java": zipped("META-INF/MANIFEST.MF", "word/document.xml"),
    "a document with macros": zipped(_TYPES, "word/vbaProject.bin", "word/document.xml"),
    "a template that calls itself a document": zipped("content.xml", mimetype=_ODT + "-template"),
    "a picture of an iPhone": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64),
    "another film": _EBML + b"\x88matroska" + bytes(64),
    "text with NUL": b"xin\0chao",
    "text in another encoding": "đường ngập".encode("utf-16"),
    "blanks": b" \n\t ",
    "noise": bytes(range(256)) * 4,
    "the beginning of a picture": picture("JPEG")[:200],
    "a picture with a wrong inside": b"\x89PNG\r\n\x1a\n" + b"not a picture" * 20,
    "a document with a list of parts that fills the memory": _with_long_list(
        zipped(_TYPES, "word/document.xml")
    ),
    "a document whose kind is deflated noise": _odt_with_damage(zipfile.ZIP_DEFLATED),
    "a document with a part beyond all memory": _odt_beyond_memory(),
    "a document whose kind is noise of bzip2": _odt_with_damage(zipfile.ZIP_BZIP2),
}
