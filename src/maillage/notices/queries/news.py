"""What happened to structures, as the journal knows it and the public may know it: never who did it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Max

from maillage.core.models import JournalEntry
from maillage.structures.enums import EssStatus, State
from maillage.structures.models import Establishment, Structure, StructureTerm, Term
from maillage.structures.queries.disclosure import contacts_for

NEW, CLOSED, LABEL = "new", "closed", "label"
# Of a sector or a commune, only what changes its picture is told.
OF_A_PLACE = frozenset({NEW, CLOSED, LABEL})
_SETTLED = timedelta(hours=1)  # a long import may write a line after a later one
_CONTACTS = {"email": "adresse e-mail", "phone": "téléphone", "website": "site web"}
_MOST_LINES = 50_000


@dataclass
class Facts:
    """News of one structure: `told` maps a fact's kind to its French words, in order."""

    structure: Structure
    told: dict[str, str] = field(default_factory=dict)
    terms: frozenset[int] = frozenset()
    communes: frozenset[str] = frozenset()


def last_line(now: datetime) -> int:
    """Every journal line up to this one is written, whatever was running."""
    found = JournalEntry.objects.filter(at__lt=now - _SETTLED).aggregate(last=Max("pk"))["last"]
    return found or 0


def facts_between(after: int, until: int) -> dict[int, Facts]:
    """Public facts of the journal's lines `after` < line <= `until`, by structure."""
    lines = JournalEntry.objects.filter(
        pk__gt=after, pk__lte=until, subject_type="structures.structure"
    ).order_by("pk")
    by_structure: dict[int, list[tuple[str, dict[str, list[object]]]]] = defaultdict(list)
    for number, action, changes in lines.values_list("subject_id", "action", "changes")[
        :_MOST_LINES
    ]:
        by_structure[int(number)].append((action, changes))
    labels = dict(Term.objects.filter(axis="label").values_list("code", "label"))
    found = {}
    for structure in Structure.objects.filter(pk__in=by_structure, merged_into=None):
        told = _told(structure, by_structure[structure.pk], labels)
        if told:
            found[structure.pk] = Facts(structure, told)
    _place(found)
    return found


def _told(
    structure: Structure,
    lines: Iterable[tuple[str, dict[str, list[object]]]],
    labels: dict[str, str],
) -> dict[str, str]:
    lines = list(lines)
    if structure.state != State.ACTIVE:
        ended = any(action in {"cease", "archive"} or "state" in made for action, made in lines)
        words = "a cessé son activité" if structure.state == State.CEASED else "a quitté l'annuaire"
        return {CLOSED: words} if ended else {}
    if structure.ess_status == EssStatus.EXCLUDED:
        return {}
    told: dict[str, str] = {}
    for action, changes in lines:
        if action == "create" or "structure" in changes:
            told[NEW] = "entre dans l'annuaire"
        for name, pair in changes.items():
            told |= _fact(structure, name, pair, labels)
    if NEW in told:  # the rest is the page as it came
        return {kind: told[kind] for kind in (NEW, LABEL) if kind in told}
    return told


def _fact(
    structure: Structure, name: str, pair: list[object], labels: dict[str, str]
) -> dict[str, str]:
    """One change as kind and words; nothing for what the public may not see, or would not care for."""
    if name in _CONTACTS:
        shown = getattr(contacts_for(structure), name)
        return {name: f"nouveau contact : {_CONTACTS[name]}"} if shown else {}
    if name == "description":
        return {name: "présentation mise à jour"} if structure.description else {}
    if name.startswith("place ") and name.endswith(" opening_hours"):
        return {"hours": "nouveaux horaires"}
    code = name.removeprefix("label ") if name.startswith("label ") else ""
    if code in labels and pair[0] is None and pair[1] is not None:
        return {LABEL: f"a obtenu : {labels[code]}"}
    return {}


def _place(found: dict[int, Facts]) -> None:
    """Sectors (and their parents) and communes of each structure, in two queries."""
    terms: dict[int, set[int]] = defaultdict(set)
    held = StructureTerm.objects.filter(structure__in=found, term__axis="sector")
    for structure, term, parent in held.values_list("structure", "term", "term__parent"):
        terms[structure] |= {term, *([parent] if parent else [])}
    communes: dict[int, set[str]] = defaultdict(set)
    places = Establishment.objects.filter(structure__in=found)
    for structure, code in places.values_list("structure", "municipality_code"):
        communes[structure].add(code)
    for number, facts in found.items():
        facts.terms = frozenset(terms[number])
        facts.communes = frozenset(communes[number])
