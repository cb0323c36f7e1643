"""Reference data shipped with the room: legal categories, activities, terms and synonyms."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

from django.db.models import Field, Model

DATA = Path(__file__).parents[1] / "data"


@dataclass(frozen=True, slots=True)
class Reference:
    """Rows as the files give them, every value a string."""

    legal_categories: list[dict[str, str]]
    activities: list[dict[str, str]]
    terms: list[dict[str, str]]
    synonyms: list[str]


def read_reference(folder: Path = DATA) -> Reference:
    """The four shipped files. Blank lines and `#` lines of `synonyms.txt` are left out."""
    lines = (folder / "synonyms.txt").read_text(encoding="utf-8").splitlines()
    return Reference(
        legal_categories=_rows(folder / "legal_categories.csv"),
        activities=_rows(folder / "activities.csv"),
        terms=_rows(folder / "terms.csv"),
        synonyms=[line for line in lines if line.strip() and not line.startswith("#")],
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


def python_value(model: type[Model], name: str, value: Any) -> Any:
    """`value` (JSON form) as the field `name` of `model` holds it. Raises `ValidationError`."""
    field = cast("Field[Any, Any]", model._meta.get_field(name))
    return field.to_python(value)


def wire(value: Any) -> str:
    """A field's value as compared between what was seen and what was typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Model):
        return str(value.pk)
    return str(value).replace("\r\n", "\n").strip()


SOURCE_LABELS = {
    "sirene": "Sirene (Insee)",
    "rna": "Répertoire national des associations",
    "ess_list": "liste des entreprises de l'ESS (ESS France)",
    "esus": "liste des entreprises ESUS (Trésor)",
    "siae": "liste des SIAE",
    "siae_asp": "liste des SIAE (ASP)",
    "siae_marche": "Marché de l'inclusion",
    "data_inclusion": "data·inclusion",
    "entreprises": "API Recherche d'entreprises",
    "geocoding": "Géoplateforme (géocodage)",
    "table": "fichier de la collectivité",
    "person": "saisie d'un agent",
    "agent": "saisie d'un agent",
    "membre": "la structure",
    "contribution": "contribution vérifiée par un agent",
    "demo": "donnée inventée pour la démonstration",
}


def source_label(key: str) -> str:
    """A source of the provenance, in words."""
    return SOURCE_LABELS.get(key, key.replace("_", " "))
