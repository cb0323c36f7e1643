"""The directory as a table: exactly what is shown, in the same order.

Names of columns follow data·inclusion (`nom`, `siret`, `code_insee`…), then our own.
"""

from collections import defaultdict
from collections.abc import Container, Iterator
from typing import Any

from maillage.core.tabular.geopackage import Layer, outlined, point
from maillage.core.tabular.writing import Column
from maillage.directory.lib.selection import Selection
from maillage.directory.lib.sources import origin_of
from maillage.directory.queries.addresses import addresses
from maillage.sources.queries.credits import LICENCE_OUVERTE, LICENCE_OUVERTE_URL
from maillage.spaces.models import Space
from maillage.structures.enums import Axis, Family, SizeBand, State
from maillage.structures.models import Establishment, Structure, StructureTerm
from maillage.structures.queries.disclosure import contacts_for, is_open
from maillage.territories.queries import perimeter_geojson

COLUMNS = [
    Column(
        "id",
        "Identifiant",
        12,
        "integer",
        "Numéro de la structure ; il ne change pas.",
        required=True,
    ),
    Column("nom", "Nom", 40, about="Nom d'usage.", required=True),
    Column("sigle", "Sigle", 12),
    Column("siren", "SIREN", 12, pattern=r"\d{9}"),
    Column(
        "siret", "SIRET", 16, about="De l'établissement décrit par la ligne.", pattern=r"\d{14}"
    ),
    Column(
        "rna", "RNA", 12, about="Répertoire national des associations.", pattern=r"W[0-9A-Z]{9}"
    ),
    Column("adresse", "Adresse", 34, about="Vide quand elle n'est pas publique."),
    Column("code_postal", "Code postal", 8, pattern=r"\d{5}"),
    Column("commune", "Commune", 22),
    Column(
        "code_insee",
        "Code Insee",
        8,
        about="Code officiel géographique.",
        pattern=r"\d[0-9AB]\d{3}",
    ),
    Column("longitude", "Longitude", 11, "number", "Degrés, WGS84."),
    Column("latitude", "Latitude", 11, "number", "Degrés, WGS84."),
    Column(
        "position_approximative",
        "Position approximative",
        12,
        "boolean",
        "Oui : le point est celui de la commune.",
    ),
    Column("etablissements", "Établissements sur le territoire", 10, "integer"),
    Column("famille", "Famille", 20, about="Famille de l'économie sociale et solidaire."),
    Column(
        "nature_juridique", "Catégorie juridique", 10, about="Code de l'Insee.", pattern=r"\d{4}"
    ),
    Column(
        "secteurs", "Secteurs", 34, about="Libellés séparés par des virgules, le principal d'abord."
    ),
    Column("finalites", "Finalités", 24, about="Libellés séparés par des virgules."),
    Column("publics", "Publics", 24, about="Libellés séparés par des virgules."),
    Column("labels", "Agréments et labels", 30, about="En vigueur, séparés par des virgules."),
    Column("roles", "Rôles", 20, about="Libellés séparés par des virgules."),
    Column("presentation", "Présentation", 60),
    Column("site_web", "Site web", 30),
    Column("courriel", "Courriel", 28, about="Vide quand la structure ne le montre pas à tous."),
    Column("telephone", "Téléphone", 16, about="Vide quand la structure ne le montre pas à tous."),
    Column("taille", "Effectif", 20, about="Tranche d'effectif salarié de l'Insee."),
    Column("annee_effectif", "Année de l'effectif", 8, "integer"),
    Column("date_creation", "Date de création", 12, "date"),
    Column("source", "Source", 24, about="D'où vient le nom de la structure."),
    Column(
        "date_maj",
        "Date de l'information",
        12,
        "date",
        "Dernière confirmation, sinon date de la source.",
    ),
    Column("demonstration", "Structure inventée", 10, "boolean", "Oui : pour la démonstration."),
    Column("url", "Fiche", 50, about="Adresse de la fiche publique.", required=True),
    Column(
        "horaires_accueil",
        "Horaires (syntaxe OpenStreetMap)",
        30,
        about="Du lieu décrit par la ligne.",
    ),
]
_OUTLINE = [Column("code_insee", "Code Insee", 8), Column("nom", "Nom")]
_CHUNK = 500
_AXES: dict[str, str] = {
    Axis.SECTOR: "secteurs",
    Axis.AIM: "finalites",
    Axis.AUDIENCE: "publics",
    Axis.ROLE: "roles",
}


def rows(space: Space, selection: Selection, base_url: str) -> Iterator[dict[str, Any]]:
    """One row per structure; its place is the main one of the perimeter. Four queries for 500 rows."""
    positions = selection.positions
    for start in range(0, len(positions), _CHUNK):
        yield from _chunk(space, selection, positions[start : start + _CHUNK].tolist(), base_url)


def members(space: Space, base_url: str) -> dict[str, str]:
    """What a GeoJSON says of itself beside its features: whose it is, under which licence."""
    return {
        "title": f"Annuaire de l'économie sociale et solidaire : {space.name}",
        "attribution": space.authority,
        "licence": LICENCE_OUVERTE,
        "licence_url": LICENCE_OUVERTE_URL,
        "source": f"{base_url}{addresses(space.slug).list}",
    }


def layers(space: Space, selection: Selection, base_url: str) -> list[Layer]:
    """The list as points, and the outline of its communes: what a GeoPackage holds."""
    outline = perimeter_geojson(selection.snapshot.facets["commune"])
    drawn = [
        {
            "code_insee": one["properties"]["code"],
            "nom": one["properties"]["name"],
            "at": one["geometry"],
        }
        for one in outline["features"]
    ]
    return [
        Layer(
            "annuaire",
            COLUMNS,
            rows(space, selection, base_url),
            lambda row: point(row.get("longitude"), row.get("latitude")),
        ),
        Layer("perimetre", _OUTLINE, drawn, lambda row: outlined(row["at"]), "MultiPolygon"),
    ]


def _chunk(
    space: Space, selection: Selection, positions: list[int], base_url: str
) -> Iterator[dict[str, Any]]:
    snapshot = selection.snapshot
    ids = [int(snapshot.ids[at]) for at in positions]
    # What a large directory remembers may be older than a withdrawal.
    structures = Structure.objects.published().in_bulk(ids)
    places = _main_places(ids, snapshot.facets["commune"])
    terms = _terms(ids)
    for at, structure_id in zip(positions, ids, strict=True):
        structure = structures.get(structure_id)
        if structure is None:
            continue
        path = f"{addresses(space.slug).structure}{structure.slug}/"
        place = places.get(structure_id)
        yield (
            _identity(structure)
            | _place(place, structure, snapshot.facets["commune"])
            | _point(snapshot.main_place(at))
            | terms[structure_id]
            | {
                "labels": snapshot.labels.get(at, []),
                "etablissements": place[1] if place else 0,
                "url": f"{base_url}{path}",
            }
        )


def _identity(structure: Structure) -> dict[str, Any]:
    source, source_date = origin_of(structure.provenance, "name")
    confirmed = structure.confirmed_at
    informed = confirmed.date() if confirmed else source_date
    contacts = contacts_for(structure)
    return {
        "id": structure.pk,
        "nom": structure.name,
        "sigle": structure.acronym,
        "siren": structure.siren,
        "rna": structure.rna,
        "famille": Family(structure.family).label if structure.family else "",
        "nature_juridique": structure.legal_category,
        "presentation": structure.description,
        "site_web": contacts.website,
        "courriel": contacts.email,
        "telephone": contacts.phone,
        "taille": SizeBand(structure.size_band).label if structure.size_band else "",
        "annee_effectif": structure.size_year,
        "date_creation": structure.created_on,
        "source": source,
        "date_maj": informed,
        "demonstration": structure.is_demo,
    }


def _place(
    found: tuple[Establishment, int] | None, structure: Structure, communes: dict[str, Any]
) -> dict[str, Any]:
    if found is None:
        return {}
    place = found[0]
    shown = is_open(
        structure.disclosure, place.disclosure, address_is_public=place.address_is_public
    )
    code = place.municipality_code
    return {
        "siret": place.siret,
        "adresse": place.address if shown else "",
        "code_postal": place.postal_code,
        "commune": communes[code].label if code in communes else "",
        "code_insee": code,
        "horaires_accueil": place.opening_hours,
    }


def _point(place: tuple[float, float, bool] | None) -> dict[str, Any]:
    if place is None:
        return {"longitude": None, "latitude": None, "position_approximative": None}
    lon, lat, approximate = place
    return {"longitude": lon, "latitude": lat, "position_approximative": approximate}


def _main_places(ids: list[int], codes: Container[str]) -> dict[int, tuple[Establishment, int]]:
    """Main open establishment of each structure in the perimeter, and how many it has there."""
    found: dict[int, tuple[Establishment, int]] = {}
    places = Establishment.objects.filter(structure_id__in=ids, state=State.ACTIVE)
    for place in places.order_by("-is_head_office", "id"):
        if place.municipality_code not in codes:
            continue
        main, count = found.get(place.structure_id, (place, 0))
        found[place.structure_id] = main, count + 1
    return found


def _terms(ids: list[int]) -> dict[int, dict[str, list[str]]]:
    found: dict[int, dict[str, list[str]]] = defaultdict(
        lambda: {column: [] for column in _AXES.values()}
    )
    links = (
        StructureTerm.objects.filter(structure_id__in=ids)
        .order_by("-is_main", "term__position", "term__label", "id")
        .values_list("structure_id", "term__axis", "term__label")
    )
    for structure_id, axis, label in links:
        column = _AXES.get(axis)
        if column:
            found[structure_id][column].append(label)
    return found
