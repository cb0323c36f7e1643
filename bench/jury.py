"""What a jury waits for: 500 files ranked with everything beside, and the best use of an envelope among 200.

`python bench/jury.py` prints the rows. Scores and requests are invented, with fixed seeds.
"""

import sys
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

FILES, READS, CRITERIA, JURORS, RUNS = 500, 5, 7, 40, 5
APPLICATIONS, CASES = 200, 6


def run() -> list[dict[str, object]]:
    """Rows: `what`, `value`, `target`, `reached`, `details`."""
    ranked, solved = _ranking(), _portfolios()
    worst = max(solved)
    return [
        {
            "what": f"Classement d'un jury, {FILES} dossiers × {READS} lectures × {CRITERIA} critères",
            "value": f"{ranked * 1000:.0f} ms",
            "target": "≤ 300 ms",
            "reached": ranked <= 0.3,
            "details": f"notes brutes, effet de juré et intervalles de rang, accord, robustesse ; médiane de {RUNS}",
        },
        {
            "what": f"Portefeuille optimal, {APPLICATIONS} candidatures, attributions partielles et minima",
            "value": f"{worst:.2f} s",
            "target": "≤ 2 s, optimum prouvé",
            "reached": worst <= 2,
            "details": f"pire de {CASES} tirages, demandes rondes ou au centime ; enveloppes de 100 000 et 500 000 €",
        },
    ]


def _ranking() -> float:
    import numpy as np

    from maillage.calls.lib.agreement import agreements
    from maillage.calls.lib.juror_effect import adjust
    from maillage.calls.lib.ranking import standings
    from maillage.calls.lib.readings import Measure, readings_of
    from maillage.calls.lib.robustness import robustness

    draw = np.random.default_rng(1)
    measures = [Measure(k, f"c{k}", w, 4) for k, w in enumerate([25, 15, 20, 15, 10, 10, 5])]
    quality, bias = draw.normal(62, 12, FILES), draw.normal(0, 8, JURORS)
    marks = [
        (p, int(j), k, int(np.clip(round((quality[p] + bias[j] + draw.normal(0, 12)) / 25), 0, 4)))
        for p in range(FILES)
        for j in draw.choice(JURORS, READS, replace=False)
        for k in range(CRITERIA)
    ]
    asked, nobody = np.full(FILES, 9_000_00.0), np.zeros(FILES, dtype=bool)
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        found = readings_of(range(FILES), measures, marks)
        standings(found)
        adjust(found)
        agreements(found)
        robustness(found, asked, 100_000_00.0, nobody)
        taken.append(time.perf_counter() - began)
    return median(taken)


def _portfolios() -> list[float]:
    import numpy as np

    from maillage.calls.lib.portfolio import Candidate, Minimum, Portfolio, Problem
    from maillage.calls.lib.portfolio_solver import solve

    taken = []
    for seed in range(CASES):
        draw = np.random.default_rng(seed)
        candidates = tuple(
            Candidate(
                key,
                int(draw.normal(62, 14) * 1000),
                int(draw.integers(40, 151)) * 10_000 + seed % 2 * int(draw.integers(10_000)),
                frozenset({f"zone:{draw.integers(4)}", f"typology:{draw.integers(3)}"}),
                frozenset({f"o{draw.integers(APPLICATIONS - 10)}"}),
            )
            for key in range(APPLICATIONS)
        )
        problem = Problem(
            candidates,
            envelope=100_000_00 if seed < CASES // 2 else 500_000_00,
            cap=15_000_00,
            partial=70,
            floor=50_000,
            gap=10_000,
            minima=(*(Minimum(f"zone:{zone}", 2) for zone in range(4)), Minimum("typology:1", 3)),
        )
        began = time.perf_counter()
        found = solve(problem)
        taken.append(time.perf_counter() - began)
        if not (isinstance(found, Portfolio) and found.is_proven):
            raise SystemExit(f"Tirage {seed} : optimum non prouvé.")
    return taken


if __name__ == "__main__":
    for row in run():
        print(f"{row['what']} : {row['value']} ({row['target']})")
