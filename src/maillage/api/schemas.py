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


ERRORS: dict[int, Any] = {404: Problem, 422: Problem, 429: Problem}
