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


ERRORS: dict[int, Any] = {404: Problem, 422: Problem, 429: Problem}
