"""What the plan of readings is made from: files, readers, what binds them, what is begun."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from maillage.accounts.models import User
from maillage.calls.enums import ApplicationStatus, InterestAnswer, ReviewStatus
from maillage.calls.lib.assigning import File, Pair, Plan, Reader, assign
from maillage.calls.lib.signals import in_doubt, recuses, signals_of
from maillage.calls.models import Application, Edition, Interest, Juror, Review
from maillage.calls.queries.signals import found_signals

READ_STATUSES = (
    ApplicationStatus.ADMISSIBLE, ApplicationStatus.IN_REVIEW, ApplicationStatus.REVIEWED,
)  # fmt: skip
BEGUN = (ReviewStatus.DRAFT, ReviewStatus.SUBMITTED, ReviewStatus.REOPENED)


@dataclass
class Situation:
    """`waiting`: readings given and not begun, which a plan may move. `away` and `doubts`: why a pair is closed."""

    edition: Edition
    applications: dict[int, Application]
    jurors: dict[int, Juror]
    files: list[File] = field(default_factory=list)
    readers: list[Reader] = field(default_factory=list)
    away: set[Pair] = field(default_factory=set)
    doubts: set[Pair] = field(default_factory=set)
    waiting: dict[Pair, Review] = field(default_factory=dict)
    kept: set[Pair] = field(default_factory=set)

    @property
    def forbidden(self) -> set[Pair]:
        return self.away | self.doubts

    def plan(self) -> Plan:
        return assign(self.files, self.readers, self.forbidden, set(self.waiting))

    def mark(self, plan: Plan) -> str:
        """Print of the plan and of what it was made from: two are equal when nothing changed between them."""
        seen = repr((sorted(plan.pairs), sorted(self.kept), sorted(self.waiting), sorted(self.forbidden)))  # fmt: skip
        return hashlib.sha256(seen.encode()).hexdigest()[:24]


def situation(
    edition: Edition,
    now: datetime,
    *,
    by: User | None,
    only: int | None = None,
    gone: int | None = None,
) -> Situation:
    """Of the files that `by` may reach (None: the house itself); `only` one file, `gone`: without this juror."""
    files = Application.objects.all() if by is None else Application.objects.reachable_by(by)
    files = files.filter(edition=edition, status__in=READ_STATUSES).unsealed(now).order_by("pk")
    if only is not None:
        files = files.filter(pk=only)
    jurors = (
        Juror.objects.filter(edition=edition, reads=True, left_at=None, user__is_active=True)
        .exclude(pk=gone or 0)
        .select_related("user")
        .order_by("pk")
    )
    found = Situation(edition, {one.pk: one for one in files}, {one.pk: one for one in jurors})
    _bind(found, now)
    _read(found)
    return found


def _bind(found: Situation, now: datetime) -> None:
    """Recusals and doubts: what is written, and what would be found now."""
    by_user = {juror.user_id: juror.pk for juror in found.jurors.values()}
    signals = found_signals(found.edition, list(by_user), now, list(found.applications))
    held = {
        (one.application_id, one.user_id): one
        for one in Interest.objects.filter(
            application__in=found.applications, user__in=list(by_user)
        )
    }
    for pair in signals.keys() | held.keys():
        one = held.get(pair)
        file, reader = pair[0], by_user[pair[1]]
        seen = signals.get(pair, [])
        settled = one is not None and one.decided_at is not None
        if (one is not None and one.recused) or (recuses(seen) and not settled):
            found.away.add((file, reader))
        elif in_doubt(seen) and not settled:
            found.doubts.add((file, reader))


def _read(found: Situation) -> None:
    rows = list(
        Review.objects.filter(juror__edition=found.edition)
        .exclude(status=ReviewStatus.REPLACED)
        .select_related("juror")
    )
    declared = set(
        Interest.objects.filter(
            application__edition=found.edition, answer=InterestAnswer.NONE
        ).values_list("application", "user")
    )
    kept_by_file: dict[int, set[int]] = {}
    loads: Counter[int] = Counter()
    for one in rows:
        pair = (one.application_id, one.juror_id)
        is_here = one.application_id in found.applications
        is_begun = one.status in BEGUN or one.is_pinned
        is_open = (one.application_id, one.juror.user_id) in declared
        if is_here and not is_begun and not is_open and one.juror_id in found.jurors:
            found.waiting[pair] = one
            continue
        loads[one.juror_id] += 1
        if is_here:
            found.kept.add(pair)
            kept_by_file.setdefault(one.application_id, set()).add(one.juror_id)
    found.readers = [
        Reader(pk, frozenset(juror.skills), juror.load_max, loads[pk])
        for pk, juror in found.jurors.items()
    ]
    found.files = [
        File(pk, one.theme, found.edition.reviews_wanted, frozenset(kept_by_file.get(pk, ())))
        for pk, one in found.applications.items()
    ]


def doubt_of(interest: Interest) -> bool:
    """Whether an agent must decide before the person opens the file."""
    return interest.decided_at is None and in_doubt(signals_of(interest.signals))
