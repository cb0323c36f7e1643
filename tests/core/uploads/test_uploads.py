"""A file sent by a stranger is what its bytes say, or nothing; what is kept of a picture is its pixels."""

import errno
import io
import os
import resource
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image

from maillage.core.models import Upload
from maillage.core.uploads.kinds import DOCUMENTS, IMAGES, UploadRefusedError
from maillage.core.uploads.pictures import LARGE, SMALL
from maillage.core.uploads.store import clean_name, remove, small_path, store, url_of
from maillage.core.uploads.sweep import sweep
from maillage.structures.models import Picture
from tests.core.uploads import files
from tests.factories import NOW, make_structure, make_user

pytestmark = pytest.mark.django_db
ANY = IMAGES | DOCUMENTS


def send(content: bytes, name: str = "photo.jpg", accept=ANY, **more) -> Upload:
    return store(SimpleUploadedFile(name, content), accept=accept, by=None, now=NOW, **more)


def read(path: str) -> bytes:
    with default_storage.open(path) as file:
        return file.read()


def kept(settings) -> list[str]:
    folder = Path(settings.MEDIA_ROOT) / "files"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_a_photo_is_upright_resized_and_bare(settings) -> None:
    upload = send(files.photo_with_exif(), accept=IMAGES)
    stored = read(upload.path)
    with Image.open(io.BytesIO(stored)) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("WEBP", (40, 80), {})
    assert b"Exif" not in stored
    assert b"Propri" not in stored
    assert (upload.width, upload.height, upload.size) == (40, 80, len(stored))
    assert (upload.media_type, upload.name, upload.state) == ("image/webp", "photo.jpg", "clean")
    assert len(kept(settings)) == 2


def test_a_large_photo_has_two_sizes() -> None:
    upload = send(files.picture((4000, 1000)))
    assert (upload.width, upload.height) == (LARGE, 400)
    with Image.open(io.BytesIO(read(small_path(upload.path)))) as small:
        assert small.size == (SMALL, 120)


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "CMYK", "1"])
def test_every_mode_of_image_is_read(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    color = {"RGBA": (1, 2, 3, 0), "CMYK": (1, 2, 3, 4)}.get(mode, 0)
    upload = send(files.picture((10, 10), kind, mode, color))
    with Image.open(io.BytesIO(read(upload.path))) as image:
        assert image.mode == ("RGBA" if mode == "RGBA" else "RGB")


def test_comments_of_a_png_go() -> None:
    upload = send(files.chatty_png())
    assert b"script" not in read(upload.path)


def test_an_archive_hidden_behind_a_picture_goes() -> None:
    upload = send(files.picture() + files.archive(**{"secret.txt": "x"}))
    assert b"PK\x03\x04" not in read(upload.path)


@pytest.mark.parametrize(
    ("content", "extension", "media"),
    [
        (files.PDF, "pdf", "application/pdf"),
        (files.odt(), "odt", "application/vnd.oasis.opendocument.text"),
        (
            files.docx(),
            "docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
    ],
)
def test_a_document_is_kept_as_it_is(content: bytes, extension: str, media: str) -> None:
    upload = send(content, "n'importe.exe", accept=DOCUMENTS)
    assert upload.path.rpartition(".")[2] == extension
    assert (upload.media_type, upload.width) == (media, None)
    assert read(upload.path) == content


REFUSED = {
    "empty": (b"", "Ce fichier est vide."),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "pas d'un type"),
    "html": (b"<!doctype html><script>alert(1)</script>", "pas d'un type"),
    "html called gif": (b"GIF89a/*<script>alert(1)</script>*/", "pas d'un type"),
    "pdf after html": (b"<script>alert(1)</script>" + files.PDF, "pas d'un type"),
    "truncated pdf": (b"%PDF-1.4\n1 0 obj", "incomplet"),
    "executable": (b"MZ\x90\0", "pas d'un type"),
    "plain archive": (files.archive(**{"a.txt": "x"}), "pas d'un type"),
    "broken archive": (files.docx()[:60], "abîmé"),
    "macros": (files.docx(**{"word/vbaProject.bin": b"x"}), "macros"),
    "macros in odt": (files.odt(**{"Basic/Standard/Module1.xml": "x"}), "macros"),
    "bomb": (files.bomb(), "grossit trop"),
    "many pixels": (files.huge_png(), "millions de pixels"),
    "broken picture": (files.picture()[:200], "abîmée"),
    "header alone": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01", "abîmée"),
    "too big": (files.PDF + b"\0" * 10_000_000, "dépasse 10 Mo"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_hostile_file_is_refused_with_a_sentence(case: str, settings) -> None:
    content, sentence = REFUSED[case]
    with pytest.raises(UploadRefusedError, match=sentence):
        send(content)
    assert (Upload.objects.count(), kept(settings)) == (0, [])


def test_a_document_is_no_picture() -> None:
    with pytest.raises(UploadRefusedError, match=r"\(JPG, PNG, WEBP\)"):
        send(files.PDF, accept=IMAGES)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\photos\\été.png", "été.png"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie: x=1.pdf"),
        ("facture\u202efdp.exe", "facturefdp.exe"),
        ("\0", "fichier"),
        ("x" * 400 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_names_are_made_harmless(sent: str, shown: str) -> None:
    assert clean_name(sent) == shown


def test_a_full_disk_is_said_and_nothing_is_half_kept(settings, monkeypatch) -> None:
    calls = []
    save = default_storage.save

    def full(path, content):
        calls.append(path)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return save(path, content)

    monkeypatch.setattr(default_storage, "save", full)
    with pytest.raises(UploadRefusedError, match="sa place manque"):
        send(files.picture())
    assert (Upload.objects.count(), kept(settings), len(calls)) == (0, [], 2)


def test_the_system_refusing_to_write_more_is_said(settings) -> None:
    """The kernel stops the file in the middle, as a full disk does."""
    content = files.PDF + os.urandom(300_000) + b"%%EOF"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(UploadRefusedError, match="sa place manque"):
            send(content)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert kept(settings) == []
    assert send(content).size == len(content)


def test_a_picture_is_shown_and_a_document_downloaded(client) -> None:
    picture, document = send(files.picture()), send(files.PDF, "bilan « 2026 ».pdf")
    shown, small = client.get(url_of(picture)), client.get(url_of(picture, small=True))
    got = client.get(url_of(document))
    assert (shown["Content-Type"], small["Content-Type"]) == ("image/webp", "image/webp")
    assert got["Content-Disposition"].startswith("attachment; filename*=utf-8''bilan")
    assert b"".join(got.streaming_content) == files.PDF
    for answer in (shown, got):
        assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert answer["X-Content-Type-Options"] == "nosniff"
    b"".join(shown.streaming_content)
    b"".join(small.streaming_content)


def test_an_unknown_or_missing_file_is_not_found(client) -> None:
    upload = send(files.PDF)
    default_storage.delete(upload.path)
    assert client.get(url_of(upload)).status_code == 404
    assert client.get("/fichiers/inconnu.pdf").status_code == 404
    assert client.get("/fichiers/..%2f..%2fmaillage.sqlite3").status_code == 404


def test_what_is_removed_goes_after_the_transaction(settings, django_capture_on_commit_callbacks):
    upload = send(files.picture())
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        remove(upload)
        assert len(kept(settings)) == 2
    assert (kept(settings), Upload.objects.count()) == ([], 0)


def test_the_sweep_takes_what_nothing_points_to(
    settings, django_capture_on_commit_callbacks
) -> None:
    used, orphan = send(files.picture()), send(files.PDF)
    structure = make_structure()
    Picture.objects.create(structure=structure, upload=used, alt="La façade")
    stray = Path(settings.MEDIA_ROOT) / "files" / "reste.pdf"
    stray.write_bytes(b"x")
    old = (NOW - timedelta(days=3)).timestamp()
    os.utime(stray, (old, old))
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep(NOW + timedelta(hours=23)) == 1  # the stray file; rows are too young
        assert sweep(NOW + timedelta(days=2)) == 1
    assert list(Upload.objects.all()) == [used]
    assert not default_storage.exists(orphan.path)
    assert default_storage.exists(used.path)


def test_the_sender_may_be_forgotten() -> None:
    person = make_user()
    upload = store(SimpleUploadedFile("a.pdf", files.PDF), accept=ANY, by=person, now=NOW)
    person.delete()
    upload.refresh_from_db()
    assert upload.by is None
