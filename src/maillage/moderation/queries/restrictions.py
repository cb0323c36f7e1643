"""What may be hidden on a page, and what was decided over the years."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from django.http import Http404

from maillage.moderation.enums import DECIDED, Kind, Measure, State
from maillage.moderation.lib.restrictable import ROWS, TEXTS
from maillage.moderation.models import Contribution, Restriction
from maillage.moderation.queries.scope import seen_from
from maillage.spaces.models import Space
from maillage.structures.models import Structure


def targets_of(structure: Structure) -> list[tuple[str, str]]:
    """(code, label) of what this page shows now and may be hidden; the page itself last."""
    found = [
        (name, f"{label} : « {getattr(structure, name)[:80]} »")
        for name, label in TEXTS.items()
        if getattr(structure, name)
    ]
    found += [
        (f"{kind}-{row.pk}", f"{row._meta.verbose_name} : « {str(row)[:80]} »")
        for kind, model in ROWS.items()
        for row in model._default_manager.filter(structure=structure)[:50]
    ]
    return [*found, (str(Measure.PAGE), "toute la fiche")]


def load_restriction(space: Space, pk: int) -> Restriction:
    found = Restriction.objects.filter(space=space, pk=pk).select_related("structure").first()
    if found is None:
        raise Http404
    return found


def restrictions_of(space: Space) -> list[Restriction]:
    """The last hundred, newest first."""
    rows = Restriction.objects.filter(space=space).select_related("structure", "by", "lifted_by")
    return list(rows[:100])


def notices_of(space: Space) -> list[Contribution]:
    """Notices and reports decided, newest first: the last hundred."""
    rows = seen_from(space).filter(kind__in=[Kind.NOTICE, Kind.REPORT], state__in=DECIDED)
    return list(rows.select_related("decided_by").order_by("-decided_at", "-pk")[:100])


@dataclass(frozen=True, slots=True)
class Tally:
    """One kind of contribution received in a year. `days` is the median delay of a decision, None without."""

    kind: str
    received: int
    accepted: int
    refused: int
    withdrawn: int
    waiting: int
    days: int | None


def tallies(space: Space, year: int) -> list[Tally]:
    """Those sent to the space itself, by kind; one query."""
    rows: dict[str, list[Any]] = {kind: [] for kind in Kind.values}
    received = Contribution.objects.filter(space=space, created_at__year=year).exclude(
        state=State.UNVERIFIED
    )
    for row in received.order_by().values_list("kind", "state", "created_at", "decided_at"):
        rows[row[0]].append(row[1:])
    return [_tally(str(Kind(kind).label), found) for kind, found in rows.items()]


def _tally(label: str, rows: list[Any]) -> Tally:
    states = [state for state, *_ in rows]
    delays = [
        (decided - created).days
        for state, created, decided in rows
        if state in DECIDED and decided is not None
    ]
    ends = (State.ACCEPTED, State.PARTLY)
    return Tally(
        kind=label,
        received=len(rows),
        accepted=sum(states.count(end) for end in ends),
        refused=states.count(State.REFUSED) + states.count(State.MERGED),
        withdrawn=states.count(State.WITHDRAWN),
        waiting=sum(state not in {*DECIDED, State.WITHDRAWN} for state in states),
        days=round(median(delays)) if delays else None,
    )


def years_of(space: Space, today: date) -> list[int]:
    """From the first contribution to this year, newest first."""
    first = (
        Contribution.objects.filter(space=space)
        .order_by("created_at")
        .values_list("created_at__year", flat=True)
        .first()
    )
    return list(range(today.year, (first or today.year) - 1, -1))


def decisions_of(space: Space, year: int) -> Iterator[tuple[str, ...]]:
    """Lines of the year's register: notices, reports and restrictions, without anybody's name."""
    notices = Contribution.objects.filter(
        space=space, kind__in=[Kind.NOTICE, Kind.REPORT], created_at__year=year
    ).exclude(state=State.UNVERIFIED)
    for one in notices.order_by("created_at", "pk").iterator():
        yield (
            one.created_at.date().isoformat(),
            str(one.get_kind_display()),
            one.subject,
            str(one.get_state_display()),
            one.decided_at.date().isoformat() if one.decided_at else "",
            one.reason,
        )
    made = Restriction.objects.filter(space=space, at__year=year).select_related("structure")
    for row in made.order_by("at", "pk").iterator():
        yield (
            row.at.date().isoformat(),
            str(row.get_measure_display()),
            row.structure.name,
            "levée" if row.lifted_at else "en vigueur",
            row.lifted_at.date().isoformat() if row.lifted_at else "",
            f"{row.get_ground_display()} : {row.ground_text}",
        )
