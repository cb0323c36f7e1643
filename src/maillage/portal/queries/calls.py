"""The call list of a space: lines worked out beforehand (`structures.actions.upkeep`), read in order."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import CharField, Count, F, FilteredRelation, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from maillage.accounts.models import User
from maillage.core.search.analysis import fold
from maillage.spaces.models import Space
from maillage.structures.enums import CallOutcome, CallReason
from maillage.structures.models import CallEntry, CallNote
from maillage.structures.queries.completeness import in_words
from maillage.territories.queries import names_by_code

PAGE_SIZE = 30

# Why, in a sentence, for the screen and its rules.
RULES = {
    CallReason.CALLBACK: "Vous ou un collègue avez promis de rappeler ce jour-là.",
    CallReason.BOUNCED: "Personne n'a jamais confirmé la fiche, et l'adresse e-mail publiée refuse les messages.",
    CallReason.SILENT: "Un an sans confirmation : le dernier rappel est sans réponse depuis deux semaines, ou il n'y a pas d'adresse où écrire.",
    CallReason.CLOSED: "Un registre, une réponse ou un appel la dit fermée : vérifiez avant d'archiver.",
    CallReason.INCOMPLETE: "Employeuse ou labellisée, mais sans présentation, ou sans aucun moyen de la joindre.",
}


@dataclass(frozen=True, slots=True)
class CallSearch:
    """`reason` 0 and `commune` "" mean any; `chosen` is the structure asked for by its address."""

    reason: int = 0
    commune: str = ""
    page: int = 1
    chosen: int = 0


@dataclass(frozen=True, slots=True)
class CallsPage:
    """`entries` have `commune`, `why`, `also`, `lacks`, `outcome` (of the last call) and `colleague`.

    `current` is the one to call now: the chosen one, else the first that no colleague has taken.
    `counts` are the lines of each reason, whatever the filter on reasons; `communes` (code, name, lines) those
    of each commune, whatever the filters.
    """

    entries: list[Any]
    current: Any
    counts: list[tuple[int, str, int]]
    communes: list[tuple[str, str, int]]
    total: int
    page: int
    pages: int


def waiting(space: Space, *, today: date, commune: str = "") -> QuerySet[CallEntry]:
    """Lines to be seen today."""
    found = CallEntry.objects.filter(space=space, visible_from__lte=today)
    return found.filter(municipality_code=commune) if commune else found


def calls_page(space: Space, user: User, search: CallSearch, *, now: datetime) -> CallsPage:
    """Two queries, three when the structure asked for is not on the page."""
    today = timezone.localdate(now)
    by_reason, by_commune = _counted(space, today=today, commune=search.commune)
    counts = [
        (one.value, str(one.label), by_reason[one.value])
        for one in CallReason
        if by_reason[one.value]
    ]
    names = names_by_code()
    communes = sorted(
        ((code, names.get(code, code), count) for code, count in by_commune.items()),
        key=lambda one: (fold(one[1]), one[0]),
    )
    lines = waiting(space, today=today, commune=search.commune)
    if search.reason:
        lines = lines.filter(reason=search.reason)
        total = by_reason[search.reason]
    else:
        total = by_reason.total()
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, search.page), pages)
    # The keys of the page first: what is skipped is then read in the index alone.
    ordered = lines.order_by("reason", "since", "structure_id").values("pk")
    shown = ordered[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    entries: list[Any] = list(
        _with_structures(CallEntry.objects.filter(pk__in=shown), space).order_by(
            "reason", "since", "structure_id"
        )
    )
    current = next((one for one in entries if one.structure_id == search.chosen), None)
    extra = []
    if search.chosen and current is None:
        its = CallEntry.objects.filter(space=space, structure_id=search.chosen)
        current = _with_structures(its, space).first()
        extra = [current] if current else []
    _decorate([*entries, *extra], user, today=today)
    if current is None:
        free = (one for one in entries if not one.colleague)
        current = next(free, entries[0] if entries else None)
    return CallsPage(entries, current, counts, communes, total, page, pages)


def _counted(space: Space, *, today: date, commune: str) -> tuple[Counter[int], Counter[str]]:
    """Lines by reason (in `commune` when it is given), and by commune, in one reading."""
    by_reason: Counter[int] = Counter()
    by_commune: Counter[str] = Counter()
    rows = waiting(space, today=today).values_list("reason", "municipality_code")
    for reason, code, count in rows.annotate(n=Count("pk")).order_by():
        by_commune[code] += count
        if commune in {"", code}:
            by_reason[reason] += count
    return by_reason, by_commune


def entry_of(space: Space, structure_id: int) -> QuerySet[CallEntry]:
    return CallEntry.objects.filter(space=space, structure_id=structure_id)


def _with_structures(lines: QuerySet[CallEntry], space: Space) -> QuerySet[CallEntry]:
    """Everything a line shows, its last call with it, in one query."""
    last = FilteredRelation(
        "structure__calls",
        condition=Q(structure__calls__is_last=True, structure__calls__space_id=space.pk),
    )
    return (
        lines.annotate(last=last)
        .annotate(
            last_at=F("last__at"),
            last_outcome=F("last__outcome"),
            last_note=F("last__note"),
            last_next_on=F("last__next_on"),
            last_by=Coalesce(
                NullIf("last__by__name", Value("")), "last__by__email", output_field=CharField()
            ),
        )
        .select_related("structure__upkeep", "taken_by")
        .only(
            "space_id", "reason", "reasons", "since", "visible_from", "municipality_code",
            "taken_on", "taken_by__name", "taken_by__email",
            "structure__name", "structure__slug", "structure__phone", "structure__email",
            "structure__website", "structure__siren", "structure__is_demo",
            "structure__upkeep__missing", "structure__upkeep__counts_from",
            "structure__upkeep__vouched", "structure__upkeep__completeness",
        )
    )  # fmt: skip


def _decorate(entries: list[Any], user: User | None, *, today: date) -> None:
    """Give each line its words."""
    names = names_by_code()
    for one in entries:
        one.tel = re.sub(r"[^0-9+]", "", one.structure.phone)
        one.commune = names.get(one.municipality_code, one.municipality_code)
        one.why = CallReason(one.reason)
        one.rule = RULES[one.why]
        one.also = [CallReason(code) for code in one.reasons if code != one.reason]
        one.lacks = in_words(one.structure.upkeep.missing)
        one.outcome = CallOutcome(one.last_outcome).label if one.last_outcome else ""
        taken = one.taken_on == today and one.taken_by_id is not None
        one.is_mine = taken and user is not None and one.taken_by_id == user.pk
        one.colleague = one.taken_by if taken and not one.is_mine else None


def export_rows(space: Space, search: CallSearch, *, now: datetime) -> Iterator[dict[str, Any]]:
    """Every line of the list, in its order, five hundred at a time."""
    today = timezone.localdate(now)
    lines = waiting(space, today=today, commune=search.commune)
    if search.reason:
        lines = lines.filter(reason=search.reason)
    ordered = _with_structures(lines, space).order_by("reason", "since", "structure_id")
    for start in range(0, lines.count(), 500):
        entries: list[Any] = list(ordered[start : start + 500])
        _decorate(entries, None, today=today)
        for one in entries:
            yield {
                "reason": str(one.why.label),
                "since": one.since,
                "phone": one.structure.phone,
                "name": one.structure.name,
                "commune": one.commune,
                "email": one.structure.email,
                "last": timezone.localdate(one.last_at) if one.last_at else None,
                "outcome": str(one.outcome),
                "note": one.last_note or "",
                "next": one.last_next_on,
                "lacks": ", ".join(one.lacks),
                "colleague": str(one.colleague or ""),
            }


def done_lately(space: Space, *, now: datetime) -> int:
    """Calls of the last seven days."""
    return CallNote.objects.filter(space_id=space.pk, at__gt=now - timedelta(days=7)).count()
