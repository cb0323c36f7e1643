"""What an agent may take out of sight on a page."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from maillage.structures.models import Document, Link, Picture, Service, Teaser

TEXTS = {
    "description": "présentation",
    "website": "site web",
    "email": "adresse e-mail",
    "phone": "téléphone",
    "acronym": "sigle",
}
ROWS: dict[str, type[Model]] = {
    "picture": Picture,
    "document": Document,
    "service": Service,
    "teaser": Teaser,
    "link": Link,
}


@dataclass(frozen=True, slots=True)
class Hidden:
    """What was hidden, in words, and what is needed to put it back."""

    measure: str
    label: str
    kept: dict[str, Any]
