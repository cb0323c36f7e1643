"""The journal as an auditor reads it: who, in whose name, from where, what changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils import timezone

from maillage.accounts.models import User
from maillage.calls.queries.hidden_lines import recused_lines
from maillage.core.models import JournalEntry
from maillage.portal.lib import ACTION_LABELS
from maillage.portal.queries.history import Change, field_label, shown
from maillage.spaces.models import Space
from maillage.structures.models import Structure

PAGE = 50
LAST_PAGE = 200  # further back, dates find faster
_NAMED = 200  # people or structures whose name may match
_STRUCTURE = Structure._meta.label_lower


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """What is asked of the journal; empty values ask nothing. `space_id` is a wall, not a question.

    `reader` finds no line about a file of a call that they are recused of.
    """

    person: str = ""
    act: str = ""
    kind: str = ""
    number: str = ""
    structure: str = ""
    space: str = ""
    network: str = ""
    since: date | None = None
    until: date | None = None
    space_id: int | None = None
    reader: User | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the journal in words."""

    entry: JournalEntry
    title: str
    acting_for: str
    space: str
    kind: str
    name: str
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class AuditPage:
    lines: list[Line]
    page: int
    has_next: bool


def kinds() -> dict[str, str]:
    """Every kind of object the journal may speak of, by its technical name."""
    ours = (config for config in apps.get_app_configs() if config.name.startswith("maillage."))
    named = {
        model._meta.label_lower: str(model._meta.verbose_name).capitalize()
        for config in ours
        for model in config.get_models()
    }
    return dict(sorted(named.items(), key=lambda item: item[1].casefold()))


def entries(search: AuditSearch) -> QuerySet[JournalEntry]:
    """Lines that answer, newest first."""
    found = JournalEntry.objects.select_related("by").order_by("-at", "-id")
    if search.space_id is not None:
        found = found.filter(space_id=search.space_id)
    if search.reader is not None:
        found = found.exclude(recused_lines(search.reader))
    if search.person:
        named = Q(name__icontains=search.person) | Q(email__icontains=search.person)
        people = User.objects.filter(named).order_by("pk").values_list("pk", flat=True)
        found = found.filter(by_id__in=list(people[:_NAMED]))
    if search.structure:
        kept = Structure.objects.filter(name__icontains=search.structure).order_by("pk")
        found = found.filter(acting_for__in=list(kept.values_list("pk", flat=True)[:_NAMED]))
    if search.space:
        spaces = Space.objects.filter(slug=search.space).values_list("pk", flat=True)
        found = found.filter(space_id__in=list(spaces))
    exact = {
        "action": search.act,
        "subject_type": search.kind,
        "subject_id": search.number,
        "network": search.network,
    }
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if search.since:
        found = found.filter(at__gte=_midnight(search.since))
    if search.until:
        found = found.filter(at__lt=_midnight(search.until + timedelta(days=1)))
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def audit_page(search: AuditSearch, page: int) -> AuditPage:
    """`PAGE` lines. Six queries at most, whatever they are about; the journal is never counted."""
    page = min(max(page, 1), LAST_PAGE)
    start = (page - 1) * PAGE
    rows = list(entries(search)[start : start + PAGE + 1])
    more = len(rows) > PAGE and page < LAST_PAGE
    return AuditPage(lines=told(rows[:PAGE]), page=page, has_next=more)


def told(rows: list[JournalEntry]) -> list[Line]:
    """These lines in words: three queries."""
    ids = {row.acting_for for row in rows if row.acting_for}
    ids |= {_number(row.subject_id) for row in rows if row.subject_type == _STRUCTURE}
    structures = dict(Structure.objects.filter(pk__in=ids).values_list("pk", "name"))
    spaces = dict(
        Space.objects.filter(pk__in={row.space_id for row in rows}).values_list("pk", "name")
    )
    people = User.objects.in_bulk(
        {_number(row.subject_id) for row in rows if row.subject_type == User._meta.label_lower}
    )
    named = kinds()
    names = {_STRUCTURE: structures, User._meta.label_lower: people}
    return [
        Line(
            entry=row,
            title=ACTION_LABELS.get(row.action, row.action.replace("_", " ")),
            acting_for=_name(structures, row.acting_for),
            space=_name(spaces, row.space_id),
            kind=named.get(row.subject_type, row.subject_type),
            name=str(names.get(row.subject_type, {}).get(_number(row.subject_id), "")),
            changes=_changes(row),
        )
        for row in rows
    ]


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _name(names: dict[int, str], pk: int | None) -> str:
    """What is gone keeps its number."""
    return "" if pk is None else names.get(pk, f"n° {pk}")


def _changes(row: JournalEntry) -> list[Change]:
    return [
        Change(field_label(name), shown(name, pair[0]), shown(name, pair[1]))
        for name, pair in sorted(row.changes.items())
        if isinstance(pair, list) and len(pair) == 2
    ]


def all_lines(search: AuditSearch, size: int = 500) -> Iterator[Line]:
    """Every line that answers, by blocks, for a file."""
    block: list[JournalEntry] = []
    for row in _stream(entries(search), size):
        block.append(row)
        if len(block) == size:
            yield from told(block)
            block = []
    yield from told(block)


def _stream(found: QuerySet[JournalEntry], size: int) -> Iterable[JournalEntry]:
    return found.iterator(chunk_size=size)
