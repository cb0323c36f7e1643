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
from maillage.portal.lib import ACTION_LABELS
from maillage.sources.models import ImportRun
from maillage.sources.queries.credits import credit
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
