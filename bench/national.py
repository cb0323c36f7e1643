"""A whole country: `python -m bench national`, or `python bench/national.py 2000000`.

Structures are invented by `maillage generate` in the database of MAILLAGE_DATABASE_URL, which must be
PostgreSQL and empty or already filled so; without it, in a server made for the occasion. Pages go through
the whole of Django, one after the other, without the network. Not part of the usual run: it takes minutes.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src"), str(ROOT / "tools")]

SIZE = int(os.environ.get("BENCH_STRUCTURES", "200000"))
PAGES, VIEWS = 150, 12
WORDS = ("comité des fêtes", "judo", "chorale", "théâtre", "ressourcerie", "crèche parentale", "épicerie",
         "sport", "musique", "habitants", "jardins familiaux", "CUMA", "mutuelle", "radio", "pétanque")  # fmt: skip
PLACES = ("", "", "lyon", "montreuil", "bordeaux", "rennes", "ajaccio", "le mans", "lille")
FILTERS = ("secteur=sec-spo", "secteur=sec-cul", "famille=association", "famille=cooperative",
           "taille=1-9", "commune=69381&commune=69382", "label=lab-esus", "public=pub-familles")  # fmt: skip
TOWNS = ((2.35, 48.86), (4.83, 45.76), (-1.55, 47.22), (5.37, 43.3), (3.06, 50.63))


def run(size: int = SIZE) -> list[dict[str, object]]:
    """Rows: `what`, `value`, `target`, `reached`, `details`."""
    with database() as url:
        environment = {
            **os.environ,
            "MAILLAGE_DATABASE_URL": url,
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "DJANGO_SETTINGS_MODULE": "maillage.config.settings.base",
        }
        command = [sys.executable, str(Path(__file__).resolve()), "measure", str(size)]
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    found: list[dict[str, object]] = json.loads(done.stdout.decode().splitlines()[-1])
    return found


@contextmanager
def database() -> Iterator[str]:
    url = os.environ.get("MAILLAGE_DATABASE_URL", "")
    if url.startswith("postgres"):
        yield url
        return
    import postgres

    postgres.FAST.update({"shared_buffers": "1GB", "work_mem": "64MB", "max_wal_size": "8GB"})
    with postgres.server() as made:
        yield made


def memory() -> float:
    """Megabytes of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds, and the answer."""
    begin = time.perf_counter()
    answer = call()
    return (time.perf_counter() - begin) * 1000, answer


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def measure(size: int) -> list[dict[str, object]]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from maillage.core import static_files
    from maillage.structures.models import Structure

    call_command("migrate", verbosity=0)
    static_files.gather()
    rows = []
    if not Structure.objects.exists():
        rows.append(generation(size))
    size = Structure.objects.count()
    rows += loading(size)
    client = Client(headers={"host": "127.0.0.1"})
    rows += [searches(client), *maps(client), facets(), others(client)]
    return rows


def row(
    what: str, value: str, target: str, details: str = "", *, reached: bool
) -> dict[str, object]:
    return {"what": what, "value": value, "target": target, "reached": reached, "details": details}


def generation(size: int) -> dict[str, object]:
    from django.utils import timezone

    from maillage.demo.actions.generate import generate

    spent, _ = timed(lambda: generate(size, now=timezone.now()))
    minutes = spent / 60_000
    return row(
        f"Inventer {size:,} structures".replace(",", " "),
        f"{minutes:.1f} min",
        "≤ 15 min pour 2 000 000",
        "recherche comprise",
        reached=minutes <= max(1, 15 * size / 2_000_000),
    )


def loading(size: int) -> list[dict[str, object]]:
    from django.utils import timezone

    from maillage.directory.queries.memory import current
    from maillage.spaces.models import Space

    space, before = Space.objects.get(slug="france"), memory()
    spent, _ = timed(lambda: current(space, timezone.now()))
    held = memory() - before
    return [
        row(
            f"Lire un annuaire de {size:,} structures".replace(",", " "),
            f"{spent / 1000:.1f} s, {held:.0f} Mo",
            "≤ 60 s et ≤ 25 Mo par 100 000 structures",
            f"{held / size * 100_000:.1f} Mo par 100 000 structures, par processus",
            reached=spent <= 60_000 and held <= max(100, 25 * size / 100_000),
        )
    ]


def searches(client: Any) -> dict[str, object]:
    draw, times = random.Random(7), []
    seen = set()
    for _ in range(PAGES):
        query = f"q={draw.choice(WORDS)} {draw.choice(PLACES)}".strip().replace(" ", "+")
        address = f"/france/annuaire/?{query}&{draw.choice(FILTERS)}"
        seen.add(query)
        spent, answer = timed(lambda at=address: client.get(at))
        if answer.status_code != 200:
            raise SystemExit(f"{address} : {answer.status_code}")
        times.append(spent)
    return row(
        "Page de recherche filtrée, pays entier",
        f"p95 {p95(times):.0f} ms, médiane {sorted(times)[len(times) // 2]:.0f} ms",
        "p95 ≤ 300 ms",
        f"{PAGES} pages, {len(seen)} recherches différentes, à froid la première fois ; la plus lente {max(times):.0f} ms",
        reached=p95(times) <= 300,
    )


def maps(client: Any) -> list[dict[str, object]]:
    rows = []
    for zoom in (5, 7, 9, 11, 13, 15):
        times, weights, cells = [], [], 0
        for lon, lat in TOWNS:
            wide = 1400 / (512 * 2**zoom) * 360 * 1.5
            view = f"{lon - wide / 2:.4f},{max(-85, lat - wide / 4):.4f},{lon + wide / 2:.4f},{min(85, lat + wide / 4):.4f}"
            for state in ("", "secteur=sec-spo", "famille=association&secteur=sec-cul"):
                address = f"/france/annuaire/points.json?{state}&vue={view}&zoom={zoom}"
                spent, answer = timed(
                    lambda at=address: client.get(at, headers={"accept-encoding": "br"})
                )
                times.append(spent)
                weights.append(len(answer.content))
                cells += 1
        rows.append(
            row(
                f"Carte, pays entier, zoom {zoom}",
                f"p95 {p95(times):.0f} ms, {max(weights) / 1000:.0f} ko au plus",
                "p95 ≤ 150 ms, ≤ 200 ko",
                f"{cells} vues, trois filtres ; médiane {sorted(times)[len(times) // 2]:.0f} ms",
                reached=p95(times) <= 150 and max(weights) <= 200_000,
            )
        )
    return rows


def facets() -> dict[str, object]:
    from django.http import QueryDict
    from django.utils import timezone

    from maillage.directory.filters import parse
    from maillage.directory.queries.matching import matching
    from maillage.spaces.models import Space

    space, now, times = Space.objects.get(slug="france"), timezone.now(), []
    for state in ("", *FILTERS, *(f"{one}&{other}" for one in FILTERS for other in FILTERS[:3])):
        filters = parse(QueryDict(state)).filters

        def count(filters: Any = filters) -> None:
            selection = matching(space, filters, now=now).selection
            for facet, outside in selection.outside.items():
                selection.snapshot.counts(facet, outside)

        times.append(timed(count)[0])
    return row(
        "Nombres des sept facettes, pays entier",
        f"p95 {p95(times):.0f} ms",
        "≤ 500 ms",
        f"{len(times)} filtres, 35 000 communes comprises",
        reached=p95(times) <= 500,
    )


def others(client: Any) -> dict[str, object]:
    from maillage.structures.models import Structure

    slug = Structure.objects.order_by("pk").values_list("slug", flat=True)[1_000]
    pages = {
        "accueil": "/france/",
        "liste": "/france/annuaire/",
        "récents": "/france/annuaire/?tri=recent",
        "près": "/france/annuaire/?pres=2.35,48.85",
        "fiche": f"/france/structures/{slug}/",
        "secteur": "/france/annuaire/secteur/sec-cul/",
        "nouveautés": "/france/nouveautes.atom",
    }
    found = {}
    for name, address in pages.items():
        first, answer = timed(lambda at=address: client.get(at))
        second, _ = timed(lambda at=address: client.get(at))
        found[name] = (first, second, answer.status_code)
    worst = max(second for _, second, _ in found.values())
    told = ", ".join(
        f"{name} {first:.0f} puis {second:.0f}" for name, (first, second, _) in found.items()
    )
    return row(
        "Autres pages, pays entier",
        f"la plus lente {worst:.0f} ms",
        "≤ 1 000 ms la seconde fois",
        f"millisecondes : {told}",
        reached=worst <= 1_000 and all(status == 200 for _, _, status in found.values()),
    )


def main() -> None:
    words = sys.argv[1:]
    if words[:1] == ["measure"]:
        print(json.dumps(measure(int(words[1])), ensure_ascii=False))
        return
    for one in run(int(words[0]) if words else SIZE):
        mark = "✓" if one["reached"] else "✗"
        print(f"{mark} {one['what']} : {one['value']} ({one['target']}) {one['details']}")


if __name__ == "__main__":
    main()
