"""A booklet of 400 structures from the demand to the file, and the reports that a page makes at once.

`python bench/booklet.py` prints the rows. Everything is invented, with a fixed seed.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

SIZE, RUNS = 400, 3


def run(size: int = SIZE) -> list[dict[str, object]]:
    """Rows: `what`, `value`, `target`, `reached`, `details`."""
    folder = Path(os.environ.get("MAILLAGE_VAR_DIR", ROOT / "var")).absolute()
    folder = folder / "bench" / f"booklet-{size}"
    folder.mkdir(parents=True, exist_ok=True)
    environment = (
        {"DJANGO_SETTINGS_MODULE": "maillage.config.settings.base"}
        | os.environ
        | {
            "MAILLAGE_VAR_DIR": str(folder),
            "MAILLAGE_DATABASE_URL": f"sqlite:///{folder / 'maillage.sqlite3'}",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        }
    )
    if not (folder / "built").exists():
        (folder / "maillage.sqlite3").unlink(missing_ok=True)
        _child(environment, "build", size)
        (folder / "built").touch()
    made = _child(environment, "measure")
    seconds, slowest = median(made["booklet"]), max(made["reports"].values())
    return [
        {
            "what": f"Livret de {made['structures']} structures, de la demande au fichier, en tâche de fond",
            "value": f"{seconds:.1f} s",
            "target": "≤ 20 s",
            "reached": seconds <= 20 and made["structures"] == size,
            "details": f"{made['pages']} pages, {made['bytes'] / 1e6:.1f} Mo, PDF balisé, {size} codes à scanner ; médiane de {RUNS}",
        },
        {
            "what": "Rapports faits dans la page (fiche territoire, synthèse)",
            "value": f"{1000 * slowest:.0f} ms",
            "target": "≤ 1 000 ms",
            "reached": slowest <= 1,
            "details": ", ".join(
                f"{name} : {1000 * took:.0f} ms" for name, took in made["reports"].items()
            ),
        },
    ]


def _child(environment: dict[str, str], *words: object) -> dict:
    command = [sys.executable, str(Path(__file__).resolve()), *map(str, words)]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else {}


def _build(size: int) -> None:
    from django.core.management import call_command

    from bench.directory_data import build
    from maillage.structures.models import Structure

    call_command("migrate", verbosity=0)
    build(size)
    Structure.objects.update(
        email="contact@structure.example",
        phone="01 99 00 00 01",
        website="https://structure.example/",
        description="Cette structure invente, répare et transmet, avec ses membres et ses voisins. "
        * 4,
    )


def _measure() -> dict[str, object]:
    import pikepdf
    from django.core.files.storage import default_storage
    from django.test import Client
    from django.utils import timezone

    from maillage.core import journal
    from maillage.core.jobs import drain
    from maillage.directory.actions import booklets
    from maillage.directory.lib.booklet import BookletOptions
    from maillage.directory.lib.criteria import DirectoryFilters
    from maillage.spaces.models import Space

    space, took = Space.objects.get(slug="banc"), []
    for _ in range(RUNS):
        journal.tick("structures")
        begin = time.perf_counter()
        now, options = timezone.now(), BookletOptions()
        asked = booklets.read_demand(space, DirectoryFilters(), options, "", now=now)
        made = booklets.ask(space, asked, options, "", by=None, now=now)
        drain()
        took.append(time.perf_counter() - begin)
    made.refresh_from_db()
    with default_storage.open(made.file.path) as file:
        content = file.read()
    pages = len(pikepdf.open(default_storage.path(made.file.path)).pages)
    reports = {}
    for name in ("territoire.pdf", "synthese.pdf", "territoire.pdf", "synthese.pdf"):
        journal.tick("structures")  # counted and set again; the first two load the libraries
        begin = time.perf_counter()
        answer = Client(HTTP_HOST="localhost").get(f"/banc/rapports/{name}")
        reports[name] = time.perf_counter() - begin
        if answer.status_code != 200 or not answer.content.startswith(b"%PDF"):
            sys.exit(f"{name} : {answer.status_code}")
    return {
        "booklet": took,
        "structures": len(asked.ids),
        "pages": pages,
        "bytes": len(content),
        "reports": reports,
    }


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].isdigit():
        for row in run(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE):
            print(f"{row['what']} : {row['value']} (objectif {row['target']}) ; {row['details']}")
    else:
        import django

        django.setup()
        if sys.argv[1] == "build":
            _build(int(sys.argv[2]))
        else:
            print(json.dumps(_measure()))
