"""The API's list of a hundred structures, and the bare framework that returns the same bytes.

`python -m bench api`. Over the invented directory of bench/directory.py; both are served by the same server with two
processes and driven in turn, in one run: the ratio is what counts.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from bench.directory import OURS, prepared, served  # noqa: E402  (found by the line above)
from bench.load import Load, drive  # noqa: E402

SIZE, SECONDS, RUNS = 33_000, 6, 3
BASE = "/api/v1/spaces/banc/structures"
BARE = [
    *("granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "8", "--no-ws"),
    *("--log-level", "warning", "bench.api_bare:application"),
]
FILTERS = ("", "famille=association", "taille=1-9", "commune=93048", "tri=recent", "famille=mutual")
# A shared address makes more requests here than a reader may: the counting stays, the limit moves.
NO_LIMIT = {"MAILLAGE_API_RATE": "1000000000"}


def queries() -> list[str]:
    """Sixty different pages of the list."""
    pages = [f"page={n}&page_size=100" for n in range(1, 11)]
    return [f"{page}&{some}".rstrip("&") for some in FILTERS for page in pages]


def run(size: int = SIZE) -> list[dict[str, object]]:
    environment = prepared(size) | NO_LIMIT
    folder = Path(environment["BENCH_DATABASE"]).parent
    environment["BENCH_BODIES"] = str(folder / "api.json")
    facts = _child(environment)
    paths = [f"{BASE}?{query}" for query in facts["queries"]]
    ours, bare = [], []
    with served(environment, *OURS) as port, served(environment, *BARE) as bare_port:
        drive(bare_port, paths, seconds=2)
        _warm(port, paths)
        for _ in range(RUNS):  # in turn, so that both see the same machine
            ours.append(drive(port, paths, seconds=SECONDS))
            bare.append(drive(bare_port, paths, seconds=SECONDS))
    return _rows(facts, ours, bare)


def _warm(port: int, paths: list[str]) -> None:
    """Both processes have made every page once, or it is the making that is measured."""
    for _ in range(20):
        load = drive(port, paths, seconds=2)
        if load.rate > 100 and load.p95 < 20:
            break


def _rows(facts: dict, ours: list[Load], bare: list[Load]) -> list[dict[str, object]]:
    cold = facts["cold_ms"]
    rate, floor = median(load.rate for load in ours), median(load.rate for load in bare)
    errors = sum(load.errors for load in [*ours, *bare])
    return [
        {
            "what": "API, liste de 100 structures",
            "value": f"{rate:.0f} requêtes/s, {rate / floor:.0%} de l'outil nu ({floor:.0f}), p95 {median(load.p95 for load in ours):.0f} ms",
            "target": "≥ 50 % de l'outil nu qui rend les mêmes octets",
            "reached": rate / floor >= 0.5 and not errors,
            "details": f"{len(facts['queries'])} pages différentes de {facts['weight'] / 1000:.0f} ko, {errors} erreurs ; une question SQL par réponse retenue",
        },
        {
            "what": "API, la même page faite pour la première fois",
            "value": f"{cold:.0f} ms, {facts['sql']} requêtes SQL",
            "target": "≤ 100 ms, ≤ 10",
            "reached": cold <= 100 and facts["sql"] <= 10,
            "details": "médiane de 60 pages, sans rien de retenu",
        },
    ]


def _child(environment: dict[str, str]) -> dict:
    done = subprocess.run(
        [sys.executable, str(Path(__file__).resolve()), "facts"],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def _facts() -> None:
    """Bodies of the sixty pages, for the bare framework; how long and how many questions a new one takes."""
    import time

    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from maillage.api.middleware import MEMORY

    client, bodies, times = Client(headers={"host": "127.0.0.1"}), {}, []
    client.get(BASE)  # the snapshot is built
    for query in queries():
        MEMORY.forget()
        start = time.perf_counter()
        answer = client.get(f"{BASE}?{query}")
        times.append((time.perf_counter() - start) * 1000)
        if answer.status_code == 200:  # a filter has fewer pages than the whole
            bodies[query] = answer.content.decode()
        MEMORY.forget()
    with CaptureQueriesContext(connection) as captured:
        client.get(f"{BASE}?{queries()[0]}")
    Path(os.environ["BENCH_BODIES"]).write_text(json.dumps(bodies), encoding="utf-8")
    weights = sorted(len(body.encode()) for body in bodies.values())
    facts = {
        "queries": list(bodies),
        "weight": median(weights),
        "cold_ms": median(times),
        "sql": len(captured),
    }
    print(json.dumps(facts))


def main() -> None:
    if sys.argv[1:] == ["facts"]:
        import django

        django.setup()
        return _facts()
    for row in run(int(sys.argv[1]) if sys.argv[1:] else SIZE):
        print(row)
    return None


if __name__ == "__main__":
    main()
