"""The manager's list of readings: 500 files, five readings each, 40 jurors, a page of fifty.

`python bench/calls_reviews.py` prints a Markdown table. Everything is invented, built once under `var/bench/`. Two web
processes, as on a machine of two cores, driven by eight managers at once.
"""

import http.client
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from bench.directory import served  # noqa: E402  (found by the line above)
from bench.load import Load, drive  # noqa: E402

FILES, READINGS, JURORS = 500, 5, 40
SECONDS, MANAGERS = 10, 8
SERVER = ["maillage.config.cli", "serve", "--workers", "2"]
AGENT = "agent@banc.example"


def prepared() -> dict[str, str]:
    """Environment of a server over the invented call, built at the first one."""
    folder = Path(os.environ.get("MAILLAGE_VAR_DIR", ROOT / "var")).absolute() / "bench"
    folder = folder / f"reviews-{FILES}"
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "maillage.sqlite3"
    address = os.environ.get("BENCH_DATABASE_URL", f"sqlite:///{database}")
    paths = [str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")]
    environment = (
        {"DJANGO_SETTINGS_MODULE": "maillage.config.settings.base"}
        | os.environ
        | {
            "MAILLAGE_VAR_DIR": str(folder),
            "MAILLAGE_DATABASE_URL": address,
            "MAILLAGE_BASEMAP_STYLE": "",
            "PYTHONPATH": os.pathsep.join(paths),
        }
    )
    built = folder / ("built" if address.startswith("sqlite") else "built-elsewhere")
    if not built.exists():
        if address.startswith("sqlite"):
            database.unlink(missing_ok=True)
        _child(environment, "build")
        built.touch()
    return environment


def run() -> list[dict[str, object]]:
    """Rows: `what`, `value`, `target`, `reached`, `details`."""
    environment = prepared()
    facts = _child(environment, "facts")
    cookie = {"Cookie": facts["cookie"]}
    with served(environment, *SERVER) as port:
        _check(port, facts["paths"][0], cookie)
        drive(port, facts["paths"], seconds=3, connections=MANAGERS, headers=cookie)
        load = drive(port, facts["paths"], seconds=SECONDS, connections=MANAGERS, headers=cookie)
    return [_row(load, facts), _plan_row(facts)]


def _row(load: Load, facts: dict) -> dict[str, object]:
    reached = facts["sql"] <= 10 and load.p95 <= 300 and load.rate >= 56 and not load.errors
    return {
        "what": f"Liste des lectures, {FILES} dossiers × {READINGS} lectures, page de 50",
        "value": f"{load.rate:.0f} pages/s, p95 {load.p95:.0f} ms, {facts['sql']} requêtes SQL",
        "target": "≥ 56 pages/s, p95 ≤ 300 ms, ≤ 10 requêtes",
        "reached": reached,
        "details": f"{MANAGERS} gestionnaires à la fois sur deux processus, médiane {load.p50:.0f} ms, {load.errors} erreurs",
    }


def _plan_row(facts: dict) -> dict[str, object]:
    return {
        "what": f"Répartition de {FILES} dossiers entre {JURORS} jurés, {READINGS} lectures chacun",
        "value": f"{facts['plan_seconds']:.1f} s",
        "target": "≤ 10 s",
        "reached": facts["plan_seconds"] <= 10 and facts["groups"] == 1,
        "details": f"{facts['pairs']} lectures, {facts['missing']} sans lecteur, {facts['groups']} groupe de lecteurs",
    }


def _check(port: int, path: str, headers: dict[str, str]) -> None:
    """A sign-in page would be quick too."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path, headers=headers)
    status = connection.getresponse().status
    if status != 200:
        raise SystemExit(f"{path}: {status}")


def _child(environment: dict[str, str], *words: str) -> dict:
    command = [sys.executable, str(Path(__file__).resolve()), *words]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else {}


def _build() -> None:
    from django.core.management import call_command

    from bench.calls_reviews_data import build

    call_command("migrate", verbosity=0)
    build(FILES, READINGS, JURORS)


def _facts() -> None:
    """What a load cannot tell. Written as one line of JSON."""
    import random
    import time

    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from maillage.accounts.models import User
    from maillage.calls.lib.assigning import File, Reader, assign
    from maillage.calls.models import Edition
    from maillage.core import static_files

    static_files.gather()
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.get(email=AGENT))
    base = f"/banc/gestion/lectures/{Edition.objects.get().pk}/"
    paths = [f"{base}?page={page}" for page in range(1, 11)]
    client.get(paths[0])
    counts = []
    for path in paths:
        with CaptureQueriesContext(connection) as captured:
            response = client.get(path)
        if response.status_code != 200:
            raise SystemExit(f"{path}: {response.status_code}")
        counts.append(len(captured))
    draw = random.Random(4)
    themes = ["a", "b", "c", "d", "e"]
    files = [File(pk, draw.choice(themes), READINGS) for pk in range(FILES)]
    readers = [Reader(pk, frozenset(draw.sample(themes, 2)), 80) for pk in range(JURORS)]
    away = {(draw.randrange(FILES), draw.randrange(JURORS)) for _ in range(400)}
    start = time.perf_counter()
    plan = assign(files, readers, away)
    name = settings.SESSION_COOKIE_NAME
    facts = {
        "cookie": f"{name}={client.cookies[name].value}",
        "paths": paths,
        "sql": max(counts),
        "plan_seconds": time.perf_counter() - start,
        "pairs": len(plan.pairs),
        "missing": sum(plan.missing.values()),
        "groups": plan.groups,
    }
    print(json.dumps(facts))


def main() -> None:
    words = sys.argv[1:]
    if words[:1] in (["build"], ["facts"]):
        import django

        django.setup()
        return _build() if words[0] == "build" else _facts()
    print("| mesure | valeur | cible | atteinte | détails |\n|---|---|---|---|---|")
    for row in run():
        reached = "oui" if row["reached"] else "non"
        print(
            f"| {row['what']} | {row['value']} | {row['target']} | {reached} | {row['details']} |"
        )
    return None


if __name__ == "__main__":
    main()
