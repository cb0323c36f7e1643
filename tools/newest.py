"""Run the tests on the newest Django and the newest Python found here: `make newest`.

Not part of `make test`, which must pass with one Python 3.11 and nothing else. Where no Python 3.12
or later exists, it says so and stops: the locked versions are the ones that are promised.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLACE = ROOT / ".venv-newest"
# Ours must be ready; a library that is not yet says so in its own tracker.
LIBRARIES = "ignore:::allauth"
PROBE = "import sys; print('%d.%d' % sys.version_info[:2])"


def newest_python() -> str | None:
    names = [f"python3.{minor}" for minor in range(20, 11, -1)]
    homes = sorted(Path.home().glob(".pyenv/versions/3.*/bin/python"), reverse=True)
    for candidate in [*names, *map(str, homes)]:
        path = shutil.which(candidate)
        if path is None:
            continue
        seen = subprocess.run([path, "-c", PROBE], capture_output=True, text=True, check=False)
        if seen.returncode == 0 and tuple(map(int, seen.stdout.split("."))) >= (3, 12):
            return path
    return None


def wanted() -> list[str]:
    """Every direct dependency, without the pin that keeps Django on its long-term version."""
    lines = [
        line
        for name in ("runtime", "front", "dev")
        for line in (ROOT / "requirements" / f"{name}.in").read_text().splitlines()
        if line and not line.startswith(("#", "-"))
    ]
    return ["django" if line.startswith("django==") else line for line in lines]


def main() -> int:
    python = newest_python()
    if python is None:
        print("Aucun Python 3.12 ou plus récent ici : rien à essayer.")
        return 0
    if not (PLACE / "bin" / "python").exists():
        subprocess.run([python, "-m", "venv", str(PLACE)], check=True)
    own = str(PLACE / "bin" / "python")
    install = [own, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "--upgrade", *wanted()], check=True)
    subprocess.run([*install, "--no-deps", "--editable", str(ROOT)], check=True)
    told = "import django, sys; print('Django', django.__version__, 'sur Python', sys.version.split()[0])"
    subprocess.run([own, "-c", told], check=True)
    tests = [
        "-m",
        "pytest",
        "-q",
        "-n",
        "auto",
        "-W",
        LIBRARIES,
        "-m",
        "not browser and not one_engine",
    ]
    return subprocess.run([own, *tests, *sys.argv[1:]], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
