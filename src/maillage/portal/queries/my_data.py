"""All that the platform knows of one person, room by room."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.urls import reverse

from maillage.accounts.models import Consent, User
from maillage.core.room import rooms
from maillage.portal.lib import ACTION_LABELS

SHOWN = 200


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
    def first(self) -> list[list[Any]]:
        """Cells of the first rows; `more` is how many others the screen leaves to the export."""
        return [[_shown(key, row[key]) for key in row] for row in self.rows[:SHOWN]]

    @property
    def more(self) -> int:
        return max(0, len(self.rows) - SHOWN)


def _shown(column: str, value: Any) -> Any:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if not isinstance(value, str):
        return value
    if column == "action":
        return ACTION_LABELS.get(value, value.replace("_", " ").replace(".", " "))
    if column == "objet" and value.count(".") == 1:
        return _model_name(value)
    return _moment(value) or value


def _moment(text: str) -> datetime | None:
    """The moment that an ISO text tells; None for any other text."""
    if not (text[:4].isdigit() and text[10:11] == "T"):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _model_name(label: str) -> str:
    """« structures.structure » as people say it; a model that is gone keeps its code."""
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except (LookupError, ValueError):
        return label


def all_about(user: User) -> list[Kept]:
    """Every declared kind, those without a row left out."""
    found = [
        Kept(label=one.label, rows=one.export(user), kept=one.kept)
        for room in rooms()
        for one in room.personal
        if one.export is not None
    ]
    return [one for one in found if one.rows]


def about_address(email: str) -> str:
    """What is kept on an address, as text for its owner alone: only that mailbox may be sent it."""
    if User.objects.filter(email=email.lower(), erased_at=None).exists():
        return (
            "Cette adresse a un compte : connectez-vous et ouvrez « Mes données » pour tout lire et tout emporter "
            f"({settings.BASE_URL}{reverse('privacy:my_data')})."
        )
    kept = all_about(User(pk=0, email=email))
    lines = [
        f"- {one.label} : " + ", ".join(f"{name} : {value}" for name, value in row.items() if value)
        for one in kept
        for row in one.rows[:SHOWN]
    ]
    return "\n".join(lines) or "Rien n'est gardé sur cette adresse."


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
