"""What a measure says, in words first. Numbers come after."""

import math
from typing import Literal

Level = Literal["lacking", "unclear", "served", "unknown"]

# From eight chances in ten, a lack is said probable; under two, improbable.
PROBABLE, IMPROBABLE, EVEN = 0.8, 0.2, 0.5
_NEARLY = 0.95


def level(probability: float | None) -> Level:
    if probability is None:
        return "unknown"
    if probability >= PROBABLE:
        return "lacking"
    return "served" if probability <= IMPROBABLE else "unclear"


def chances(probability: float) -> str:
    """« 9 chances sur 10 »; near certainty stays a chance. Rounded towards doubt, so that words and number agree."""
    if probability >= _NEARLY:
        return "plus de 19 chances sur 20"
    if probability <= 1 - _NEARLY:
        return "moins de 1 chance sur 20"
    exact = round(10 * probability, 9)
    tenths = math.floor(exact) if probability >= EVEN else max(1, math.ceil(exact))
    return f"{tenths} chance{'s' if tenths > 1 else ''} sur 10"


def sentence(
    probability: float | None,
    *,
    supply: int,
    expected: float | None,
    elsewhere: str = "qu'ailleurs",
) -> str:
    """`elsewhere` ends the comparison: « qu'ailleurs », « qu'à Plaine Sud »."""
    if probability is None:
        return _without(supply, expected)
    told = {
        "lacking": f"Probablement moins d'offre {elsewhere}",
        "unclear": f"On ne peut pas dire s'il y a moins d'offre {elsewhere}",
        "served": f"Probablement pas moins d'offre {elsewhere}",
    }[level(probability)]
    return f"{told} : {chances(probability)} d'en avoir moins"


def _without(supply: int, expected: float | None) -> str:
    if expected is None:
        return "Pas de comparaison possible : il faut d'autres lieux dont la population est connue"
    if supply:
        return "Seul lieu du territoire où l'annuaire en connaît"
    return "Aucune structure connue, ni ici ni dans le reste du territoire"
