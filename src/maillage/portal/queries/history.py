"""What happened to a structure, in words an agent reads."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Field
from django.utils.formats import date_format

from maillage.accounts.models import User
from maillage.core import journal
from maillage.core.models import JournalEntry
from maillage.portal.lib import credit
from maillage.sources.models import ImportRun
from maillage.structures.models import Establishment, Structure


@dataclass(frozen=True, slots=True)
class Change:
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the history. `run` is the import that wrote it, if one did."""

    entry: JournalEntry
    title: str
    changes: list[Change]
    run: ImportRun | None


# Sentences of the acts; an act that is not here shows its own name.
ACTION_LABELS = {
    "create": "Création à la main",
    "edit": "Modification",
    "confirm": "Vérification",
    "archive": "Archivage",
    "suppressed": "Retrait à la demande d'une personne",
    "restore": "Remise en service",
    "cease": "Cessation d'activité",
    "merge": "Fusion",
    "unmerge": "Fusion défaite",
    "override_ess": "Décision sur l'appartenance à l'ESS",
    "status_recomputed": "Appartenance recalculée après un changement de règle",
    "call": "Appel d'un agent",
    "call_undone": "Appel repris",
    "call_snoozed": "Appel remis au lendemain",
    "closure_kept": "Gardée malgré un signe de fermeture",
    "reminder_sent": "Rappel envoyé",
    "reminder_answered": "Réponse à un rappel",
    "reminders_stopped": "Rappels arrêtés à la demande de la structure",
    "reminders_resumed": "Rappels repris",
    "import": "Import",
    "undo_import": "Import annulé",
    "space_updated": "Identité de l'espace",
    "logo_changed": "Logo",
    "term_added": "Terme ajouté",
    "edited": "Table modifiée",
    "synonym_added": "Synonymes ajoutés",
    "synonym_removed": "Synonymes supprimés",
    "import.apply": "Import appliqué",
    "import.undo": "Import annulé",
    "journal_exported": "Journal téléchargé",
    "vocabulary_entrusted": "Tenue du vocabulaire commun",
    "role_set": "Rôle d'une personne",
    "branding_updated": "Couleurs de l'espace",
    "perimeter_set": "Périmètre",
    "space_created": "Ouverture de l'espace",
}
_OTHER_LABELS = {
    "terms": "secteurs, finalités, publics et rôles",
    "main_sector": "secteur principal",
    "merged": "fusionnée avec",
    "location_quality": "précision du point",
}
_HIDDEN = frozenset({"moved", "slug"})


def _field(name: str) -> Field[Any, Any] | None:
    """`place 12 address` names a field of an establishment, `name` one of the structure."""
    owner = Establishment if name.startswith("place ") else Structure
    short = name.rpartition(" ")[2]
    return next((f for f in owner._meta.fields if f.name == short), None)


def field_label(name: str) -> str:
    """French name of a key of the journal: a field, `place 12 address`, `label lab-esus`."""
    if name.startswith("label "):
        return f"agrément ou label {name[6:]}"
    found = _field(name)
    if found is None:
        return _OTHER_LABELS.get(name, name)
    label = str(found.verbose_name)
    return f"établissement, {label}" if name.startswith("place ") else label


def shown(name: str, value: Any) -> str:
    """`value` of the field `name` as a reader expects it; an empty value is « vide »."""
    if value in (None, "", [], {}):
        return "vide"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, (list, dict)):
        items = value.values() if isinstance(value, dict) else value
        return ", ".join(str(item) for item in items if item) or "oui"
    if isinstance(value, date):
        return date_format(value, "j F Y")
    found = _field(name)
    choices = dict(found.flatchoices) if found is not None and found.choices else {}
    return str(choices.get(value, value))


def history_of(structure: Structure) -> list[Act]:
    """Every line about `structure`, newest first. Three queries whatever its length."""
    entries = journal.history(structure)
    runs = ImportRun.objects.in_bulk({entry.run_id for entry in entries if entry.run_id})
    return [
        Act(
            entry=entry,
            title=ACTION_LABELS.get(entry.action, entry.action.replace("_", " ")),
            changes=[
                Change(field_label(name), shown(name, pair[0]), shown(name, pair[1]))
                for name, pair in sorted(entry.changes.items())
                if isinstance(pair, list) and len(pair) == 2 and name not in _HIDDEN
            ],
            run=runs.get(entry.run_id) if entry.run_id else None,
        )
        for entry in entries
    ]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a field's value comes from. `by` is the person who confirmed it, if one did."""

    field: str
    label: str
    value: str
    source: str
    dated: date | None
    by: str


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def provenance_of(structure: Structure) -> list[Origin]:
    """Each field whose origin is known, in the order of the sheet. One query for the people."""
    facts = structure.provenance or {}
    people = User.objects.in_bulk({fact["by"] for fact in facts.values() if fact.get("by")})
    known = [field.name for field in Structure._meta.fields if field.name in facts]
    found = []
    for name in known:
        fact = facts[name]
        person = people.get(fact.get("by"))
        found.append(
            Origin(
                field=name,
                label=field_label(name),
                value=shown(name, getattr(structure, name)),
                source=credit(fact.get("source") or "").producer or fact.get("source") or "",
                dated=_date(fact.get("date") or fact.get("at")),
                by=str(person) if person else "",
            )
        )
    return found


def provenance_hints(structure: Structure) -> dict[str, str]:
    """One short sentence per field: who says its present value, and of when."""
    hints = {}
    for origin in provenance_of(structure):
        when = f", {date_format(origin.dated, 'j F Y')}" if origin.dated else ""
        who = f"Confirmé par {origin.by}" if origin.by else f"Source : {origin.source}"
        hints[origin.field] = f"{who}{when}."
    return hints
