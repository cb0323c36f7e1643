"""The directory of 33 000 structures in a real Chromium without GPU: first list, points, weight.

`python -m bench browser`. Same invented data as `bench/directory.py`, same production server. The
processor is not slowed down and the network is this machine's: what is measured is our own work.
"""

import json
import shutil
import sys
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from playwright.sync_api import Browser, sync_playwright  # noqa: E402  (found by the line above)

from bench.directory import OURS, SIZE, prepared, served  # noqa: E402

RUNS = 5
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FILTER = """() => new Promise((done) => {
  const start = performance.now();
  document.addEventListener("htmx:afterSettle", () => {
    const answer = performance.getEntriesByType("resource").findLast((one) => one.name.includes("famille="));
    done([answer.responseEnd - answer.startTime, performance.now() - start]);
  }, {once: true});
  document.getElementById("f-famille-association").click();
})"""


def visit(browser: Browser, url: str, *, width: int, wait: str, then: str = "") -> dict[str, Any]:
    """One visit with an empty cache: times in milliseconds since the request, weight in bytes."""
    context = browser.new_context(viewport={"width": width, "height": 820}, locale="fr-FR")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: dict[str, int] = {}
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: int(event["encodedDataLength"])}),
    )
    page.goto(url, wait_until="commit")
    page.wait_for_selector(wait, state="attached", timeout=60_000)
    ready = page.evaluate("performance.now()")
    page.wait_for_load_state("networkidle")
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    found = {
        "painted": painted,
        "ready": ready,
        "bytes": sum(sizes.values()),
        "requests": len([size for size in sizes.values() if size]),
        "filter": page.evaluate(then) if then else [0, 0],
    }
    sizes.clear()
    page.goto(f"{url}?q=jardin")
    page.wait_for_load_state("networkidle")
    found["after"] = sum(sizes.values())
    context.close()
    return found


def run(size: int = SIZE) -> list[dict[str, object]]:
    """Rows: `what`, `value`, `target`, `reached`, `details`."""
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        raise SystemExit("Chromium introuvable (Debian, Ubuntu : apt install chromium).")
    with (
        served(prepared(size), *OURS) as port,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        url = f"http://127.0.0.1:{port}/banc/annuaire/"
        drawn = "maillage-map[data-ready]"
        visit(browser, url, width=1280, wait=drawn)  # the server builds what it keeps in memory
        with_map = [visit(browser, url, width=1280, wait=drawn, then=FILTER) for _ in range(RUNS)]
        without = [visit(browser, url, width=390, wait=".structure-card") for _ in range(2)]
        browser.close()
    return _rows(size, with_map, without)


def _middle(visits: list[dict[str, Any]], what: str) -> float:
    return median(one[what] for one in visits)


def _rows(
    size: int, with_map: list[dict[str, Any]], without: list[dict[str, Any]]
) -> list[dict[str, object]]:
    count = f"{size:,}".replace(",", " ")
    painted, ready = _middle(with_map, "painted"), _middle(with_map, "ready")
    answered, swapped = (median(one["filter"][at] for one in with_map) for at in (0, 1))
    requests = max(one["requests"] for one in with_map)
    heavy = max(one["bytes"] for one in with_map) / 1000
    first, after = (max(one[name] for one in without) / 1000 for name in ("bytes", "after"))
    worst = f"pire de {len(with_map)} : {max(one['ready'] for one in with_map):.0f} ms"
    return [
        {
            "what": f"Première liste peinte, {count} structures",
            "value": f"{painted:.0f} ms",
            "target": "≤ 1 000 ms",
            "reached": painted <= 1000,
            "details": f"médiane de {len(with_map)} visites, cache vide, sans processeur graphique",
        },
        {
            "what": f"Points à l'écran, {count} structures",
            "value": f"{ready:.0f} ms, {requests} requêtes",
            "target": "≤ 2 500 ms, ≤ 20 requêtes",
            "reached": ready <= 2500 and requests <= 20,
            "details": worst,
        },
        {
            "what": f"Un filtre coché, {count} structures",
            "value": f"{answered:.0f} ms",
            "target": "≤ 200 ms",
            "reached": answered <= 200,
            "details": f"réponse reçue ; du clic à la liste remplacée : {swapped:.0f} ms",
        },
        {
            "what": "Poids d'une page sans carte",
            "value": f"{first:.0f} ko, puis {after:.0f} ko",
            "target": "≤ 120 ko à la première visite, ≤ 30 ko ensuite",
            "reached": first <= 120 and after <= 30,
            "details": "écran de téléphone ; polices, styles et scripts compris",
        },
        {
            "what": "Poids de la page avec sa carte",
            "value": f"{heavy:.0f} ko",
            "target": "≤ 650 ko",
            "reached": heavy <= 650,
            "details": f"les {count} points compris, sans fond de carte",
        },
    ]


if __name__ == "__main__":
    print(json.dumps(run(), ensure_ascii=False, indent=1))
