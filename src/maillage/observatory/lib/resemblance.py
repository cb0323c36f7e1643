"""Do two short texts say the same thing missing? Shared word stems, enough to propose, never to decide."""

from maillage.core.search.analysis import STOP_WORDS, words

ALIKE = 0.34
# Everybody's words when something is missing: they tell nothing apart.
_COMMON = frozenset(
    [
        "manque",
        "manquer",
        "besoin",
        "avoir",
        "faut",
        "falloir",
        "il",
        "y",
        "aucun",
        "aucune",
        "pas",
        "plus",
        "rien",
        "trop",
        "peu",
        "ici",
        "quartier",
        "ville",
        "commune",
        "personne",
        "assez",
        "vraiment",
        "tres",
    ]
)


def stems_of(text: str) -> frozenset[str]:
    kept = (
        word for word in words(text) if word.plain not in STOP_WORDS and word.plain not in _COMMON
    )
    return frozenset(word.stem for word in kept if len(word.plain) > 2)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of the shorter text's words found in the other, from 0 to 1."""
    if not one or not other:
        return 0.0
    return len(one & other) / min(len(one), len(other))
