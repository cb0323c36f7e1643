"""Names that blind readers see in the place of the applicants'.

Two French words drawn at random, so that neither their order nor their letters tell anything of the deposits:
« Mésange calme ». The adjectives have one form for both genders.
"""

import secrets
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maillage.calls.models import Edition

NOUNS = (
    "Abeille", "Acacia", "Alouette", "Amandier", "Ancolie", "Aubépine", "Aulne", "Azalée", "Balise", "Barque",
    "Bergeronnette", "Bleuet", "Bouleau", "Boussole", "Bruyère", "Camélia", "Campanule", "Capucine", "Cascade",
    "Cèdre", "Cerisier", "Chardon", "Châtaignier", "Chêne", "Cigale", "Cigogne", "Clairière", "Coccinelle",
    "Colibri", "Colline", "Coquelicot", "Cormoran", "Cyprès", "Dauphin", "Dune", "Écureuil", "Églantine", "Érable",
    "Falaise", "Fauvette", "Figuier", "Fougère", "Frêne", "Genêt", "Geai", "Gentiane", "Glycine", "Grive",
    "Hérisson", "Héron", "Hêtre", "Hirondelle", "Horizon", "Houx", "Huppe", "Iris", "Jacinthe", "Jasmin", "Jonquille",
    "Lagune", "Lavande", "Libellule", "Lichen", "Lilas", "Linotte", "Loriot", "Loutre", "Lucarne", "Luciole",
    "Martinet", "Mélèze", "Merle", "Mésange", "Mimosa", "Moineau", "Mousse", "Muguet", "Myrte", "Narcisse", "Noisetier",
    "Olivier", "Orchidée", "Oseille", "Papillon", "Passerelle", "Pensée", "Peuplier", "Phare", "Pinson", "Pivoine",
    "Platane", "Prairie", "Primevère", "Renoncule", "Rivière", "Romarin", "Roseau", "Rossignol", "Rouge-gorge", "Sarcelle",
    "Sauge", "Saule", "Sentier", "Sittelle", "Sorbier", "Source", "Sureau", "Thym", "Tilleul", "Tournesol",
    "Tourterelle", "Trèfle", "Tulipe", "Vallon", "Verger", "Verveine", "Violette", "Voilier",
)  # fmt: skip
ADJECTIVES = (
    "agile", "agréable", "aimable", "alerte", "ample", "calme", "candide", "champêtre",
    "commode", "digne", "docile", "durable", "énergique", "fertile", "fidèle", "flexible",
    "habile", "honnête", "jeune", "juste", "libre", "limpide", "magique", "mobile", "modeste",
    "moderne", "mythique", "nomade", "nordique", "optimiste", "pacifique", "paisible", "poétique", "pratique",
    "proche", "propice", "prospère", "rapide", "robuste", "rustique", "sage", "sensible", "simple", "sobre",
    "solidaire", "solide", "sonore", "souple", "stable", "sublime", "tendre", "tranquille", "unique", "utile", "véritable",
)  # fmt: skip


def pseudonym(edition: "Edition") -> str:
    """One that no file of the edition has. Write it at once; `application_pseudonym_once` refuses a race."""
    taken = edition.applications.values_list("pseudonym", flat=True)
    return drawn(frozenset(taken))


def drawn(taken: Collection[str], choose: Callable[[Sequence[str]], str] = secrets.choice) -> str:
    """Two words that are not in `taken`; when all are, two words and the first number that is free."""
    if len(taken) * 2 < len(NOUNS) * len(ADJECTIVES):
        for _ in range(64):
            tried = f"{choose(NOUNS)} {choose(ADJECTIVES)}"
            if tried not in taken:
                return tried
    free = [f"{noun} {adjective}" for noun in NOUNS for adjective in ADJECTIVES]
    number = 1
    while not (left := [one for one in free if _numbered(one, number) not in taken]):
        number += 1
    return _numbered(choose(left), number)


def _numbered(words: str, number: int) -> str:
    return words if number == 1 else f"{words} {number}"
