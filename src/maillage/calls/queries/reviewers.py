"""The manager's list: files of an edition, and how far each of their readings is."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Avg, Count, F, Q

from maillage.calls.enums import ApplicationStatus, ReviewStatus
from maillage.calls.models import Application, Edition, Review
from maillage.calls.queries.naming import agent_viewpoint

if TYPE_CHECKING:
    from maillage.accounts.models import User

PER_PAGE = 50
SHOWN = (
    ApplicationStatus.ADMISSIBLE, ApplicationStatus.IN_REVIEW, ApplicationStatus.REVIEWED,
    ApplicationStatus.DELIBERATED, ApplicationStatus.AWARDED, ApplicationStatus.WAITING,
    ApplicationStatus.REJECTED,
)  # fmt: skip
TABS = {
    "tous": "Tous", "manque": "Lectures à confier", "attendues": "Notes attendues", "retard": "En retard",
    "complets": "Complets",
}  # fmt: skip
SORTS = {"numero": ("number",), "note": (F("mean").desc(nulls_last=True), "number")}
_ASKED = ~Q(reviews__status=ReviewStatus.REPLACED) & Q(reviews__isnull=False)
_IN = Q(reviews__status=ReviewStatus.SUBMITTED)
_STATES = dict(ReviewStatus.choices)


@dataclass(frozen=True, slots=True)
class Cell:
    """One reading: who (initials and name), how far, the total on 100 when it is in."""

    pk: int
    initials: str
    reader: str
    state: str
    label: str
    total: str
    is_late: bool


@dataclass(slots=True)
class Row:
    pk: int
    edition: int
    number: str
    name: str
    title: str
    theme: str
    requested: Decimal | None
    status: str
    wanted: int
    cells: list[Cell] = field(default_factory=list)
    mean: str = ""
    spread: str = ""

    @property
    def done(self) -> int:
        return sum(one.state == ReviewStatus.SUBMITTED for one in self.cells)

    @property
    def missing(self) -> int:
        return max(0, self.wanted - len(self.cells))


@dataclass
class Page:
    rows: list[Row]
    total: int
    page: int
    pages: int


def reviewers_page(
    edition: Edition, user: "User", now: datetime, *, tab: str, sort: str, page: int, today: date
) -> Page:
    """Fifty files in three queries. Those of which the person is recused are neither listed nor counted."""
    files = _files(edition, user, now, tab, today)
    total = files.count()
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    if sort == "note":
        files = files.annotate(mean=Avg("reviews__total", filter=_IN))
    chosen = list(files.order_by(*SORTS[sort])[(page - 1) * PER_PAGE : page * PER_PAGE])
    seen_by = agent_viewpoint(edition)
    themes = {one["code"]: one["label"] for one in edition.themes}
    rows = {}
    for one in chosen:
        one.edition = edition
        rows[one.pk] = Row(
            one.pk,
            edition.pk,
            str(one),
            seen_by.name(one),
            one.title,
            themes.get(one.theme, ""),
            one.requested,
            one.get_status_display(),
            edition.reviews_wanted,
        )
    _fill(rows, today)
    return Page(list(rows.values()), total, page, pages)


def _files(edition: Edition, user: "User", now: datetime, tab: str, today: date) -> Any:
    files = (
        Application.objects.reachable_by(user)
        .unsealed(now)
        .filter(edition=edition, status__in=SHOWN)
        .only(
            "pk", "edition", "reference", "number", "lead_name", "title", "theme", "requested", "status",
            "pseudonym",
        )
    )  # fmt: skip
    if tab == "retard":
        late = Review.objects.filter(juror__edition=edition, due_on__lt=today).exclude(
            status__in=[ReviewStatus.SUBMITTED, ReviewStatus.REPLACED]
        )
        return files.filter(pk__in=late.values("application"))
    if tab in ("manque", "attendues", "complets"):
        files = files.annotate(
            asked=Count("reviews", filter=_ASKED), done=Count("reviews", filter=_IN)
        )
        wanted = edition.reviews_wanted
        conditions = {
            "manque": Q(asked__lt=wanted),
            "attendues": Q(asked__gt=F("done")),
            "complets": Q(done__gte=wanted, asked=F("done")),
        }
        return files.filter(conditions[tab])
    return files


def _fill(rows: dict[int, Row], today: date) -> None:
    readings = (
        Review.objects.filter(application__in=rows)
        .exclude(status=ReviewStatus.REPLACED)
        .order_by("application", "juror")
        .values_list(
            "application", "pk", "status", "total", "abstains", "due_on", "juror__user__name",
            "juror__user__email",
        )
    )  # fmt: skip
    totals: dict[int, list[Decimal]] = defaultdict(list)
    for file, pk, state, total, abstains, due, name, email in readings:
        is_in = state == ReviewStatus.SUBMITTED
        said = name or email
        shown = "abs." if is_in and abstains else _one(total) if is_in and total is not None else ""
        late = not is_in and due is not None and due < today
        rows[file].cells.append(Cell(pk, initials(said), said, state, _STATES[state], shown, late))
        if is_in and total is not None:
            totals[file].append(total)
    for file, found in totals.items():
        rows[file].mean = _one(sum(found, Decimal(0)) / len(found))
        rows[file].spread = _one(max(found) - min(found)) if len(found) > 1 else ""


def initials(name: str) -> str:
    """« JM » of « Jules Morel »; two letters of an address."""
    words = name.replace("-", " ").split()
    return ("".join(word[0] for word in words[:2]) if len(words) > 1 else name[:2]).upper()


def _one(number: Decimal) -> str:
    return f"{number:.1f}".replace(".", ",")


@dataclass
class Progress:
    """Of a whole edition: files to read, readings wanted, given, in, late."""

    files: int
    wanted: int
    given: int
    done: int
    late: int

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.wanted) if self.wanted else 0


def progress_of(edition: Edition, user: "User", now: datetime, today: date) -> Progress:
    files = Application.objects.reachable_by(user).unsealed(now)
    files = files.filter(edition=edition, status__in=SHOWN)
    waits = ~Q(status__in=[ReviewStatus.SUBMITTED, ReviewStatus.REPLACED])
    counts = Review.objects.filter(application__in=files).aggregate(
        given=Count("pk", filter=~Q(status=ReviewStatus.REPLACED)),
        done=Count("pk", filter=Q(status=ReviewStatus.SUBMITTED)),
        late=Count("pk", filter=waits & Q(due_on__lt=today)),
    )
    number = files.count()
    return Progress(number, number * edition.reviews_wanted, **counts)
