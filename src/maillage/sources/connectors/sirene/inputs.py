"""From a file an agent downloaded to something DuckDB can scan: CSV (plain, gz, zip) or Parquet.

Nothing is read twice: the first kilobytes tell what the file is, its header tells its columns. DuckDB
reads gzip but not zip: the member is first written under `MAILLAGE_VAR_DIR`, within its declared size.
"""

import csv
import gzip
import shutil
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from maillage.sources.connectors.base import SourceError

HEAD = 65_536
CHUNK = 1 << 20
MAX_RATIO = 200  # the official archives are under 10
SPARE = 200_000_000  # bytes left free on the disk after an extraction


@dataclass(frozen=True, slots=True)
class Input:
    """`name` is what the agent knows the file by. `delimiter` is empty for Parquet."""

    path: Path
    name: str
    columns: tuple[str, ...]
    delimiter: str = ","
    rows: int | None = None
    compression: str = "none"

    @property
    def relation(self) -> str:
        """SQL of a scan where every column is text. CSV is read strictly: a broken line stops it."""
        if not self.delimiter:
            return f"read_parquet({quote(str(self.path))})"
        types = ", ".join(f"{quote(column)}: 'VARCHAR'" for column in self.columns)
        return (
            f"read_csv({quote(str(self.path))}, auto_detect=false, header=true, "
            f"delim={quote(self.delimiter)}, quote='\"', escape='\"', strict_mode=true, "
            f"compression={quote(self.compression)}, columns={{{types}}})"
        )


def quote(text: str) -> str:
    """An SQL string."""
    return "'" + text.replace("'", "''") + "'"


def open_input(path: Path, workdir: Path) -> Input:
    """Raises `SourceError` when the file can't be a Sirene file, whatever it holds."""
    name = path.name
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD)
            stream.seek(0, 2)
            size = stream.tell()
            stream.seek(max(0, size - 4))
            tail = stream.read()
    except OSError as error:
        raise SourceError(f"Le fichier « {name} » est introuvable ou illisible.") from error
    if head.startswith(b"PAR1"):
        if tail != b"PAR1":
            raise SourceError(f"Le fichier « {name} » est incomplet : retéléchargez-le.")
        return _open_parquet(path)
    if head.startswith(b"PK"):
        return _open_csv(_extract(path, workdir), name)
    return _open_csv(path, name)


def _open_parquet(path: Path) -> Input:
    import duckdb  # noqa: PLC0415  (heavy)

    with duckdb.connect() as connection:
        try:
            columns = tuple(connection.read_parquet(str(path)).columns)
            counted = connection.execute(
                "SELECT sum(num_rows) FROM parquet_file_metadata(?)", [str(path)]
            )
            rows = int((counted.fetchone() or (0,))[0])
        except duckdb.Error as error:
            raise SourceError(f"Le fichier Parquet « {path.name} » est illisible.") from error
    return Input(path, path.name, columns, "", rows)


def _open_csv(path: Path, name: str) -> Input:
    head = _head(path, name)
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise SourceError(f"Le fichier « {name} » est vide.")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in head[:200]:
        raise SourceError(
            f"Le fichier « {name} » est en UTF-16 ou contient des caractères nuls : Sirene est diffusé "
            "en UTF-8. Retéléchargez-le sans l'ouvrir dans un tableur."
        )
    if b"\x00" in head:
        raise SourceError(f"Le fichier « {name} » contient des caractères nuls : il est abîmé.")
    first, _, rest = head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")
    if first.lstrip()[:1] == b"<" or b"<html" in head[:2000].lower():
        raise SourceError(
            f"Le fichier « {name} » est une page web, pas un fichier de données : retéléchargez-le "
            "depuis data.gouv.fr."
        )
    try:
        line = first.decode("utf-8").rstrip("\r")
        delimiter = max(",;\t|", key=line.count)
        cells = next(csv.reader([line], delimiter=delimiter), [])
    except UnicodeDecodeError as error:
        raise SourceError(
            f"Le fichier « {name} » n'est pas un CSV en UTF-8, comme l'est Sirene."
        ) from error
    except csv.Error as error:
        raise SourceError(f"L'en-tête du fichier « {name} » est abîmé.") from error
    columns = tuple(column.strip() for column in cells)
    if len(columns) < 2 or "" in columns or len({c.lower() for c in columns}) != len(columns):
        raise SourceError(f"Le fichier « {name} » n'a pas l'en-tête d'un fichier Sirene.")
    if not rest.strip():
        raise SourceError(f"Le fichier « {name} » n'a qu'un en-tête : aucune ligne à lire.")
    compression = "gzip" if _is_gzip(path) else "none"
    return Input(path, name, columns, delimiter, compression=compression)


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(2) == b"\x1f\x8b"


def _head(path: Path, name: str) -> bytes:
    if not _is_gzip(path):
        with path.open("rb") as stream:
            return stream.read(HEAD)
    try:
        with gzip.open(path) as unpacked:
            return unpacked.read(HEAD)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"Le fichier compressé « {name} » est abîmé.") from error


def _extract(path: Path, workdir: Path) -> Path:
    """Write the one CSV of the archive under `workdir`, never past its declared size."""
    name = path.name
    try:
        with zipfile.ZipFile(path) as archive:
            member = _only_csv(archive, name)
            _check_size(member, workdir, name)
            target = workdir / f"{path.stem}.csv"
            with archive.open(member) as source, target.open("wb") as sink:
                _copy(source, sink, member.file_size, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise SourceError(f"L'archive « {name} » est abîmée ou incomplète.") from error
    return target


def _only_csv(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    members = [
        member
        for member in archive.infolist()
        if member.filename.lower().endswith((".csv", ".txt"))
        and not member.filename.startswith("__MACOSX/")
    ]
    if len(members) != 1:
        raise SourceError(
            f"L'archive « {name} » devrait contenir un seul fichier CSV ; elle en contient "
            f"{len(members)}."
        )
    if members[0].flag_bits & 1:
        raise SourceError(f"L'archive « {name} » est protégée par un mot de passe.")
    return members[0]


def _check_size(member: zipfile.ZipInfo, workdir: Path, name: str) -> None:
    if member.file_size > MAX_RATIO * max(member.compress_size, 1) and member.file_size > CHUNK:
        raise SourceError(
            f"L'archive « {name} » gonfle de façon anormale une fois ouverte : elle est refusée par "
            "sécurité."
        )
    free = shutil.disk_usage(workdir).free
    if member.file_size + SPARE > free:
        needed, left = (round(size / 1e9, 1) for size in (member.file_size, free))
        raise SourceError(
            f"L'archive « {name} » demande {needed} Go une fois ouverte et le disque n'a que {left} Go "
            "libres : libérez de la place ou prenez le fichier Parquet."
        )


def _copy(source: IO[bytes], sink: IO[bytes], declared: int, name: str) -> None:
    left = declared
    while chunk := source.read(CHUNK):
        left -= len(chunk)
        if left < 0:
            raise SourceError(f"L'archive « {name} » ment sur sa taille : elle est refusée.")
        sink.write(chunk)
