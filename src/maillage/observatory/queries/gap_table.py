"""The table of gaps to take away: one row per need and place, each layer in its own columns."""

from collections.abc import Iterable, Iterator
from typing import Any

from maillage.core.tabular.writing import Column
from maillage.observatory.enums import PlaceKind
from maillage.observatory.queries.gaps import Line

COLUMNS = [
    Column("besoin", "Besoin", 20),
    Column("libelle", "Libellé", 30),
    Column("theme", "Thème", 20),
    Column("lieu_nature", "Sorte de lieu", 12),
    Column("lieu_code", "Code du lieu", 12),
    Column("lieu", "Lieu", 24),
    Column("offre", "Structures qui y répondent", 10, kind="integer"),
    Column("population", "Population comptée", 12, kind="number"),
    Column("population_visee", "Groupe compté", 20),
    Column("taux", "Pour 10 000 personnes", 10, kind="number"),
    Column("taux_reference", "Taux des autres lieux", 10, kind="number"),
    Column("taux_lisse", "Taux lissé", 10, kind="number"),
    Column("probabilite_manque", "Probabilité de manque", 10, kind="number"),
    Column("distance_m", "Distance moyenne à la plus proche (m)", 12, kind="number"),
    Column("accessibilite", "Accessibilité 2SFCA, pour 10 000", 12, kind="number"),
    Column("declare", "Personnes qui le disent", 10, kind="integer"),
    Column("fiches_anciennes", "Fiches anciennes parmi elles", 10, kind="integer"),
    Column("information_insuffisante", "Information insuffisante", 10, kind="boolean"),
    Column("mesure_le", "Mesuré le", 20),
]


def rows(lines: Iterable[Line]) -> Iterator[dict[str, Any]]:
    for line in lines:
        measure, info = line.measure, line.info
        yield {
            "besoin": line.need.code,
            "libelle": line.need.label,
            "theme": line.need.theme,
            "lieu_nature": PlaceKind(line.place.kind).label,
            "lieu_code": line.place.code,
            "lieu": line.place.name,
            "offre": measure.supply,
            "population": measure.population,
            "population_visee": line.people,
            "taux": measure.rate,
            "taux_reference": measure.expected,
            "taux_lisse": measure.shrunk,
            "probabilite_manque": measure.probability,
            "distance_m": measure.nearest,
            "accessibilite": measure.accessibility,
            "declare": line.voices,
            "fiches_anciennes": info.old if info else None,
            "information_insuffisante": line.is_silent,
            "mesure_le": measure.measured_at,
        }
