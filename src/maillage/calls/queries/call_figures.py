"""Figures of one call for its agents: how far files went, how long, for how much, where and for what.

Files a person is recused of are in no figure of theirs; what the jury proposes is in none before it is notified.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils import timezone

from maillage.accounts.models import User
from maillage.calls.enums import ApplicationStatus as S
from maillage.calls.enums import EditionStatus, ReviewStatus
from maillage.calls.models import Admissibility, Application, Award, Edition, Review
from maillage.core.models import JournalEntry
from maillage.structures.enums import Typology
from maillage.territories.queries import names_by_code

TOLD = (EditionStatus.NOTIFIED, EditionStatus.EXECUTION, EditionStatus.FINISHED)
_PAST_ADMISSION = frozenset(
    {
        S.ADMISSIBLE,
        S.SHORTLISTED,
        S.IN_REVIEW,
        S.REVIEWED,
        S.DELIBERATED,
        S.AWARDED,
        S.WAITING,
        S.REJECTED,
    }
)
# Before the notification, what the jury did with a file is not told by its state either.
_IN_JURY = frozenset({S.REVIEWED, S.DELIBERATED})
_FINAL = frozenset({S.AWARDED, S.WAITING, S.REJECTED})
_MOST_PLACES = 15


@dataclass(slots=True)
class Figures:
    """`funnel` and the lists are (label, count). Amounts in euros; `minutes` and days are medians, None without a file."""

    is_sealed: bool
    funnel: list[tuple[str, int]]
    states: list[tuple[str, int]] = field(default_factory=list)
    days: list[tuple[str, float]] = field(default_factory=list)
    asked: Decimal = Decimal(0)
    envelope: Decimal | None = None
    granted: Decimal | None = None
    places: list[tuple[str, int]] = field(default_factory=list)
    places_count: int = 0
    typologies: list[tuple[str, int]] = field(default_factory=list)
    themes: list[tuple[str, int]] = field(default_factory=list)
    chosen_typologies: list[tuple[str, int]] = field(default_factory=list)
    minutes: float | None = None
    due: int = 0
    expressed: int = 0

    @property
    def silent(self) -> int:
        """Files whose answer, if any, came after silence had rejected them."""
        return self.due - self.expressed


def figures_of(edition: Edition, user: User, now: datetime) -> Figures:
    """Eight queries at most, whatever the number of files."""
    mine = Application.objects.filter(edition=edition).reachable_by(user)
    begun, deposited = mine.count(), mine.filter(number__isnull=False)
    if edition.is_sealed and not (edition.unsealed_at and edition.unsealed_at <= now):
        return Figures(True, [("Commencées", begun), ("Déposées", deposited.count())])
    rows = list(deposited.order_by("number"))
    alive = [one for one in rows if one.status != S.WITHDRAWN]
    is_told = edition.status in TOLD
    read = _read(edition, deposited)
    funnel = [
        ("Commencées", begun),
        ("Déposées", len(rows)),
        ("Recevables", sum(one.status in _PAST_ADMISSION for one in rows)),
        ("Lues", sum(one.pk in read for one in rows)),
    ]
    found = Figures(False, funnel)
    if is_told:
        funnel.append(("Retenues", sum(one.status == S.AWARDED for one in rows)))
        found.granted = _granted(edition, deposited)
        kept = [one for one in rows if one.status == S.AWARDED]
        found.chosen_typologies = _typologies(kept)
    found.states = _states(rows)
    found.days = _days(rows, now, is_told=is_told)
    found.asked = sum((one.requested or Decimal(0) for one in alive), Decimal(0))
    found.envelope = edition.envelope.amount if edition.envelope else None
    _fill_places(found, alive)
    found.typologies = _typologies(alive)
    labels = {one["code"]: one["label"] for one in edition.themes}
    found.themes = _counted(labels.get(one.theme, one.theme or "Sans thème") for one in alive)
    spent = [one.seconds_spent / 60 for one in rows if one.seconds_spent]
    found.minutes = round(median(spent), 1) if spent else None
    found.due, found.expressed = _expressed(edition, rows, now)
    return found


def _counted(labels: Any) -> list[tuple[str, int]]:
    return sorted(Counter(labels).items(), key=lambda pair: (-pair[1], pair[0]))


def _states(rows: list[Application]) -> list[tuple[str, int]]:
    """States as agents may say them: within the jury, one."""
    known = Counter(one.status for one in rows)
    merged = sum(known.pop(one, 0) for one in _IN_JURY)
    found = [(label.capitalize(), known[code]) for code, label in S.choices if known.get(code)]
    return [*found, ("Évaluées ou en jury", merged)] if merged else found


def _read(edition: Edition, deposited: QuerySet[Application]) -> set[int]:
    rows = Review.objects.filter(application__in=deposited, status=ReviewStatus.SUBMITTED)
    counts = rows.order_by().values_list("application").annotate(Count("pk"))
    return {pk for pk, count in counts if count >= max(1, edition.reviews_wanted)}


def _granted(edition: Edition, deposited: QuerySet[Application]) -> Decimal:
    rows = Award.objects.filter(application__in=deposited, application__edition=edition)
    return rows.aggregate(total=Sum("reserved"))["total"] or Decimal(0)


def _typologies(rows: list[Application]) -> list[tuple[str, int]]:
    labels = dict(Typology.choices)
    return _counted(
        str(labels.get(one.typology, one.typology or "Non dite")).capitalize() for one in rows
    )


def _fill_places(found: Figures, rows: list[Application]) -> None:
    counts = Counter(str(code) for one in rows for code in set(one.places))
    names = names_by_code()
    every = _counted(names.get(code, code) for code in counts.elements())
    found.places, found.places_count = every[:_MOST_PLACES], len(every)


def _days(rows: list[Application], now: datetime, *, is_told: bool) -> list[tuple[str, float]]:
    """Median days spent in each state, as the journal tells it; the state of today counts until now."""
    begins = {str(one.pk): one.first_deposited_at for one in rows}
    entries = JournalEntry.objects.filter(
        subject_type=Application._meta.label_lower, subject_id__in=list(begins)
    ).order_by("at", "pk")
    steps: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    for key, begun in begins.items():
        if begun is not None:
            steps[key].append((S.SUBMITTED, begun))
    for key, changes, at in entries.values_list("subject_id", "changes", "at"):
        pair = changes.get("status") if isinstance(changes, dict) else None
        if isinstance(pair, list) and len(pair) == 2 and pair[1] in S.values:
            steps[key].append((pair[1], at))
    spent: dict[str, list[float]] = defaultdict(list)
    for path in steps.values():
        for (state, at), after in zip(path, [*(at for _state, at in path[1:]), now], strict=True):
            spent[state].append(max(0.0, (after - at).total_seconds() / 86_400))
    hidden = set() if is_told else _IN_JURY
    shown = [state for state in S.values if state in spent and state not in hidden | _FINAL]
    return [(str(S(state).label).capitalize(), round(median(spent[state]), 1)) for state in shown]


def _expressed(edition: Edition, rows: list[Application], now: datetime) -> tuple[int, int]:
    """Of the files that were answered, or that silence rejected: how many were answered in time."""
    today = timezone.localdate(now)
    confirmed = dict(
        Admissibility.objects.filter(
            application__in=[one.pk for one in rows],
            verdict="inadmissible",
            confirmed_at__isnull=False,
        )
        .order_by("confirmed_at")
        .values_list("application", "confirmed_at")
    )
    due = expressed = 0
    for one in rows:
        if one.status in (S.WITHDRAWN, S.DROPPED) or one.implicit_rejection_on is None:
            continue
        answered = None
        if one.status in _FINAL:
            answered = edition.notified_at
        elif one.status == S.INADMISSIBLE:
            answered = confirmed.get(one.pk)
        if answered is None and one.implicit_rejection_on > today:
            continue
        due += 1
        on_time = answered and timezone.localdate(answered) <= one.implicit_rejection_on
        expressed += bool(on_time)
    return due, expressed
