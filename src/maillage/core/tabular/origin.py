"""Where bytes come from, and what kind of file they are, judged by content and never by name."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from maillage.core.tabular.errors import Limits, TableError, megabytes

_OTHER_FILES = (
    (b"%PDF", "un document PDF"),
    (b"\x89PNG", "une image"),
    (b"\xff\xd8\xff", "une image"),
    (b"GIF8", "une image"),
    (b"Rar!", "une archive RAR"),
    (b"7z\xbc\xaf", "une archive 7z"),
    (b"PAR1", "un fichier Parquet"),
    (b"SQLite format 3", "une base SQLite"),
    (b"{\\rtf", "un document texte"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_READABLE = "Attendu : CSV, XLSX, XLS, ODS, GeoJSON ou JSON."
_BROKEN_ZIP = "Ce fichier compressé est abîmé ou coupé : il n'a pas pu être ouvert en entier."
_CHUNK = 1 << 20


class Closable(Protocol):
    def close(self) -> None: ...


class _Capped(io.RawIOBase):
    """A compressed member that may not expand past its limit, whatever its directory says."""

    def __init__(self, stream: "IO[bytes] | gzip.GzipFile", limit: int, *beneath: Closable) -> None:
        self._stream = stream
        self._beneath = beneath
        self._left = limit
        self._limit = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        try:
            data = self._stream.read(len(buffer))
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise TableError(_BROKEN_ZIP) from error
        self._left -= len(data)
        if self._left < 0:
            raise TableError(_too_big(self._limit))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        for opened in (self._stream, *self._beneath):
            opened.close()
        super().close()


@dataclass(frozen=True)
class Origin:
    """Bytes that can be read several times. `size` is known for a plain file, else 0."""

    open: Callable[[], IO[bytes]]
    size: int = 0

    def head(self, count: int = 65_536) -> bytes:
        with closing(self.open()) as stream:
            return stream.read(count)


def _too_big(limit: int) -> str:
    return (
        f"Ce fichier compressé dépasse {megabytes(limit)} une fois ouvert : "
        "il est refusé par sécurité."
    )


def origin_of(source: Path | str | bytes) -> Origin:
    if isinstance(source, bytes):
        return Origin(lambda: io.BytesIO(source), len(source))
    path = Path(source)
    try:
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except OSError as error:
        raise TableError(f"Le fichier {path.name} est introuvable ou illisible.") from error
    return Origin(lambda: path.open("rb"), size)


def members_of(origin: Origin, limits: Limits) -> list[zipfile.ZipInfo]:
    """Members of the archive, once its directory is judged safe."""
    try:
        with closing(origin.open()) as stream, zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError) as error:
        raise TableError(_BROKEN_ZIP) from error
    if len(members) > 10_000:
        raise TableError("Cette archive contient plus de 10 000 fichiers : elle est refusée.")
    full = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    if full > limits.unzipped or (full > 10_000_000 and full / packed > limits.ratio):
        raise TableError(_too_big(min(full, limits.unzipped)))
    if any(member.flag_bits & 1 for member in members):
        raise TableError(
            "Ce fichier est protégé par un mot de passe : enregistrez-le sans protection."
        )
    return members


def member_stream(origin: Origin, name: str, limits: Limits) -> IO[bytes]:
    """One member of a zip, read as a stream that can't expand past the limits."""
    raw = origin.open()
    try:
        archive = zipfile.ZipFile(raw)
        inner = archive.open(name)
    except (zipfile.BadZipFile, OSError, ValueError, KeyError, NotImplementedError) as error:
        raw.close()
        raise TableError(_BROKEN_ZIP) from error
    return io.BufferedReader(_Capped(inner, limits.unzipped, archive, raw), _CHUNK)


def _gzip_stream(origin: Origin, limits: Limits) -> IO[bytes]:
    raw = origin.open()
    unpacked = gzip.GzipFile(fileobj=raw)
    return io.BufferedReader(_Capped(unpacked, limits.unzipped, raw), _CHUNK)


def _kind_of_zip(origin: Origin, limits: Limits) -> tuple[str, Origin]:
    members = members_of(origin, limits)
    names = {member.filename for member in members}
    if "xl/workbook.xml" in names:
        return "xlsx", origin
    if "xl/workbook.bin" in names:
        raise TableError("Ce classeur est au format XLSB : enregistrez-le au format XLSX ou CSV.")
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        raise TableError(f"Ce fichier est un document bureautique, pas un tableau. {_READABLE}")
    if "content.xml" in names and "mimetype" in names:
        with closing(member_stream(origin, "mimetype", limits)) as stream:
            mimetype = stream.read(100)
        if b"spreadsheet" not in mimetype:
            raise TableError(f"Ce fichier est un document bureautique, pas un tableau. {_READABLE}")
        return "ods", origin
    inside = [
        member.filename
        for member in members
        if not member.is_dir()
        and not member.filename.startswith("__MACOSX/")
        and not member.filename.rsplit("/", 1)[-1].startswith(".")
    ]
    if len(inside) != 1:
        raise TableError(
            f"Cette archive contient {len(inside)} fichiers : extrayez celui à lire et déposez-le seul."
        )
    return _inner_kind(Origin(lambda: member_stream(origin, inside[0], limits)), limits)


def _inner_kind(inner: Origin, limits: Limits) -> tuple[str, Origin]:
    """Kind of a file found in a zip or gz; a workbook is held in memory, it needs to be seekable."""
    head = inner.head()
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLE)):
        with closing(inner.open()) as stream:
            data = stream.read()
        kind, origin = kind_of(Origin(lambda: io.BytesIO(data), len(data)), limits, nested=True)
        return kind, origin
    return kind_of(inner, limits, nested=True)


def kind_of(origin: Origin, limits: Limits, *, nested: bool = False) -> tuple[str, Origin]:
    """`xlsx`, `xls`, `ods` or `text`, and the bytes to read (unpacked when they were compressed)."""
    head = origin.head()
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise TableError("Ce fichier est vide.")
    for magic, name in _OTHER_FILES:
        if head.startswith(magic):
            raise TableError(f"Ce fichier est {name}, pas un tableau. {_READABLE}")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        if nested and b"mimetype" not in head[:60] and b"xml" not in head[:3000]:
            raise TableError(
                "Cette archive en contient une autre : extrayez le tableau et déposez-le seul."
            )
        return _kind_of_zip(origin, limits)
    if head.startswith(b"\x1f\x8b"):
        if nested:
            raise TableError(
                "Cette archive en contient une autre : extrayez le tableau et déposez-le seul."
            )
        return _inner_kind(Origin(lambda: _gzip_stream(origin, limits)), limits)
    if head.startswith(_OLE):
        return "xls", origin
    return "text", origin
