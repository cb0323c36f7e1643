"""Parts that a report may have, by code. A code is kept in saved reports: it is never re-used."""

from collections.abc import Iterable
from dataclasses import dataclass

MOST = 18


@dataclass(frozen=True, slots=True)
class SectionKind:
    """`help` tells an agent what it prints. `of_space_only`: it means nothing for one commune."""

    code: str
    label: str
    help: str
    of_space_only: bool = False


_ALL = (
    SectionKind("figures", "Les chiffres clés", "Structures, établissements, emplois estimés, parts."),
    SectionKind("communes", "Par commune", "Carte et tableau des structures.", of_space_only=True),
    SectionKind("families", "Par famille", "Associations, coopératives, mutuelles, fondations…"),
    SectionKind("sectors", "Par secteur", "Secteurs d'activité, les plus nombreux d'abord."),
    SectionKind("quarters", "Par quartier", "Quartiers dont le contour est importé."),
    SectionKind("sizes", "Par taille", "Tranches d'effectif."),
    SectionKind("ages", "Par âge", "Ancienneté des structures."),
    SectionKind("typology", "Les deux sortes d'ESS", "Entrepreneuriale et militante."),
    SectionKind("labels", "Agréments et labels", "Structures qui en ont un en vigueur."),
    SectionKind("movements", "Créations et cessations", "Par année."),
    SectionKind("jobs", "Emplois estimés", "Par famille, avec le secret statistique.", of_space_only=True),
    SectionKind("published", "Ce que d'autres ont publié", "Chiffres sourcés, à côté des nôtres."),
    SectionKind("series", "Au fil des relevés", "Nombre de structures à chaque relevé.", of_space_only=True),
    SectionKind("gaps", "Ce qui manque d'après la mesure", "Les besoins les plus probablement mal couverts."),
    SectionKind("declared", "Ce que les gens disent", "Besoins déclarés et « moi aussi »."),
    SectionKind("unknown", "Ce que l'on ne sait pas", "Lieux où l'annuaire en sait trop peu."),
    SectionKind("files", "Ce qui est pris en main", "Étape des dossiers ouverts, sans leurs notes."),
    SectionKind("method", "Définitions et méthode", "Comment chaque chiffre est fait."),
)  # fmt: skip
SECTIONS: dict[str, SectionKind] = {one.code: one for one in _ALL}
# What the territory's sheet prints unless somebody chose.
USUAL = (
    *("figures", "communes", "families", "sectors", "movements", "jobs", "published"),
    *("gaps", "declared", "unknown", "method"),
)


def known(codes: Iterable[object], *, of_commune: bool = False) -> tuple[str, ...]:
    """Those of `codes` that exist and mean something there, in their order, each once."""
    found = dict.fromkeys(code for code in codes if isinstance(code, str) and code in SECTIONS)
    return tuple(code for code in found if not (of_commune and SECTIONS[code].of_space_only))[:MOST]
