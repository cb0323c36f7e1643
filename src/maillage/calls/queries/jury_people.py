"""Jurors of an edition as the manager sees them: load, progress, levels given, interests."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from statistics import fmean
from typing import TYPE_CHECKING

from maillage.calls.enums import ReviewStatus
from maillage.calls.lib.signals import Signal, signals_of
from maillage.calls.models import Application, Edition, Interest, Juror, Review, Score
from maillage.calls.queries.naming import agent_viewpoint
from maillage.calls.queries.planning import doubt_of

if TYPE_CHECKING:
    from maillage.accounts.models import User

ENOUGH = 3  # under that a mean tells nothing of a juror


@dataclass
class JurorLine:
    juror: Juror
    given: int = 0
    done: int = 0
    late: int = 0
    recused: int = 0
    totals: list[Decimal] = field(default_factory=list)
    levels: Counter[int] = field(default_factory=Counter)
    skills: list[str] = field(default_factory=list)

    @property
    def mean(self) -> float | None:
        return fmean(self.totals) if len(self.totals) >= ENOUGH else None

    @property
    def lowest(self) -> Decimal | None:
        return min(self.totals, default=None)

    @property
    def highest(self) -> Decimal | None:
        return max(self.totals, default=None)


@dataclass
class InterestLine:
    interest: Interest
    label: str
    signals: list[Signal]
    is_doubt: bool
    is_juror: bool


def jurors_of(edition: Edition, user: "User", today: date) -> list[JurorLine]:
    """Everybody named, who left at the end. Four queries; files out of the reach of `user` are not counted."""
    lines = {
        one.pk: JurorLine(one)
        for one in edition.jurors.select_related("user").order_by("left_at", "user__name", "pk")
    }
    themes = {one["code"]: one["label"] for one in edition.themes}
    for line in lines.values():
        line.skills = [themes[code] for code in line.juror.skills if code in themes]
    reach = Application.objects.reachable_by(user).filter(edition=edition)
    rows = Review.objects.filter(application__in=reach).exclude(status=ReviewStatus.REPLACED)
    for juror, status, total, due in rows.values_list("juror", "status", "total", "due_on"):
        line, is_in = lines[juror], status == ReviewStatus.SUBMITTED
        line.given += 1
        line.done += is_in
        line.late += not is_in and due is not None and due < today
        if is_in and total is not None:
            line.totals.append(total)
    by_user = {line.juror.user_id: line for line in lines.values()}
    away = Interest.objects.filter(application__in=reach, recused=True, user__in=list(by_user))
    for person in away.values_list("user", flat=True):
        by_user[person].recused += 1
    scores = Score.objects.filter(review__in=rows.filter(status=ReviewStatus.SUBMITTED))
    for juror, value in scores.filter(value__isnull=False).values_list("review__juror", "value"):
        if value is not None:
            lines[juror].levels[value] += 1
    return sorted(lines.values(), key=lambda line: line.juror.left_at is not None)


def interests_of(edition: Edition, user: "User", now: datetime) -> list[InterestLine]:
    """What waits for a decision first, then recusals, then the rest. Files out of the reach of `user` are not there."""
    reach = Application.objects.reachable_by(user).unsealed(now).filter(edition=edition)
    rows = (
        Interest.objects.filter(application__in=reach)
        .select_related("application__form", "user", "decided_by")
        .order_by("application__number", "user__name")
    )
    jurors = set(edition.jurors.values_list("user", flat=True))
    seen_by = agent_viewpoint(edition)
    lines = []
    for one in rows:
        one.application.edition = edition
        if one.user_id == user.pk and one.recused:
            continue
        lines.append(
            InterestLine(
                one,
                seen_by.label(one.application),
                signals_of(one.signals),
                doubt_of(one) and not one.recused,
                one.user_id in jurors,
            )
        )
    return sorted(lines, key=lambda line: (not line.is_doubt, not line.interest.recused))


def spread_of(
    edition: Edition, juror: Juror, user: "User"
) -> list[tuple[str, list[tuple[int, int]]]]:
    """By criterion, how many times the juror gave each level: `(label, [(level, count)])`."""
    reach = Application.objects.reachable_by(user).filter(edition=edition)
    scores = Score.objects.filter(
        review__juror=juror, review__status=ReviewStatus.SUBMITTED, review__application__in=reach
    ).values_list("criterion", "value")
    counts: dict[int, Counter[int]] = defaultdict(Counter)
    for criterion, value in scores:
        if value is not None:
            counts[criterion][value] += 1
    return [
        (one.label, [(level, counts[one.pk][level]) for level in range(one.scale_max + 1)])
        for one in edition.criteria.all()
    ]
