"""Run the benchmarks and write docs/performance.md: `make bench`, or `python -m bench sirene directory`.

A benchmark is a module of this folder with `run() -> list[dict]`; each row has `what`, `value`,
`target`, `reached` (True or False) and `details`. A module that fails is said in the table: the
others are still measured. A module named alone replaces its own rows and keeps the others'.
"""

import argparse
import importlib
import json
import os
import platform
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "performance.md"
KEPT = Path(os.environ.get("MAILLAGE_VAR_DIR", ROOT / "var")).absolute() / "bench" / "results.json"
MODULES = {
    "sirene": "Lire les registres nationaux",
    "directory": "L'annuaire de 33 000 structures",
    "api": "L'API",
    "people": "Ce que les agents ouvrent chaque matin",
    "calls_reviews": "Les lectures d'un appel à projets",
    "gaps": "Ce qui manque",
    "application": "La page d'une candidature",
    "jury": "Le jury",
    "booklet": "Livrets et rapports",
    "deposits": "La dernière minute d'un appel à projets",
    "letters": "Lettres d'un appel à projets",
    "browser": "Dans le navigateur",
    "national": "Un pays entier",
}
# Takes minutes and a database of its own: only when named.
APART = ("national",)
MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Run the benchmarks.")
    parser.add_argument("modules", nargs="*", choices=[*MODULES, []], help="all unless named")
    wanted = parser.parse_args().modules or [name for name in MODULES if name not in APART]
    results = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    for name in wanted:
        results[name] = measure(name)
        KEPT.parent.mkdir(parents=True, exist_ok=True)
        KEPT.write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")
    PAGE.write_text(page(results), encoding="utf-8")
    print(f"\nTable écrite dans {PAGE.relative_to(ROOT)}")
    rows = [row for name in wanted for row in results[name]["rows"]]
    return int(not all(row["reached"] for row in rows))


def measure(name: str) -> dict[str, Any]:
    """Rows of one module, with the day and how long it took."""
    print(f"── {MODULES[name]} (bench/{name}.py)", flush=True)
    begin = time.monotonic()
    try:
        rows = importlib.import_module(f"bench.{name}").run()
    except Exception as error:  # noqa: BLE001  (said in the table; the other modules still run)
        rows = [failed(name, f"{type(error).__name__} : {error}")]
    except SystemExit as error:
        rows = [failed(name, str(error.code))]
    for row in rows:
        print(f"{'✓' if row['reached'] else '✗'} {row['what']} : {row['value']}", flush=True)
    return {"rows": rows, "day": today(), "seconds": round(time.monotonic() - begin)}


def failed(name: str, reason: str) -> dict[str, Any]:
    return {
        "what": f"bench/{name}.py",
        "value": "n'a pas pu être mesuré",
        "target": "",
        "reached": False,
        "details": reason[:300],
    }


def today() -> str:
    now = datetime.now(ZoneInfo("Europe/Paris"))
    return f"{now.day} {MONTHS[now.month - 1]} {now.year}"


def machine() -> str:
    """What the reader needs to compare: cores, memory, system, Python."""
    memory = ""
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        memory = f", {size / 2**30:.0f} Gio de mémoire"
    system = f"{platform.system()} {platform.machine()}"
    return f"{os.cpu_count()} cœurs{memory}, {system}, Python {platform.python_version()}"


def page(results: dict[str, dict[str, Any]]) -> str:
    lines = [
        "# Performance",
        "",
        (
            f"Écrit par `make bench`. Machine : {machine()}. Les deux termes d'un rapport sont mesurés "
            "tour à tour dans le même passage, sur des données inventées : c'est le rapport qui compte, "
            "les valeurs absolues dépendent de la machine et de ce qu'elle fait à côté."
        ),
    ]
    for name, title in MODULES.items():
        if name not in results:
            continue
        done = results[name]
        lines += [
            "",
            f"## {title}",
            "",
            f"`python -m bench {name}`, le {done['day']}, en {done['seconds']} s.",
            "",
            "| Mesure | Résultat | Objectif | Atteint | Précisions |",
            "|---|---|---|---|---|",
        ]
        for row in done["rows"]:
            cells = [row["what"], row["value"], row["target"], "oui" if row["reached"] else "non"]
            cells.append(row.get("details", ""))
            lines.append("| " + " | ".join(str(c).replace("|", "/") for c in cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
