"""What agents open every morning, at 33 000 structures and 5 000 contributions that wait.

`python bench/people.py [structures]` prints a Markdown table. Everything is invented, built once under
`var/bench/`. One web process is driven by four agents at once.
"""

import http.client
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from bench.directory import served  # noqa: E402  (found by the line above)
from bench.load import Load, drive  # noqa: E402

SIZE, SECONDS, AGENTS = 33_000, 10, 4
SERVER = ["maillage.config.cli", "serve", "--workers", "1"]
CALLS, QUEUE = "/banc/gestion/appels/", "/banc/gestion/contributions/"
SCREENS = {
    CALLS: [
        *(f"{CALLS}?page={page}" for page in range(1, 40)),
        *(f"{CALLS}?motif={reason}" for reason in range(1, 6)),
        *(f"{CALLS}?commune={code}&page=2" for code in ("93048", "93055", "92050", "93066")),
        f"{CALLS}?page=400",
    ],
    QUEUE: [QUEUE, *(f"{QUEUE}?page={page}" for page in range(2, 60))],
}
NAMES = {CALLS: "Liste d'appels", QUEUE: "File de modération"}


def prepared(size: int) -> dict[str, str]:
    """Environment of a server over the invented space, built at the first call."""
    folder = Path(os.environ.get("MAILLAGE_VAR_DIR", ROOT / "var")).absolute() / "bench"
    folder = folder / f"people-{size}"
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
        _child(environment, "build", size)
        built.touch()
    return environment


def run(size: int = SIZE) -> list[dict[str, object]]:
    """Rows: `what`, `value`, `target`, `reached`, `details`."""
    environment = prepared(size)
    facts = _child(environment, "facts")
    loads = {}
    with served(environment, *SERVER) as port:
        cookie = {"Cookie": facts["cookie"]}
        for screen, paths in SCREENS.items():
            _check(port, paths[0], cookie)
            drive(port, paths, seconds=3, connections=AGENTS, headers=cookie)
            loads[screen] = drive(port, paths, seconds=SECONDS, connections=AGENTS, headers=cookie)
    return [
        *(_screen_row(screen, facts, load, size) for screen, load in loads.items()),
        {
            "what": "10 000 lettres écrites dans la boîte d'envoi",
            "value": f"{facts['letters']:.1f} s",
            "target": "≤ 5 s",
            "reached": facts["letters"] <= 5,
            "details": "une transaction, chacun au rythme qu'il a choisi ; médiane de trois",
        },
        {
            "what": f"Fraîcheur et listes d'appels de {_spaced(size)} fiches, chaque nuit",
            "value": f"{facts['night']:.1f} s",
            "target": "≤ 60 s",
            "reached": facts["night"] <= 60,
            "details": f"{_spaced(facts['lines'])} structures à appeler ; une fiche, après une écriture : {facts['one_ms']:.0f} ms",
        },
        {
            "what": "Fraîcheur par commune",
            "value": f"{facts['table_ms']:.0f} ms",
            "target": "≤ 1 000 ms",
            "reached": facts["table_ms"] <= 1_000,
            "details": "page entière, médiane de cinq",
        },
    ]


def _check(port: int, path: str, headers: dict[str, str]) -> None:
    """A sign-in page would be quick too."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path, headers=headers)
    status = connection.getresponse().status
    if status != 200:
        raise SystemExit(f"{path}: {status}")


def _screen_row(screen: str, facts: dict, load: Load, size: int) -> dict[str, object]:
    sql = facts["sql"][screen]
    done = sql <= 8 and load.p95 <= 200 and not load.errors
    return {
        "what": f"{NAMES[screen]}, {_spaced(size)} structures, 5 000 contributions",
        "value": f"p95 {load.p95:.0f} ms, {sql} requêtes SQL",
        "target": "p95 ≤ 200 ms, ≤ 8 requêtes",
        "reached": done,
        "details": f"{AGENTS} agents à la fois sur un processus, {load.rate:.0f} pages/s, médiane {load.p50:.0f} ms, {load.errors} erreurs",
    }


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def _child(environment: dict[str, str], *words: object) -> dict:
    command = [sys.executable, str(Path(__file__).resolve()), *map(str, words)]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else {}


def _build(size: int) -> None:
    from django.core.management import call_command

    from bench.people_data import build

    call_command("migrate", verbosity=0)
    build(size)


def _facts() -> None:
    """What a load cannot tell. Written as one line of JSON."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from bench.people_data import AGENT
    from maillage.accounts.models import User
    from maillage.core import static_files
    from maillage.structures.actions.upkeep import refresh_upkeep
    from maillage.structures.models import CallEntry, Structure

    static_files.gather()
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.get(email=AGENT))
    start = time.perf_counter()
    refresh_upkeep(now=timezone.now())
    night = time.perf_counter() - start
    one = Structure.objects.order_by("pk").first()
    single = [_timed(lambda: refresh_upkeep([one.pk], now=timezone.now())) for _ in range(5)]
    sql = {}
    for screen, paths in SCREENS.items():
        client.get(paths[0])  # names of communes are then in memory
        counts = []
        for path in paths[:12]:
            with CaptureQueriesContext(connection) as captured:
                response = client.get(path)
            if response.status_code != 200:
                raise SystemExit(f"{path}: {response.status_code}")
            counts.append(len(captured))
        sql[screen] = max(counts)
    table = [_timed(lambda: client.get("/banc/gestion/fraicheur/")) for _ in range(5)]
    name = settings.SESSION_COOKIE_NAME
    facts = {
        "cookie": f"{name}={client.cookies[name].value}",
        "sql": sql,
        "night": night,
        "one_ms": statistics.median(single) * 1000,
        "lines": CallEntry.objects.count(),
        "letters": statistics.median(_letters() for _ in range(3)),
        "table_ms": statistics.median(table) * 1000,
    }
    print(json.dumps(facts))


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _letters() -> float:
    """Seconds to write to 10 000 people, until the transaction is committed; the letters are then removed."""
    from django.db import transaction
    from django.utils import timezone

    from maillage.accounts.actions import tell
    from maillage.accounts.models import User
    from maillage.core.letters.kinds import LetterKind
    from maillage.core.models import Letter

    kind = LetterKind(
        code="bench.news",
        label="Mesure",
        subject="Des nouvelles de {place}",
        text="Bonjour {person},\n\n" + "Voici ce qui s'est passé. " * 20,
        category="bench",
        button="Lire",
        places={"person": "Nadia", "place": "Pantin"},
    )
    people = list(User.objects.filter(email__startswith="personne"))
    start = time.perf_counter()
    with transaction.atomic():
        written = tell(
            people, kind, {"place": "Pantin"}, now=timezone.now(), link="https://a.example/"
        )
    took = time.perf_counter() - start
    if len(written) != len(people):
        raise SystemExit(f"{len(written)} letters for {len(people)} people")
    Letter.objects.filter(kind="bench.news").delete()
    return took


def main() -> None:
    words = sys.argv[1:]
    if words[:1] in (["build"], ["facts"]):
        import django

        django.setup()
        return _build(int(words[1])) if words[0] == "build" else _facts()
    print("| mesure | valeur | cible | atteinte | détails |\n|---|---|---|---|---|")
    for row in run(int(words[0]) if words else SIZE):
        reached = "oui" if row["reached"] else "non"
        print(
            f"| {row['what']} | {row['value']} | {row['target']} | {reached} | {row['details']} |"
        )
    return None


if __name__ == "__main__":
    main()
