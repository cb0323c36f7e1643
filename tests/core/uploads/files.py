"""Files made on the spot: sound, hostile, in disguise."""

import io
import zipfile

from PIL import Image, PngImagePlugin

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def picture(size=(60, 40), kind="JPEG", mode="RGB", color=(180, 68, 31), **save) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, color).save(out, kind, **save)
    return out.getvalue()


def photo_with_exif() -> bytes:
    """Taken by a phone held upright: orientation 6, a place (48°51' N), an owner."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x013B] = "Léa Propriétaire"
    exif[0x8825] = {1: "N", 2: (48.0, 51.0, 0.0)}
    return picture((80, 40), exif=exif)


def chatty_png() -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "<script>alert(1)</script>")
    return picture(kind="PNG", pnginfo=notes)


def archive(**entries: bytes | str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return out.getvalue()


def docx(**more: bytes | str) -> bytes:
    return archive(**{"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>", **more})


def odt(**more: bytes | str) -> bytes:
    kind = "application/vnd.oasis.opendocument.text"
    return archive(**{"mimetype": kind, "content.xml": "<o/>", **more})


def bomb() -> bytes:
    """Two hundred and ten megabytes of zeros in two hundred kilobytes."""
    return docx(**{f"word/media/{n}.bin": b"\0" * 30_000_000 for n in range(7)})


def huge_png() -> bytes:
    """A header that promises 20 000 × 20 000 pixels."""
    head = bytearray(picture(kind="PNG"))
    head[16:24] = (20_000).to_bytes(4, "big") * 2
    return bytes(head)
