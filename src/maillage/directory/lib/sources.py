"""Provenance in words."""

from datetime import date
from typing import Any

from maillage.structures.lib import source_label


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
