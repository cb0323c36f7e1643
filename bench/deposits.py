"""The last minute of a call: everybody deposits, the clock strikes, some are late and some click twice.

`python bench/deposits.py` measures 100 deposits on SQLite and 500 on a PostgreSQL server that it starts (as durable as a
real one), through `maillage serve --workers 2`. Everything is invented. Each person opens the page of the deposit,
then sends it once, or twice at the same time; the late ones send theirs after the closing.
"""

import asyncio
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src"), str(ROOT / "tools")]

import postgres  # noqa: E402  (found by the line above)

from bench.directory import served  # noqa: E402
from bench.load import drive  # noqa: E402

SERVER = ["maillage.config.cli", "serve", "--workers", "2"]
SECRET = "b" * 32  # what the form and its cookie agree on
MINUTE = 60.0
LATE, TWICE = 0.10, 0.10  # shares of those who are late, of those who click twice
TARGET = 2.0  # seconds, at the 95th hundredth


@dataclass
class Outcome:
    """What one person was answered: `answers` are (status, place) of each sending."""

    pk: int
    is_late: bool
    answers: list[tuple[int, str]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    words: str = ""


def run() -> list[dict[str, object]]:
    """Rows: `what`, `value`, `target`, `reached`, `details`."""
    rows = _measured("SQLite", "", 100, with_form=False)
    postgres.FAST.update(dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "on"))
    with postgres.server() as address:
        rows += _measured("PostgreSQL", address, 500, with_form=True)
    return rows


def _measured(
    engine: str, address: str, people: int, *, with_form: bool
) -> list[dict[str, object]]:
    environment, folder = _prepared(engine, address)
    try:
        built = _child(environment, "build", people)
        with served(environment, *SERVER) as port:
            asyncio.run(_warm(port, built["people"]))
            closes = _child(environment, "close", MINUTE + 3)["closes"]
            outcomes = asyncio.run(_minute(port, built["people"], closes))
            told = _child(environment, "verify")
            rows = [_row(engine, people, outcomes, told)]
            if with_form:
                _child(environment, "close", 3600)
                rows.append(_form_row(port, built["form"]))
        return rows
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prepared(engine: str, address: str) -> tuple[dict[str, str], Path]:
    folder = Path(os.environ.get("MAILLAGE_VAR_DIR", ROOT / "var")).absolute() / "bench"
    folder /= f"deposits-{engine.lower()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    paths = [str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")]
    environment = {"DJANGO_SETTINGS_MODULE": "maillage.config.settings.base"} | os.environ | {
        "MAILLAGE_VAR_DIR": str(folder),
        "MAILLAGE_DATABASE_URL": address or f"sqlite:///{folder / 'maillage.sqlite3'}",
        "MAILLAGE_BASEMAP_STYLE": "",
        "PYTHONPATH": os.pathsep.join(paths),
    }  # fmt: skip
    return environment, folder


async def _warm(port: int, people: list[dict[str, Any]]) -> None:
    """The first pages of a process read templates and settings: that is not the last minute."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        for _ in range(120):
            try:
                await client.get("/sante/")
                break
            except httpx.TransportError:
                await asyncio.sleep(1)
        for one in people[:8]:
            page = await client.get(
                f"/compte/candidatures/{one['pk']}/deposer/", headers=_cookies(one)
            )
            if page.status_code != 200:
                raise SystemExit(f"the page of the deposit answers {page.status_code}")


def _cookies(one: dict[str, Any]) -> dict[str, str]:
    return {"Cookie": f"{one['cookie']}; {one['csrf']}={SECRET}"}


async def _minute(port: int, people: list[dict[str, Any]], closes: str) -> list[Outcome]:
    """Each at a moment drawn in the minute; nobody within a third of a second of the closing: who is right is known."""
    end = datetime.fromisoformat(closes)
    draw = random.Random(20261122)
    late = set(draw.sample(range(len(people)), int(len(people) * LATE)))
    twice = set(draw.sample(range(len(people)), int(len(people) * TWICE)))
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=64)
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", timeout=60, limits=limits
    ) as client:
        tasks = [
            _person(
                client,
                one,
                end
                + timedelta(
                    seconds=draw.uniform(0.35, 5) if rank in late else -draw.uniform(2.5, MINUTE)
                ),
                Outcome(one["pk"], rank in late),
                times=2 if rank in twice else 1,
            )
            for rank, one in enumerate(people)
        ]
        return list(await asyncio.gather(*tasks))


async def _person(
    client: httpx.AsyncClient,
    one: dict[str, Any],
    moment: datetime,
    outcome: Outcome,
    *,
    times: int,
) -> Outcome:
    path = f"/compte/candidatures/{one['pk']}/deposer/"
    await asyncio.sleep(max(0.0, (moment - datetime.now(UTC)).total_seconds() - 2))
    page = await client.get(path, headers=_cookies(one))
    token = page.text.partition('name="token" value="')[2].partition('"')[0]
    await asyncio.sleep(max(0.0, (moment - datetime.now(UTC)).total_seconds()))
    await asyncio.gather(*(_send(client, path, one, token, outcome) for _ in range(times)))
    return outcome


async def _send(
    client: httpx.AsyncClient, path: str, one: dict[str, Any], token: str, outcome: Outcome
) -> None:
    start = time.perf_counter()
    answer = await client.post(
        path,
        data={"csrfmiddlewaretoken": SECRET, "token": token, "signed_as": "présidente"},
        headers=_cookies(one),
    )
    outcome.seconds.append(time.perf_counter() - start)
    outcome.answers.append((answer.status_code, answer.headers.get("Location", "")))
    outcome.words = answer.text if answer.status_code != 302 else outcome.words


def _row(
    engine: str, people: int, outcomes: list[Outcome], told: dict[str, Any]
) -> dict[str, object]:
    expected = {one.pk for one in outcomes if not one.is_late}
    deposited = Counter(told["deposited"])
    lost = len(expected - set(deposited))
    doubled = sum(count - 1 for count in deposited.values())
    after = told["after"] + len(set(deposited) - expected)
    wrong = sum(1 for one in outcomes if not _is_right(one))
    wrong += int(sorted(told["numbers"]) != list(range(1, len(expected) + 1)))
    times = sorted(second for one in outcomes for second in one.seconds)
    p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
    clean = not (lost or doubled or after or wrong)
    return {
        "what": f"{people} dépôts dans la dernière minute, {engine}",
        "value": f"p95 {p95:.2f} s ; perdus {lost}, doublés {doubled}, après l'instant {after}, mal répondus {wrong}",
        "target": "p95 ≤ 2 s, aucun perdu, doublé ni après",
        "reached": clean and p95 <= TARGET,
        "details": (
            f"deux processus web ; {len(times)} envois dont {len(times) - people} doubles clics, "
            f"{people - len(expected)} en retard ; médiane {p50:.2f} s, pire {times[-1]:.2f} s"
        ),
    }


def _is_right(one: Outcome) -> bool:
    if one.is_late:
        return all(status == 422 for status, _ in one.answers) and "Trop tard" in one.words
    receipt = f"/compte/candidatures/{one.pk}/accuse/"
    return all(answer == (302, receipt) for answer in one.answers)


def _form_row(port: int, form: dict[str, Any]) -> dict[str, object]:
    """One page of the form of a draft, as its writer opens it."""
    headers = _cookies(form)
    drive(port, form["paths"], seconds=3, connections=8, headers=headers)
    load = drive(port, form["paths"], seconds=10, connections=8, headers=headers)
    return {
        "what": "Une page du formulaire d'une candidature",
        "value": f"{load.rate:.0f} pages/s",
        "target": "≥ 110 pages/s",
        "reached": load.rate >= 110 and not load.errors,
        "details": f"deux processus web, huit personnes ; p95 {load.p95:.0f} ms, {load.errors} erreurs",
    }


def _child(environment: dict[str, str], *words: object) -> dict[str, Any]:
    command = [sys.executable, str(Path(__file__).resolve()), *map(str, words)]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    lines = done.stdout.strip().splitlines()
    return json.loads(lines[-1]) if lines else {}


def _in_child(words: list[str]) -> None:
    import django

    django.setup()
    from bench import deposits_data

    print(json.dumps(getattr(deposits_data, words[0])(*map(float, words[1:]))))


if __name__ == "__main__":
    if sys.argv[1:]:
        _in_child(sys.argv[1:])
    else:
        for row in run():
            print(row)
