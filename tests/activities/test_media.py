"""What a file is, is told by its content; what may do harm or tell on people is out."""

from __future__ import annotations

import io
import warnings
import zlib
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from activities import images
from activities.images import redrawn
from activities.media import media_type_of
from domain.files import MEDIA_TYPES
from domain.rejection import Rejected
from tests.activities.samples import NOT_TAKEN, TAKEN, picture, with_everything

LARGEST = 1024 * 1024
PICTURES = ("JPEG", "PNG", "WEBP")
ARCHIVES = tuple(media_type for media_type, file in TAKEN.items() if file.startswith(b"PK"))


def type_of(form: str) -> str:
    return f"image/{form.lower()}"


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_every_kind_that_is_taken_is_told_by_its_content(media_type: str) -> None:
    assert media_type_of(TAKEN[media_type]) == media_type


def looked_at(content: bytes) -> None:
    media_type = media_type_of(content)
    if media_type.startswith("image/"):
        redrawn(content, media_type, LARGEST)


@pytest.mark.parametrize("name", NOT_TAKEN)
def test_everything_else_is_refused(name: str) -> None:
    with pytest.raises(Rejected) as refused:
        looked_at(NOT_TAKEN[name])
    assert refused.value.rejection.code == "unsupported_file"


@given(st.binary(max_size=300))
@example(b"PK\x03\x04PK\x05\x06" + b"\xff" * 18)
@example(b"ID3" + b"\xff" * 10)
def test_any_bytes_are_taken_or_refused_and_nothing_else_happens(content: bytes) -> None:
    with suppress(Rejected):
        assert media_type_of(content) in MEDIA_TYPES


@given(st.sampled_from(ARCHIVES), st.data())
def test_a_damaged_document_is_refused_or_taken_and_nothing_else_happens(
    media_type: str, data: st.DataObject
) -> None:
    content = bytearray(TAKEN[media_type])
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Rejected):
        assert media_type_of(bytes(content)) in MEDIA_TYPES


@given(st.sampled_from(PICTURES), st.data())
def test_a_damaged_picture_is_refused_or_drawn_and_nothing_else_happens(
    form: str, data: st.DataObject
) -> None:
    content = bytearray(with_everything(form))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(12, len(content) - 1))] = data.draw(st.integers(0, 255))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's words about damage are not ours
        try:
            drawn = redrawn(bytes(content), type_of(form), LARGEST)
        except Rejected:
            return
    assert media_type_of(drawn) == type_of(form)


@pytest.mark.parametrize("form", PICTURES)
def test_nothing_but_the_picture_is_left_of_a_picture(form: str) -> None:
    told = with_everything(form)
    with Image.open(io.BytesIO(told)) as before:
        assert before.getexif().get_ifd(0x8825)
    drawn = redrawn(told, type_of(form), LARGEST)
    for word in (b"person", b"Person", b"MakerOfPhones", b"profile", b"Exif", b"xmp", b"GPS"):
        assert word not in drawn, word
    with Image.open(io.BytesIO(drawn)) as after:
        assert (after.format, dict(after.getexif())) == (form, {})
        assert not {"exif", "xmp", "icc_profile", "comment", "Author", "dpi"} & set(after.info)


@pytest.mark.parametrize("form", PICTURES)
def test_a_picture_that_lay_on_its_side_stands_upright(form: str) -> None:
    with Image.open(io.BytesIO(redrawn(with_everything(form), type_of(form), LARGEST))) as after:
        after.load()
        assert after.size == (32, 48)
        top, bottom = (after.convert("RGB").getpixel((16, y)) for y in (4, 44))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert (top[0] > 200, top[2] < 60) == (True, True), "what was left is above"
    assert (bottom[2] > 200, bottom[0] < 60) == (True, True)


def test_of_an_animation_the_first_frame_is_kept() -> None:
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "green", "blue")]
    for form in ("WEBP", "PNG"):
        out = io.BytesIO()
        frames[0].save(out, form, save_all=True, append_images=frames[1:])
        with Image.open(io.BytesIO(redrawn(out.getvalue(), type_of(form), LARGEST))) as after:
            assert getattr(after, "n_frames", 1) == 1
            pixel = after.convert("RGB").getpixel((4, 4))
            assert isinstance(pixel, tuple)
            assert pixel[0] > 200 > pixel[1] + pixel[2]


def test_what_can_be_seen_through_stays_so() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(redrawn(out.getvalue(), "image/png", LARGEST))) as after:
        assert after.mode == "RGBA"
        assert after.getpixel((0, 0)) == (255, 0, 0, 0)


def test_printers_colours_become_those_of_a_screen() -> None:
    out = io.BytesIO()
    Image.new("CMYK", (8, 8)).save(out, "JPEG")
    with Image.open(io.BytesIO(redrawn(out.getvalue(), "image/jpeg", LARGEST))) as after:
        assert after.mode == "RGB"


def bomb(width: int, height: int) -> bytes:
    """A picture of one colour, a few bytes on the way and gigabytes in memory."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = zlib.crc32(name + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + name + data + check

    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    pixels = chunk(b"IDAT", zlib.compress(bytes(100_000)))
    head = chunk(b"IHDR", size + b"\x08\x02\0\0\0")
    return b"\x89PNG\r\n\x1a\n" + head + pixels + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [8_001, 10_000, 50_000, 2**31 - 1])
def test_a_picture_that_would_fill_the_memory_is_refused_unseen(side: int) -> None:
    with pytest.raises(Rejected) as refused:
        redrawn(bomb(side, side), "image/png", LARGEST)
    assert refused.value.rejection.code == "too_many_pixels"


def test_a_picture_is_made_coarser_until_it_fits_and_refused_when_it_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    noisy = io.BytesIO()
    Image.effect_noise((400, 400), 90).save(noisy, "JPEG", quality=95)
    large = len(redrawn(noisy.getvalue(), "image/jpeg", LARGEST))
    small = redrawn(noisy.getvalue(), "image/jpeg", large - 1)
    assert len(small) < large
    with pytest.raises(Rejected) as refused:
        redrawn(noisy.getvalue(), "image/jpeg", 1000)
    assert refused.value.rejection.code == "too_large"


def test_the_largest_picture_is_one_that_a_phone_takes() -> None:
    assert images.MOST_PIXELS > 8160 * 6144
    assert redrawn(picture("JPEG", (3000, 2000)), "image/jpeg", LARGEST)
