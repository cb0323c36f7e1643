"""Shapes that the documentation announces. Answers are made as dictionaries and sent as bytes: these describe them."""

from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field


class Problem(Schema):
    """An error (RFC 9457)."""

    model_config = ConfigDict(extra="allow")
    type: str = Field(description="Adresse qui explique l'erreur.")
    title: str
    status: int
    detail: str = Field(description="Ce qui ne va pas, en une phrase.")
    instance: str
    errors: list[dict[str, str]] = Field(
        default_factory=list, description="Par paramètre : `field` et `message`."
    )


class SpaceRow(Schema):
    slug: str = Field(description="Nom de l'espace dans les adresses.", examples=["est-ensemble"])
    name: str
    authority: str = Field(description="Collectivité à citer.")
    tagline: str
    url: str = Field(description="Accueil de l'espace.")
    demo: bool = Field(description="Espace inventé, pour la démonstration.")
    structures: int = Field(description="Structures publiées, comme dans l'annuaire.")
    communes: int
    licence: str
    structures_url: str


class SpaceOne(SpaceRow):
    perimeter: list[dict[str, str]] = Field(description="Communes : `code` INSEE et `name`.")
    website: str
    links: dict[str, str] = Field(description="Ce qui se lit de cet espace.")


class Spaces(Schema):
    count: int
    results: list[SpaceRow]


class Place(Schema):
    """An open establishment in the perimeter."""

    id: int
    siret: str | None
    name: str
    head_office: bool
    address: str = Field(description="Vide quand elle n'est pas publique.")
    postal_code: str
    commune_code: str = Field(description="Code INSEE.")
    commune: str
    lon: float | None = Field(description="WGS 84, degrés.")
    lat: float | None
    approximate: bool = Field(
        description="Le point est celui de la commune, ou de cette précision."
    )
    address_shown: bool
    opening_hours: str = Field(description="Syntaxe d'OpenStreetMap.")


class Coded(Schema):
    code: str
    label: str


class Held(Coded):
    """A label in force."""

    identifier: str
    valid_from: str | None
    valid_to: str | None


class StructureRow(Schema):
    """With `fields`, only those that were asked for."""

    id: int | None = None
    slug: str | None = None
    name: str | None = None
    acronym: str | None = None
    legal_name: str | None = None
    siren: str | None = None
    rna: str | None = None
    family: str | None = Field(None, description="Code de la famille.")
    family_label: str | None = None
    legal_category: str | None = Field(None, description="Catégorie juridique de l'INSEE.")
    activity_code: str | None = Field(None, description="Code NAF.")
    description: str | None = None
    website: str | None = None
    email: str | None = Field(None, description="Vide quand elle n'est pas publique.")
    phone: str | None = None
    size: str | None = Field(None, description="Tranche d'effectif de l'INSEE.")
    size_label: str | None = None
    size_year: int | None = None
    created_on: str | None = None
    ess_status: str | None = None
    ess_label: str | None = None
    sectors: list[Coded] | None = Field(None, description="Le premier est le principal.")
    aims: list[Coded] | None = None
    audiences: list[Coded] | None = None
    roles: list[Coded] | None = None
    labels: list[Held] | None = None
    establishments: list[Place] | None = None
    source: str | None = Field(None, description="D'où vient la fiche.")
    source_date: str | None = None
    confirmed_on: str | None = Field(None, description="Dernière vérification par une personne.")
    updated_at: str | None = None
    demo: bool | None = None
    url: str | None = Field(None, description="Page publique.")


class StructureOne(StructureRow):
    id: int
    name: str
    establishments: list[Place]


class Paged(Schema):
    count: int = Field(description="Lignes de toute la liste.")
    page: int
    pages: int
    next: str | None = Field(description="Adresse de la page suivante.")
    previous: str | None
    licence: str


class Structures(Paged):
    messages: list[str] = Field(description="Ce qui a été ignoré dans la demande.")
    results: list[StructureRow]


class EstablishmentRow(Place):
    structure: int
    structure_name: str
    siren: str | None


class Establishments(Paged):
    results: list[EstablishmentRow]


class Feature(Schema):
    type: str
    id: int | str
    geometry: dict[str, Any] | None
    properties: dict[str, Any]


class FeatureCollection(Schema):
    model_config = ConfigDict(extra="allow")
    type: str
    features: list[Feature]


class Term(Coded):
    definition: str
    parent: str | None


class AxisTerms(Schema):
    axis: str
    label: str
    terms: list[Term]


class Taxonomies(Schema):
    licence: str
    axes: list[AxisTerms]


class NeedRow(Schema):
    code: str
    theme: str
    label: str
    question: str
    description: str
    terms: list[str] = Field(description="Codes des termes qui y répondent.")
    activities: list[str] = Field(description="Débuts de codes NAF qui y répondent.")
    target: str
    reach_m: int = Field(description="Distance qu'on accepte de faire, en mètres.")


class Needs(Schema):
    count: int
    licence: str
    results: list[NeedRow]


class Cell(Schema):
    value: float | None
    low: float | None = Field(description="Bornes d'une estimation.")
    high: float | None
    secret: bool


class CellRow(Cell):
    key: str
    label: str


class BreakdownRow(Schema):
    axis: str
    label: str
    adds_up: bool
    note: str
    rows: list[CellRow]


class IndicatorRow(Schema):
    indicator: str
    label: str
    unit: str
    definition: str
    formula: str
    source: str
    perimeter: str
    note: str
    total: Cell
    breakdowns: list[BreakdownRow]


class Figures(Schema):
    territory: str
    commune: str
    population: int | None
    secrecy: str
    licence: str
    indicators: list[IndicatorRow]


class SourcedRow(Schema):
    id: int
    indicator: str
    label: str
    unit: str
    place_kind: str
    place_code: str
    place_label: str
    family: str
    sector: str
    year: int
    value: float
    source: str
    source_url: str
    published_on: str | None
    perimeter: str
    confidence: str


class SourcedFigures(Paged):
    results: list[SourcedRow]


class Layer(Schema):
    layer: str
    said: str
    url: str


class Layers(Schema):
    licence: str
    layers: list[Layer]


class OfPlace(Schema):
    need_code: str
    place_kind: str
    place_code: str


class MeasuredRow(OfPlace):
    supply: int
    population: float
    target: str = Field(
        description="Groupe que `population` compte (under_25, over_75, qpv…) ; vide : tous les habitants."
    )
    rate: float | None
    expected: float | None
    shrunk: float | None = Field(description="Taux lissé (gamma-Poisson).")
    probability: float | None = Field(description="Que le lieu soit sous le taux de référence.")
    nearest: float | None
    accessibility: float | None
    measured_at: str


class Measured(Paged):
    results: list[MeasuredRow]


class UnknownRow(OfPlace):
    known: int
    old: int
    untold: int
    expected: float | None
    is_silent: bool
    measured_at: str


class Unknown(Paged):
    results: list[UnknownRow]


class DeclaredRow(OfPlace):
    declared: int
    echoes: int


class Declared(Paged):
    results: list[DeclaredRow]


class ImportRow(Schema):
    id: int
    source: str
    name: str
    producer: str
    licence: str
    url: str
    source_date: str | None
    applied_at: str | None
    counts: dict[str, int]


class Imports(Paged):
    results: list[ImportRow]


class CallRow(Schema):
    """An edition of a call for projects, once published."""

    slug: str
    title: str
    kind: str
    status: str
    summary: str
    themes: list[dict[str, str]] = Field(description="`code` et `label`.")
    envelope: str | None = Field(description="Euros.")
    amount_max: str | None = Field(description="Euros par projet.")
    opens_at: str | None = Field(description="Instant, ISO 8601.")
    closes_at: str | None = Field(
        description="Instant, ISO 8601 ; un dépôt reçu ensuite est refusé."
    )
    url: str


class Calls(Paged):
    results: list[CallRow]


class Grants(Paged):
    results: list[dict[str, str]] = Field(
        description="Lignes « subventions » du SCDL 2.1.1, et l'adresse du projet (`url`)."
    )


ERRORS: dict[int, Any] = {404: Problem, 422: Problem, 429: Problem}
# Of an address that takes nothing to misread.
ABSENT: dict[int, Any] = {404: Problem, 429: Problem}
