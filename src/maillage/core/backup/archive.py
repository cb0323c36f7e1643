"""The file of a backup: a gzipped tar that ends with its manifest, encrypted for a recipient or not."""

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyrage

MANIFEST = "manifest.json"
_AGE = b"age-encryption.org/"


class BackupError(Exception):
    """The backup can't be written, read or restored. The message is one French sentence for the host."""


class Writer:
    """Adds entries and remembers their SHA-256 for the manifest."""

    def __init__(self, path: Path) -> None:
        self.entries: dict[str, str] = {}
        self._tar = tarfile.open(path, "w:gz", compresslevel=6)  # noqa: SIM115  (closed by `close`)

    def add_lines(self, name: str, lines: Iterable[bytes]) -> int:
        """One entry from lines, through a temporary file; the number of lines."""
        count = 0
        with tempfile.TemporaryFile() as spool:
            for line in lines:
                spool.write(line)
                count += 1
            self._add(name, cast("BinaryIO", spool))
        return count

    def add_file(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            self._add(name, file)

    def close(self, manifest: dict[str, Any]) -> None:
        content = json.dumps({**manifest, "entries": self.entries}, indent=1).encode()
        self._add(MANIFEST, io.BytesIO(content))
        self._tar.close()

    def _add(self, name: str, file: BinaryIO) -> None:
        info = tarfile.TarInfo(name)
        info.size = file.seek(0, io.SEEK_END)
        info.mode = 0o600
        file.seek(0)
        self.entries[name] = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
        file.seek(0)
        self._tar.addfile(info, file)


def encrypt(plain: Path, path: Path, recipient: str) -> None:
    """Raises `BackupError` when `recipient` is no age public key."""
    try:
        key = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as error:
        raise BackupError(
            "MAILLAGE_BACKUP_RECIPIENT n'est pas une clé publique age (age1…) : "
            "faites-en une par « maillage backup --new-key fichier »."
        ) from error
    pyrage.encrypt_file(str(plain), str(path), [key])


@contextmanager
def opened(path: Path, identity: Path | None, workspace: Path) -> Iterator[tarfile.TarFile]:
    """The archive, decrypted into `workspace` when it must be. Raises `BackupError`."""
    try:
        with path.open("rb") as file:
            is_encrypted = file.read(len(_AGE)) == _AGE
        plain = _decrypt(path, identity, workspace) if is_encrypted else path
        with tarfile.open(plain, "r:gz") as tar:
            yield tar
    except FileNotFoundError as error:
        raise BackupError(f"Le fichier {error.filename} n'existe pas.") from error
    except (tarfile.TarError, EOFError, OSError) as error:
        raise BackupError(f"Cette sauvegarde est illisible ou incomplète ({error}).") from error


def _decrypt(path: Path, identity: Path | None, workspace: Path) -> Path:
    if identity is None:
        raise BackupError("Cette sauvegarde est chiffrée : donnez la clé privée par --identity.")
    lines = identity.read_text(encoding="utf-8").split()
    secret = next((line for line in lines if line.startswith("AGE-SECRET-KEY-")), "")
    plain = workspace / "backup.tar.gz"
    try:
        key = pyrage.x25519.Identity.from_str(secret)
        pyrage.decrypt_file(str(path), str(plain), [key])
    except pyrage.IdentityError as error:
        raise BackupError(f"{identity} ne contient pas de clé privée age.") from error
    except pyrage.DecryptError as error:
        raise BackupError("Cette clé n'ouvre pas cette sauvegarde, ou elle est abîmée.") from error
    return plain


def checked(tar: tarfile.TarFile) -> dict[str, Any]:
    """The manifest, once every entry was read and found as it says. Raises `BackupError`."""
    found: dict[str, str] = {}
    manifest: dict[str, Any] = {}
    for info in tar:
        file = tar.extractfile(info) if info.isfile() else None
        if file is None or Path(info.name).is_absolute() or ".." in Path(info.name).parts:
            raise BackupError(f"Entrée inattendue dans la sauvegarde : {info.name[:100]}.")
        if info.name == MANIFEST:
            manifest = json.loads(file.read())
        else:
            found[info.name] = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    if not manifest:
        raise BackupError("Cette sauvegarde est incomplète : son sommaire manque.")
    if found != manifest["entries"]:
        wrong = sorted({name for name, _ in set(found.items()) ^ set(manifest["entries"].items())})
        raise BackupError(f"Cette sauvegarde est abîmée : {', '.join(wrong[:3])}.")
    return manifest


def new_key(path: Path) -> str:
    """Write a new private key to `path`, readable by its owner alone; the public key. Never overwrites."""
    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise BackupError(f"Impossible d'écrire {path} ({error.strerror}).") from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"# clé publique : {public}\n{identity}\n")
    return public
