"""What awaits an agent."""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q

from maillage.accounts.models import User
from maillage.calls.queries.hidden_lines import recused_lines
from maillage.core.models import JournalEntry
from maillage.moderation.queries.scope import waiting_count
from maillage.portal.lib import ACTION_LABELS
from maillage.portal.queries.claims import claims_of
from maillage.portal.queries.structures import managed_structures
from maillage.sources.models import ImportRun, Match, Suggestion
from maillage.sources.queries.credits import credit
from maillage.spaces.models import Space
from maillage.structures.enums import EssStatus, State
from maillage.structures.models import Claim, Establishment, Label, Structure


@dataclass(frozen=True, slots=True)
class Awaiting:
    """Counts of what an agent can act on, each leading to its screen."""

    contributions: int
    claims: int
    matches: int
    suggestions: int
    failed_imports: int
    expired_labels: int
    soon_expired_labels: int
    without_point: int
    unknown_status: int

    @property
    def total(self) -> int:
        return sum(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True, slots=True)
class StateCounts:
    active: int
    ceased: int
    archived: int


def awaiting(space: Space, *, now: datetime, today: date) -> Awaiting:
    """Failed imports count for thirty days; labels are announced sixty days before they end."""
    structures = managed_structures(space).filter(state=State.ACTIVE)
    ids = structures.values("pk")
    labels = Label.objects.filter(structure_id__in=ids).aggregate(
        expired=Count("pk", filter=Q(valid_to__lt=today)),
        soon=Count("pk", filter=Q(valid_to__gte=today, valid_to__lte=today + timedelta(days=60))),
    )
    located = Exists(Establishment.objects.filter(structure=OuterRef("pk"), lon__isnull=False))
    counts = structures.aggregate(
        without_point=Count("pk", filter=~located),
        unknown_status=Count("pk", filter=Q(ess_status=EssStatus.UNKNOWN)),
    )
    pending = Suggestion.objects.filter(
        status=Suggestion.Status.PENDING, structure_id__in=managed_structures(space).values("pk")
    )
    failed = ImportRun.objects.filter(
        space=space, status=ImportRun.Status.FAILED, created_at__gte=now - timedelta(days=30)
    )
    undecided = (Match.Decision.PENDING, Match.Decision.LATER)
    return Awaiting(
        contributions=waiting_count(space),
        claims=claims_of(space).filter(state=Claim.State.OPEN).count(),
        matches=Match.objects.filter(space=space, decision__in=undecided).count(),
        suggestions=pending.count(),
        failed_imports=failed.count(),
        expired_labels=labels["expired"],
        soon_expired_labels=labels["soon"],
        without_point=counts["without_point"],
        unknown_status=counts["unknown_status"],
    )


def state_counts(space: Space) -> StateCounts:
    counts = managed_structures(space).aggregate(
        active=Count("pk", filter=Q(state=State.ACTIVE)),
        ceased=Count("pk", filter=Q(state=State.CEASED)),
        archived=Count("pk", filter=Q(state=State.ARCHIVED)),
    )
    return StateCounts(**counts)


def last_imports(space: Space, limit: int = 5) -> list[ImportRun]:
    """Latest runs, each with the `credit` of its source."""
    runs = list(ImportRun.objects.filter(space=space).order_by("-pk")[:limit])
    for run in runs:
        run.credit = credit(run.connector)  # type: ignore[attr-defined]
    return runs


@dataclass(frozen=True, slots=True)
class Deed:
    """A line of the journal with its French title; `structure` is its name, when it is about one."""

    entry: JournalEntry
    title: str
    structure: str


def last_acts(space: Space, reader: User, limit: int = 8) -> list[Deed]:
    """Latest lines of the journal written in the name of the space by a person; none about a file hidden from `reader`."""
    entries = list(
        JournalEntry.objects.filter(space_id=space.pk, by__isnull=False)
        .exclude(recused_lines(reader))
        .select_related("by")
        .order_by("-at", "-pk")[:limit]
    )
    label = Structure._meta.label_lower
    ids = {entry.subject_id for entry in entries if entry.subject_type == label}
    names = {
        str(pk): name for pk, name in Structure.objects.filter(pk__in=ids).values_list("pk", "name")
    }
    return [
        Deed(
            entry,
            ACTION_LABELS.get(entry.action, entry.action.replace("_", " ")),
            names.get(entry.subject_id, "") if entry.subject_type == label else "",
        )
        for entry in entries
    ]
