"""The directory of 33 000 structures, and a bare Django view that makes the same full-text query.

`python bench/directory.py [structures]` prints a Markdown table. Everything is invented, built once
under `var/bench/`. Both are served by the same server with two processes and driven in turn, in one
run, on one machine: the ratio is what counts.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import quote_plus

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from bench.load import Load, drive  # noqa: E402  (found by the line above)

SIZE, SECONDS, RUNS, QUERIES = 33_000, 6, 3, 3_000

OURS = ["maillage.config.cli", "serve", "--workers", "2"]
BARE = [
    *("granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "8", "--no-ws"),
    *("--log-level", "warning", "bench.directory_bare:application"),
]


def prepared(size: int) -> dict[str, str]:
    """Environment of a server over the invented directory, built at the first call."""
    folder = Path(os.environ.get("MAILLAGE_VAR_DIR", ROOT / "var")).absolute() / "bench"
    folder = folder / f"directory-{size}"
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "maillage.sqlite3"
    environment = (
        {"DJANGO_SETTINGS_MODULE": "maillage.config.settings.base"}
        | os.environ
        | {
            "MAILLAGE_VAR_DIR": str(folder),
            "MAILLAGE_DATABASE_URL": f"sqlite:///{database}",
            "MAILLAGE_BASEMAP_STYLE": "",
            "PYTHONPATH": os.pathsep.join(
                [str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")]
            ),
            "BENCH_DATABASE": str(database),
            "BENCH_MATCHES": str(folder / "matches.tsv"),
        }
    )
    if not (folder / "built").exists():
        database.unlink(missing_ok=True)
        _child(environment, "build", size)
        (folder / "built").touch()
    return environment


def run(size: int = SIZE) -> list[dict[str, object]]:
    """Rows: `what`, `value`, `target`, `reached`, `details`."""
    environment = prepared(size)
    facts = _child(environment, "facts")
    environment["BENCH_WEIGHT"] = str(facts["weight"])
    asked = [tuple(pair) for pair in facts["queries"]]
    ours, bare, points = [], [], []
    pages = [f"/banc/annuaire/?q={quote_plus(words)}&{filters}" for words, filters in asked]
    plain = [f"/bare/?q={quote_plus(words)}" for words, _ in asked]
    feed, compressed = ["/banc/annuaire/points.json"], {"Accept-Encoding": "br"}
    with served(environment, *OURS) as port, served(environment, *BARE) as bare_port:
        for at, paths in ((port, pages), (port, feed), (bare_port, plain)):
            drive(at, paths, seconds=2)
        for _ in range(RUNS):  # in turn, so that both see the same machine
            ours.append(drive(port, pages, seconds=SECONDS))
            bare.append(drive(bare_port, plain, seconds=SECONDS))
            points.append(drive(port, feed, seconds=SECONDS // 2, headers=compressed))
    return _rows(size, facts, ours, bare, points)


def _rows(
    size: int, facts: dict, ours: list[Load], bare: list[Load], points: list[Load]
) -> list[dict[str, object]]:
    count = f"{size:,}".replace(",", " ")
    rate, floor = median(load.rate for load in ours), median(load.rate for load in bare)
    p95 = median(load.p95 for load in ours)
    errors = sum(load.errors for load in [*ours, *bare, *points])
    late = sum(load.late for load in ours)
    fed, feed_p95 = median(load.rate for load in points), median(load.p95 for load in points)
    weight = facts["points_br"] / 1000
    return [
        {
            "what": f"Annuaire, {count} structures, recherche et filtre",
            "value": f"{rate:.0f} requêtes/s, {rate / floor:.0%} de la vue nue ({floor:.0f}), p95 {p95:.0f} ms",
            "target": "≥ 200 requêtes/s, ≥ 50 % de la vue nue, p95 ≤ 200 ms",
            "reached": rate >= 200 and rate / floor >= 0.5 and p95 <= 200 and not errors,
            "details": f"{len(facts['queries'])} recherches différentes, page de {facts['weight'] / 1000:.0f} ko, {errors} erreurs, {late} réponses après deux secondes",
        },
        {
            "what": f"Annuaire, {count} structures, requêtes SQL par page",
            "value": f"{facts['sql']}",
            "target": "≤ 8",
            "reached": facts["sql"] <= 8,
            "details": f"instantané reconstruit en {facts['rebuild_ms']:.0f} ms après un changement",
        },
        {
            "what": f"Points de la carte, {count} structures",
            "value": f"{weight:.0f} ko, {fed:.0f} requêtes/s, p95 {feed_p95:.0f} ms",
            "target": "≤ 400 ko, ≥ 400 requêtes/s, p95 ≤ 50 ms",
            "reached": weight <= 400 and fed >= 400 and feed_p95 <= 50,
            "details": f"brotli, ETag ; gzip {facts['points_gzip'] / 1000:.0f} ko",
        },
    ]


@contextmanager
def served(environment: dict[str, str], *command: str) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", *command, "--port", str(port)],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        time.sleep(1)
        yield port
    finally:
        process.terminate()
        process.wait()


def _child(environment: dict[str, str], *words: object) -> dict:
    command = [sys.executable, str(Path(__file__).resolve()), *map(str, words)]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else {}


def _build(size: int) -> None:
    from django.core.management import call_command

    from bench.directory_data import build

    call_command("migrate", verbosity=0)
    build(size)


def _facts() -> None:
    """What a load cannot tell: queries, weights, time to rebuild. Written as one line of JSON."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from bench.directory_data import queries
    from maillage.core import static_files
    from maillage.core.search.engines.sqlite import _match
    from maillage.core.search.query import build, typed_words
    from maillage.core.search.synonyms import thesaurus
    from maillage.directory.queries.memory import current, forget
    from maillage.spaces.models import Space

    static_files.gather()
    client, asked = Client(headers={"host": "127.0.0.1"}), queries(QUERIES)
    space, now = Space.objects.get(slug="banc"), timezone.now()
    rebuilds = []
    for _ in range(5):
        forget()
        start = time.perf_counter()
        snapshot = current(space, now)
        rebuilds.append((time.perf_counter() - start) * 1000)
    known = thesaurus(snapshot.synonyms)
    Path(os.environ["BENCH_MATCHES"]).write_text(
        "".join(f"{words}\t{_match(build(typed_words(words), known))}\n" for words, _ in asked)
    )
    weights, counts = [], []
    for words, filters in asked[:60]:
        with CaptureQueriesContext(connection) as captured:
            response = client.get(f"/banc/annuaire/?q={quote_plus(words)}&{filters}")
        if response.status_code != 200:
            raise SystemExit(f"{words}: {response.status_code}")
        weights.append(len(response.content))
        counts.append(len(captured))
    feeds = {
        name: len(
            client.get("/banc/annuaire/points.json", headers={"accept-encoding": name}).content
        )
        for name in ("br", "gzip")
    }
    facts = {
        "queries": asked,
        "sql": max(counts),
        "weight": round(median(weights)),
        "points_br": feeds["br"],
        "points_gzip": feeds["gzip"],
        "rebuild_ms": median(rebuilds),
    }
    print(json.dumps(facts))


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
