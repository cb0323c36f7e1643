"""What an image is, from its bytes."""

import struct

import pytest

from maillage.core.images import image_kind

JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x14\x00\x28\x03"


def webp(chunk: bytes, body: bytes) -> bytes:
    return b"RIFF\0\0\0\0WEBP" + chunk + b"\0\0\0\0" + body


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 40, 20), ("png", 40, 20)),
        (JPEG, ("jpg", 40, 20)),
        (webp(b"VP8X", b"\0\0\0\0" + b"\x27\0\0" + b"\x13\0\0"), ("webp", 40, 20)),
        (webp(b"VP8L", b"\x2f" + struct.pack("<I", 39 | 19 << 14) + b"\0" * 5), ("webp", 40, 20)),
        (webp(b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 40, 20)), ("webp", 40, 20)),
    ],
)
def test_known_images_give_their_size(head, kind):
    assert image_kind(head) == kind


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"GIF89a",
        b"<svg/>",
        b"\x89PNG\r\n\x1a\n",
        JPEG[:12],
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe0\x00\x00" * 3,
        webp(b"VP8?", b"\0" * 20),
        webp(b"VP8 ", b"\0" * 20),
    ],
)
def test_anything_else_is_no_image(head):
    assert image_kind(head) is None
