"""Provenance in words."""

from datetime import date
from typing import Any

LABELS = {
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
    "demo": "donnée inventée pour la démonstration",
}


def source_label(key: str) -> str:
    return LABELS.get(key, key.replace("_", " "))


def origin_of(provenance: Any, field: str) -> tuple[str, date | None]:
    """Source of a field and its date; empty when nothing was kept."""
    entry = provenance.get(field) if isinstance(provenance, dict) else None
    if not isinstance(entry, dict):
        return "", None
    return source_label(str(entry.get("source") or "")), read_date(entry.get("date"))


def read_date(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None
