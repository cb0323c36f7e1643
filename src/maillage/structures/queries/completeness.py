"""How complete a page is: what a resident needs to find a structure, understand it and reach it.

Each criterion is worth 0 to 1, as in the quality score of data·inclusion
(https://github.com/gip-inclusion/data-inclusion, `score_qualite.py`), whose measure of a description is
kept: best from 200 to 2 000 characters. Age is told apart (`queries.freshness`).
"""

from collections.abc import Iterable
from typing import NamedTuple

# Code → what is missing, in words, as in « il manque … ».
CRITERIA = {
    "description": "une présentation",
    "phone": "un téléphone",
    "email": "une adresse e-mail",
    "website": "un site",
    "hours": "des horaires",
    "sector": "un secteur",
    "place": "une adresse située",
}
SHORTEST, LONGEST = 200, 2_000


class Facts(NamedTuple):
    """`description` is its text; the others say whether the page has one."""

    description: str
    phone: bool
    email: bool
    website: bool
    hours: bool
    sector: bool
    place: bool


def description_score(text: str) -> float:
    """1 from 200 to 2 000 characters, less when shorter, a half when longer."""
    length = len(text.strip())
    if length > LONGEST:
        return 0.5
    return min(1.0, length / SHORTEST)


def completeness(facts: Facts) -> int:
    """Percentage, 0 to 100."""
    scores = [description_score(facts.description), *(float(has) for has in facts[1:])]
    return round(100 * sum(scores) / len(scores))


def missing(facts: Facts) -> list[str]:
    """Codes of `CRITERIA` that the page has nothing of."""
    return [name for name in CRITERIA if not getattr(facts, name)]


def in_words(codes: Iterable[str]) -> list[str]:
    """French words for codes; unknown ones are left out."""
    return [CRITERIA[code] for code in codes if code in CRITERIA]
