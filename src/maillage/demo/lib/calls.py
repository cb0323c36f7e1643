"""What the three editions of Progr'ESS in the demonstration say: who applied, for how much, and how they were read.

Figures of the first edition are those of the real one, as the département and the press told them: 29
applications, 13 laureates, 100 000 € (hauts-de-seine.fr, « Programme d'actions départementales PROGR'ESS »); the
second had 41 applications (ess2024.org, 13 December 2023). Structures and projects are invented.
"""

import csv
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from functools import lru_cache

from maillage.demo.lib.catalogue import DATA
from maillage.demo.lib.dice import Dice

FIRST, SECOND, THIRD = 29, 41, 11
# What the thirteen laureates received: 100 000 € in all, none above 15 000 €.
GRANTED = tuple(
    Decimal(amount)
    for amount in (15000, 12000, 10000, 9000, 9000, 8000, 7500, 7000, 6500, 5500, 4500, 3500, 2500)
)
COLOURS = (
    "Ambre", "Azur", "Bouleau", "Cèdre", "Corail", "Érable", "Fougère", "Genêt", "Jade", "Lavande",
    "Mélèze", "Nacre", "Olivier", "Opale", "Pollen", "Romarin", "Safran", "Tilleul",
)  # fmt: skip
JURORS = (
    ("Bénédicte Arnaud", "vice-présidente du conseil départemental", True),
    ("Farid Meziane", "directeur d'un incubateur de l'économie sociale", False),
    ("Solène Prigent", "chargée de mission d'un réseau de financeurs solidaires", False),
)


@dataclass(frozen=True)
class Project:
    title: str
    summary: str
    theme: str
    typology: str


@lru_cache(maxsize=1)
def projects() -> tuple[Project, ...]:
    with (DATA / "projects.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Project(**row) for row in csv.DictReader(file))


def pseudonyms(dice: Dice, count: int) -> list[str]:
    """Different names in an order that tells nothing of the deposits."""
    every = [f"{colour} {number:02d}" for colour in COLOURS for number in range(1, 8)]
    return dice.some(every, count)


def costs(dice: Dice) -> tuple[Decimal, Decimal]:
    """Total cost and amount asked (euros): from 40 to 80 % of the cost, 15 000 € at most, by hundreds."""
    asked = Decimal(100 * dice.number(30, 150))
    return (asked / dice.number(40, 80)).quantize(Decimal(1), ROUND_UP) * 100, asked


def levels(dice: Dice, quality: float, severity: float, count: int) -> list[int]:
    """Scores of one reading on `count` criteria, from 0 to 4: the file's quality, the juror's severity, and chance."""
    return [max(0, min(4, round(quality - severity + dice.gauss(0.6)))) for _ in range(count)]
