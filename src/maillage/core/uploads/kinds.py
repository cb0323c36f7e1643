"""What a file really is, read from its bytes. Its name and the type its sender claims are never believed."""

import io
import zipfile
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from maillage.core.images import image_kind

IMAGES = frozenset({"png", "jpg", "webp"})
DOCUMENTS = frozenset({"pdf", "odt", "ods", "odp", "docx", "xlsx", "pptx"})

_MEDIA = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_OFFICE_FOLDERS = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
_OPEN_DOCUMENTS = {_MEDIA[kind]: kind for kind in ("odt", "ods", "odp")}
_ZIP_ENTRIES = 5_000
_ZIP_BYTES = 200_000_000


class UploadRefusedError(Exception):
    """The file can't be kept. The message is one French sentence for who sent it."""


@dataclass(frozen=True)
class FileKind:
    """`extension` is ours, without a dot; `media_type` what the file is served as."""

    extension: str

    @property
    def media_type(self) -> str:
        return _MEDIA[self.extension]

    @property
    def is_image(self) -> bool:
        return self.extension in IMAGES


def recognise(content: bytes, accept: AbstractSet[str]) -> FileKind:
    """The kind of `content`, one of `accept`. Raises `UploadRefusedError`."""
    if not content:
        raise UploadRefusedError("Ce fichier est vide.")
    extension = _extension(content)
    if extension is None or extension not in accept:
        wanted = ", ".join(sorted(name.upper() for name in accept))
        raise UploadRefusedError(f"Ce fichier n'est pas d'un type accepté ({wanted}).")
    return FileKind(extension)


def _extension(content: bytes) -> str | None:
    if image := image_kind(content[:200_000]):
        return image[0]
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-2048:]:
            raise UploadRefusedError("Ce PDF est incomplet : enregistrez-le de nouveau.")
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    return None


def _office(content: bytes) -> str | None:
    """OpenDocument (its first entry is `mimetype`) or Office Open XML, without macros; None for another archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > _ZIP_ENTRIES or sum(one.file_size for one in entries) > _ZIP_BYTES:
                raise UploadRefusedError("Ce fichier grossit trop une fois décompressé.")
            if any(one.flag_bits & 1 for one in entries):
                raise UploadRefusedError("Ce fichier est protégé par un mot de passe : ôtez-le.")
            names = {one.filename for one in entries}
            if any(_is_macro(name) for name in names):
                raise UploadRefusedError("Ce fichier porte des macros : enregistrez-le sans elles.")
            if entries and entries[0].filename == "mimetype" and entries[0].file_size < 100:
                return _OPEN_DOCUMENTS.get(archive.read("mimetype").decode("ascii", "replace"))
            if "[Content_Types].xml" in names:
                found = (
                    kind
                    for folder, kind in _OFFICE_FOLDERS.items()
                    if any(name.startswith(folder) for name in names)
                )
                return next(found, None)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, OSError) as error:
        raise UploadRefusedError("Ce fichier est abîmé : enregistrez-le de nouveau.") from error
    return None


def _is_macro(name: str) -> bool:
    return name.endswith("vbaProject.bin") or name.startswith(("Basic/", "Scripts/"))
