"""Install Maillage in `.venv`: locked requirements, the project itself, the built front end.

Uses the standard library only, because nothing is installed yet. Each step leaves a stamp in
`.venv`: a second run with nothing changed takes less than a second.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
WANTED = (3, 11)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dev", action="store_true", help="also what the tests need")
    options = parser.parse_args()
    if sys.version_info < WANTED:
        stop(
            "Maillage demande Python 3.11 ou plus récent ; "
            f"{sys.executable} est en version {sys.version_info[0]}.{sys.version_info[1]}.\n"
            "Installez-le (Debian, Ubuntu : apt install python3 python3-venv ; macOS : brew install python), "
            "ou nommez-le : make PYTHON=/chemin/vers/python3.11 …"
        )
    make_venv()
    names = ["runtime", "front", *(["dev"] if options.dev else [])]
    for name in names:
        locked = ROOT / "requirements" / f"{name}.txt"
        step(
            f"Bibliothèques ({name})",
            f"requirements-{name}",
            [locked],
            lambda path=locked: pip_locked(path),
        )
    step(
        "Maillage lui-même",
        "project",
        [ROOT / "pyproject.toml", ROOT / "requirements" / "runtime.in"],
        lambda: pip("install", "--no-deps", "--editable", str(ROOT)),
    )
    front = ROOT / "tools" / "build_front.py"
    if front.exists():
        extra = ["--dev"] if options.dev else []
        run([str(BIN / "python"), str(front), *extra], "La construction du front a échoué")


def make_venv() -> None:
    """Create `.venv`, or refuse to touch one whose Python is too old."""
    python = BIN / "python"
    if python.exists():
        probe = "import sys; sys.exit(sys.version_info < (3, 11))"
        if subprocess.run([str(python), "-c", probe], check=False).returncode == 0:
            return
        stop(
            "Le dossier .venv contient un Python trop ancien ou cassé : supprimez-le, puis relancez make."
        )
    say(f"Environnement Python {sys.version_info[0]}.{sys.version_info[1]} dans .venv")
    try:
        venv.create(VENV, with_pip=True, symlinks=os.name != "nt")
    except (subprocess.CalledProcessError, ImportError):
        stop(
            "Python ne peut pas créer d'environnement : il manque le module venv "
            "(Debian, Ubuntu : apt install python3-venv). Supprimez .venv, puis relancez make."
        )


def step(title: str, stamp: str, sources: list[Path], action) -> None:  # noqa: ANN001
    """Run `action` unless it already ran with the same sources, place and Python."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for source in sources:
        digest.update(source.read_bytes())
    mark = VENV / f".maillage-{stamp}"
    if mark.exists() and mark.read_text(encoding="utf-8") == digest.hexdigest():
        return
    say(f"{title}…")
    action()
    mark.write_text(digest.hexdigest(), encoding="utf-8")


def pip_locked(path: Path) -> None:
    """The lock names every package and its hashes: there is nothing left to resolve."""
    pip("install", "--no-deps", "--no-compile", "--require-hashes", "--requirement", str(path))


def pip(*arguments: str) -> None:
    command = [str(BIN / "python"), "-m", "pip", "--disable-pip-version-check", "-qq"]
    run(
        [*command, *arguments],
        "L'installation a échoué (le registre de paquets est-il joignable ?)",
    )


def run(command: list[str], failure: str) -> None:
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    if code:
        stop(f"{failure} : code {code}.")


def say(sentence: str) -> None:
    print(f"• {sentence}", flush=True)


def stop(sentence: str) -> None:
    sys.exit(f"\n{sentence}\n")


if __name__ == "__main__":
    main()
