"""What happened to a structure, in words an agent reads."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Field
from django.utils import timezone
from django.utils.formats import date_format

from maillage.accounts.models import User
from maillage.core.hours.reading import hours_at
from maillage.core.models import JournalEntry
from maillage.portal.lib import credit
from maillage.sources.models import ImportRun
from maillage.spaces.models import Space
from maillage.structures.enums import ContactVisibility
from maillage.structures.models import Establishment, Membership, Structure, Term
from maillage.structures.models.structure import CONTACTS, VISIBILITIES
from maillage.structures.queries.kept import KINDS


@dataclass(frozen=True, slots=True)
class Change:
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the history. `run` is the import that wrote it, if one did; `who` is told to its people."""

    entry: JournalEntry
    title: str
    changes: list[Change]
    run: ImportRun | None
    who: str


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
    "member_added": "Tient maintenant la fiche",
    "member_role": "Rôle sur la fiche",
    "member_removed": "Fiche retirée à une personne",
    "member_left": "Ne tient plus la fiche",
    "member_released": "Fiche rendue",
    "member_invited": "Invitation à tenir la fiche",
    "invitation_withdrawn": "Invitation retirée",
    "claim_opened": "Demande de fiche",
    "claim_changed": "Demande de fiche : autre preuve",
    "claim_code_given": "Demande de fiche : code donné",
    "claim_proof_asked": "Demande de fiche : autre preuve demandée",
    "claim_accepted": "Demande de fiche acceptée",
    "claim_refused": "Demande de fiche refusée",
    "claim_withdrawn": "Demande de fiche retirée",
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
    "contribution_sent": "Contribution reçue",
    "contribution_confirmed": "Contribution confirmée",
    "contribution_replied": "Réponse d'un contributeur",
    "contribution_withdrawn": "Contribution retirée",
    "contribution_asked": "Question à un contributeur",
    "contribution_snoozed": "Contribution remise à plus tard",
    "contribution_resumed": "Contribution reprise",
    "contribution_assigned": "Contribution confiée",
    "contribution_attached": "Contribution rattachée à une fiche",
    "contribution_decided": "Contribution tranchée",
    "contribution_undone": "Décision défaite",
    "restricted": "Contenu caché",
    "restriction_lifted": "Contenu remis",
    "reason_saved": "Motif de refus",
}
_OTHER_LABELS = {
    "terms": "secteurs, finalités, publics et rôles",
    "main_sector": "secteur principal",
    "merged": "fusionnée avec",
    "location_quality": "précision du point",
    "role": "rôle",
    "user": "personne",
    **{f"{name}_visibility": f"qui voit {words}" for name, words in zip(
        CONTACTS, ("le site", "l'adresse e-mail", "le téléphone"), strict=True
    )},
}  # fmt: skip
_HIDDEN = frozenset({"moved", "slug"})
# Acts on the page itself; those on people, claims or letters are told elsewhere.
_OF_THE_PAGE = (
    "create", "edit", "confirm", "archive", "restore", "cease", "merge", "unmerge", "override_ess",
    "status_recomputed", "import", "undo_import",
)  # fmt: skip
PER_PAGE = 30


def _field(name: str) -> Field[Any, Any] | None:
    """`place 12 address`, `service 3 name` name a field of a row, `name` one of the structure."""
    owner, _, rest = name.partition(" ")
    model: Any = Structure
    if rest:
        model = Establishment if owner == "place" else getattr(KINDS.get(owner), "model", None)
    short = name.rpartition(" ")[2]
    fields = model._meta.fields if model else ()
    return next((f for f in fields if f.name == short), None)


def field_label(name: str) -> str:
    """French name of a key of the journal: a field, `place 12 address`, `service 3`, `label lab-esus`."""
    owner, _, rest = name.partition(" ")
    if owner == "label" and rest:
        return f"agrément ou label {rest}"
    kind = KINDS.get(owner)
    if kind and rest == "order":
        return f"ordre des {kind.several}"
    if kind and rest.isdecimal():
        return kind.one
    found = _field(name)
    if found is None:
        return _OTHER_LABELS.get(name, name)
    label = str(found.verbose_name)
    if kind:
        return f"{kind.one}, {label}"
    return f"établissement, {label}" if owner == "place" else label


def shown(name: str, value: Any) -> str:
    """`value` of the field `name` as a reader expects it; an empty value is « vide »."""
    if value in (None, "", [], {}):
        return "vide"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, (list, dict)):
        return _listed(name, value)
    if isinstance(value, date):
        return date_format(value, "j F Y")
    return _word(name, value)


def _word(name: str, value: Any) -> str:
    """A value that the reader knows by another name than the one that is kept."""
    if name.rpartition(" ")[2] == "opening_hours":
        return _hours_words(str(value))
    found = _field(name)
    if found is not None and found.is_relation and isinstance(value, int):
        return _related(found, value)
    choices = dict(found.flatchoices) if found is not None and found.choices else {}
    if name == "role":
        choices = dict(Membership.Kind.choices)
    if name == "user":  # the journal holds a number: its name, if any, is today's
        return str(User.objects.filter(pk=value).first() or "compte supprimé")
    if name in VISIBILITIES:
        choices = dict(ContactVisibility.choices)
    return str(choices.get(value, value))


def _listed(name: str, value: list[Any] | dict[str, Any]) -> str:
    """A row that came or went is told by its words, not by the keys of what it points to."""
    if isinstance(value, dict) and KINDS.get(name.partition(" ")[0]):
        said = [
            shown(f"{name} {key}", item)
            for key, item in value.items()
            if item and not isinstance(item, int)
        ]
        return ", ".join(said) or "oui"
    if name.endswith(" order"):
        return f"{len(value)} éléments"
    items = value.values() if isinstance(value, dict) else value
    return ", ".join(str(item) for item in items if item) or "oui"


def _related(found: Field[Any, Any], key: int) -> str:
    if found.related_model is Term:
        return Term.objects.filter(pk=key).values_list("label", flat=True).first() or "terme retiré"
    if found.related_model is Establishment:
        place = Establishment.objects.filter(pk=key).first()
        return (place.name or place.address or "lieu sans adresse") if place else "lieu retiré"
    return f"fichier n° {key}"


def _hours_words(text: str) -> str:
    hours = hours_at(text, timezone.now())
    if hours is None or not hours.usual:
        return text
    opened = [f"{line.day} {line.hours}" for line in hours.lines if line.hours != "fermé"]
    return " ; ".join([*opened, *hours.remarks]) or "toujours fermé"


def acts_page(structure: Structure, number: Any, *, reader: User | None = None) -> Page[Any]:
    """A page of lines about `structure`, newest first, as `Act`s: four queries, and one by old related row.

    With `reader`, one of the structure's people: acts on the page alone, and nobody's name (`Act.who`).
    """
    entries = JournalEntry.objects.filter(
        subject_type=structure._meta.label_lower, subject_id=str(structure.pk)
    )
    if reader is not None:
        entries = entries.filter(action__in=_OF_THE_PAGE)
    page: Any = Paginator(entries.select_related("by").order_by("-at", "-id"), PER_PAGE).get_page(
        number
    )
    lines = list(page.object_list)
    runs = ImportRun.objects.in_bulk({entry.run_id for entry in lines if entry.run_id})
    spaces = Space.objects.in_bulk({entry.space_id for entry in lines if entry.space_id})
    page.object_list = [
        _act(entry, runs.get(entry.run_id or 0), spaces.get(entry.space_id or 0), reader)
        for entry in lines
    ]
    found: Page[Any] = page
    return found


def _act(
    entry: JournalEntry, run: ImportRun | None, space: Space | None, reader: User | None
) -> Act:
    changes = [
        Change(
            field_label(name), "" if name == "user" else shown(name, pair[0]), shown(name, pair[1])
        )
        for name, pair in sorted(entry.changes.items())
        if isinstance(pair, list) and len(pair) == 2 and name not in _HIDDEN
    ]
    title = ACTION_LABELS.get(entry.action, entry.action.replace("_", " "))
    return Act(entry, title, changes, run, _who(entry, run, space, reader))


def _who(
    entry: JournalEntry, run: ImportRun | None, space: Space | None, reader: User | None
) -> str:
    """Who acted, without a name."""
    if reader is not None and entry.by_id == reader.pk:
        return "vous"
    if run is not None:
        return f"registre « {credit(run.connector).name} »"
    if entry.by_id is None:
        return "le système"
    if space is not None:
        return f"un agent de {space.authority or space.name}"
    return "un membre de la structure"


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


def provenance_hints(structure: Structure, *, named: bool = True) -> dict[str, str]:
    """One short sentence per field: who says its present value, and of when; people are `named` or not."""
    hints = {}
    for origin in provenance_of(structure):
        when = f", {date_format(origin.dated, 'j F Y')}" if origin.dated else ""
        who = f"Confirmé par {origin.by}" if origin.by and named else f"Source : {origin.source}"
        hints[origin.field] = f"{who}{when}."
    return hints
