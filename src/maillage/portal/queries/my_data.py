"""All that the platform knows of one person, room by room."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from maillage.accounts.models import Consent, User
from maillage.core.room import rooms


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One kind of rows about a person. `kept` says why they stay when the account goes; empty: they go."""

    label: str
    rows: list[dict[str, Any]]
    kept: str

    @property
    def columns(self) -> list[str]:
        return list(self.rows[0]) if self.rows else []

    @property
    def cells(self) -> list[list[Any]]:
        return [[_shown(value) for value in row.values()] for row in self.rows]


def _shown(value: Any) -> Any:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, str) and value[:4].isdigit() and "T" in value[4:12]:
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return value
    return value


def all_about(user: User) -> list[Kept]:
    """Every declared kind, those without a row left out."""
    found = [
        Kept(label=one.label, rows=one.export(user), kept=one.kept)
        for room in rooms()
        for one in room.personal
        if one.export is not None
    ]
    return [one for one in found if one.rows]


def as_json(user: User, *, now: datetime) -> dict[str, Any]:
    """The same for a machine: labels as keys, values as they are stored."""
    return {
        "produit le": now.isoformat(),
        "compte": user.email,
        "données": {one.label: one.rows for one in all_about(user)},
    }


def consents_of(user: User) -> list[Consent]:
    """Newest first, those in force before the others."""
    rows = list(Consent.objects.filter(user=user).order_by("-given_at", "-id")[:200])
    return sorted(rows, key=lambda one: one.withdrawn_at is not None)
