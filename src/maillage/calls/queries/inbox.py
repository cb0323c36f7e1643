"""The authority's list of files: what a person may see, filtered, counted by state, sorted, by pages."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Substr
from django.utils import timezone

from maillage.accounts.models import User
from maillage.calls.enums import ApplicationStatus as S
from maillage.calls.enums import MessageSide, Outcome, PartnerRole, Verdict
from maillage.calls.models import (
    Admissibility,
    Application,
    CallMessage,
    Correction,
    Edition,
    Follower,
    Partner,
    RegisterCheck,
)
from maillage.calls.querysets import ENDED
from maillage.spaces.models import Space

PAGE_SIZE = 50
SOON = timedelta(days=15)
ME, FOLLOWED, NOBODY = "moi", "suivies", "personne"


class Flag(models.TextChoices):
    """What deserves a look; a file may have several."""

    UNREAD = "non-lus", "Message à lire"
    REPLY_LATE = "reponse", "Réponse du candidat en retard"
    CORRECTION = "correction", "Correction attendue"
    CORRECTION_LATE = "correction-retard", "Correction en retard"
    TO_CONFIRM = "a-confirmer", "Irrecevabilité à confirmer"
    SILENCE = "silence", "Rejet implicite dans 15 jours"
    REGISTER = "registre", "Registre à vérifier"
    TWICE = "double", "Même SIREN, plusieurs dossiers"


class Sort(models.TextChoices):
    NUMBER = "numero", "Numéro"
    LATEST = "recent", "Dépôt le plus récent"
    AMOUNT = "montant", "Montant demandé"
    SILENCE = "silence", "Rejet implicite le plus proche"


_ORDER = {
    Sort.NUMBER: ("edition_id", "number", "pk"),
    Sort.LATEST: ("-deposited_at", "-pk"),
    Sort.AMOUNT: (F("requested").desc(nulls_last=True), "pk"),
    Sort.SILENCE: (F("implicit_rejection_on").asc(nulls_last=True), "pk"),
}


@dataclass(frozen=True, slots=True)
class Search:
    """Empty values ask nothing. `who` is `moi`, `suivies`, `personne` or the key of an agent; `space` bounds all."""

    edition: int | None = None
    status: str = ""
    who: str = ""
    theme: str = ""
    typology: str = ""
    commune: str = ""
    flag: str = ""
    words: str = ""
    sort: str = Sort.NUMBER
    page: int = 1


@dataclass(frozen=True, slots=True)
class Sealed:
    """A call nobody reads yet: `count` files wait."""

    edition: Edition
    count: int


@dataclass(slots=True)
class Inbox:
    """`counts` are by state, with every filter but the state's; `drafts` are only counted, as drafts of `edition` are private."""

    rows: list[Application]
    counts: list[tuple[str, str, int]]
    total: int
    every: int
    page: int
    pages: int
    drafts: int = 0
    sealed: list[Sealed] = field(default_factory=list)


def readable(space: Space, user: User, now: datetime) -> QuerySet[Application]:
    """Every file that this person may open here: deposited, unsealed, and not one they are recused of."""
    rows: QuerySet[Application] = (
        Application.objects.filter(edition__space=space).reachable_by(user).unsealed(now)
    )
    return rows


def found(space: Space, user: User, search: Search, now: datetime) -> QuerySet[Application]:
    """What the search finds, the state included, in its order."""
    rows = _asked(readable(space, user, now), user, search, now)
    if search.status:
        rows = rows.filter(status=search.status)
    return rows.order_by(*_ORDER[Sort(search.sort)])


def inbox(space: Space, user: User, search: Search, now: datetime) -> Inbox:
    """One page: five queries, whatever there is."""
    rows = _asked(readable(space, user, now), user, search, now)
    by_state = dict(rows.order_by().values_list("status").annotate(Count("pk")))
    counts = [(code, label, by_state[code]) for code, label in S.choices if by_state.get(code)]
    every = sum(by_state.values())
    total = by_state.get(search.status, 0) if search.status else every
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(search.page, 1), pages)
    start = (page - 1) * PAGE_SIZE
    if search.status:
        rows = rows.filter(status=search.status)
    shown = dress(rows, user, now).order_by(*_ORDER[Sort(search.sort)])
    return Inbox(
        list(shown.select_related("edition", "assigned_to")[start : start + PAGE_SIZE]),
        counts,
        total,
        every,
        page,
        pages,
        drafts=drafts_count(space, user, search.edition),
        sealed=sealed_of(space, user, now),
    )


def drafts_count(space: Space, user: User, edition: int | None) -> int:
    """How many are being written: nothing else of them is known to the authority."""
    rows = Application.objects.filter(edition__space=space, status=S.DRAFT, number=None)
    if edition is not None:
        rows = rows.filter(edition=edition)
    return int(rows.reachable_by(user).count())


def sealed_of(space: Space, user: User, now: datetime) -> list[Sealed]:
    """Sealed calls that nobody opened, with how many files wait."""
    waiting = Application.objects.filter(edition__space=space).reachable_by(user).deposited()
    per_edition = dict(
        waiting.filter(edition__is_sealed=True)
        .exclude(edition__unsealed_at__lte=now)
        .order_by()
        .values_list("edition")
        .annotate(Count("pk"))
    )
    if not per_edition:
        return []
    editions = Edition.objects.filter(pk__in=per_edition).order_by("-year", "-pk")
    return [Sealed(edition, per_edition[edition.pk]) for edition in editions]


def dress(rows: QuerySet[Application], user: User, now: datetime) -> QuerySet[Application]:
    """With one column per flag that a list shows, `is_…`."""
    flags = {
        f"is_{flag.name.lower()}": condition for flag, condition in conditions(user, now).items()
    }
    return rows.annotate(lead_siren=_lead_siren()).annotate(**flags)


def conditions(user: User, now: datetime) -> dict[Flag, Q | Exists]:
    """What each flag means, for a query on files annotated with `lead_siren`."""
    today = timezone.localdate(now)
    here = OuterRef("pk")
    said = CallMessage.objects.filter(application=here)
    answered = CallMessage.objects.filter(
        application=OuterRef("application"), side=MessageSide.APPLICANT, at__gt=OuterRef("at")
    )
    open_one = Correction.objects.filter(application=here, answered_at=None, closed_at=None)
    pending = Admissibility.objects.filter(
        application=here, verdict=Verdict.INADMISSIBLE, confirmed_at=None, declined_at=None
    )
    later = RegisterCheck.objects.filter(
        application=OuterRef("application"),
        partner_id=OuterRef("partner_id"),
        code=OuterRef("code"),
        pk__gt=OuterRef("pk"),
    )
    doubtful = RegisterCheck.objects.filter(
        application=here,
        code__in=("siret", "label", "de_minimis", "double_funding"),
        outcome__in=[Outcome.TO_CHECK, Outcome.UNKNOWN, Outcome.NO],
    ).filter(~Exists(later))
    return {
        Flag.UNREAD: Exists(said.filter(side=MessageSide.APPLICANT, read_at=None)),
        Flag.REPLY_LATE: Exists(
            said.filter(side=MessageSide.AUTHORITY, reply_by__lt=today).filter(~Exists(answered))
        ),
        Flag.CORRECTION: Exists(open_one),
        Flag.CORRECTION_LATE: Exists(open_one.filter(due_at__lt=now)),
        Flag.TO_CONFIRM: Exists(pending),
        Flag.SILENCE: Q(implicit_rejection_on__lte=today + SOON) & ~Q(status__in=ENDED),
        Flag.REGISTER: Exists(doubtful),
        Flag.TWICE: Exists(_others_of_siren(user)),
    }


def _lead_siren() -> Subquery:
    lead = Partner.objects.filter(application=OuterRef("pk"), role=PartnerRole.LEAD)
    return Subquery(lead.annotate(siren=Substr("siret", 1, 9)).values("siren")[:1])


def _others_of_siren(user: User) -> QuerySet[Partner]:
    """Leads of another file of the same call with the same SIREN; files hidden from `user` say nothing."""
    others = Application.objects.reachable_by(user).deposited()
    return Partner.objects.filter(
        role=PartnerRole.LEAD,
        application__edition=OuterRef("edition"),
        application__in=others,
        siret__startswith=OuterRef("lead_siren"),
    ).exclude(Q(application=OuterRef("pk")) | Q(siret=""))


def _asked(
    rows: QuerySet[Application], user: User, search: Search, now: datetime
) -> QuerySet[Application]:
    """Every filter but the state's."""
    if search.edition is not None:
        rows = rows.filter(edition=search.edition)
    rows = _whose(rows, user, search.who)
    for name, value in (("theme", search.theme), ("typology", search.typology)):
        if value:
            rows = rows.filter(Q((name, value)))
    if search.commune:
        rows = rows.filter(places__icontains=f'"{search.commune}"')
    if search.flag:
        condition = conditions(user, now)[Flag(search.flag)]
        rows = rows.annotate(lead_siren=_lead_siren()).filter(condition)
    return _told(rows, search.words)


def _whose(rows: QuerySet[Application], user: User, who: str) -> QuerySet[Application]:
    if who == ME:
        return rows.filter(assigned_to=user)
    if who == NOBODY:
        return rows.filter(assigned_to=None)
    if who == FOLLOWED:
        mine = Follower.objects.filter(application=OuterRef("pk"), user=user)
        return rows.filter(Exists(mine))
    return rows.filter(assigned_to=int(who)) if who.isdecimal() and len(who) < 19 else rows


def _told(rows: QuerySet[Application], words: str) -> QuerySet[Application]:
    if not words:
        return rows
    partners = Partner.objects.filter(application=OuterRef("pk"))
    bare = "".join(words.split())
    if bare.isdecimal() and len(bare) >= 9:
        return rows.filter(Exists(partners.filter(siret__startswith=bare[:14])))
    return rows.filter(
        Q(reference__icontains=words)
        | Q(title__icontains=words)
        | Q(lead_name__icontains=words)
        | Exists(partners.filter(name__icontains=words))
    )


def chosen(space: Space, user: User, keys: Iterable[int], now: datetime) -> QuerySet[Application]:
    """Those of these files that the person may open, in the order of the list."""
    rows = readable(space, user, now).filter(pk__in=list(keys))
    return rows.select_related("edition", "assigned_to").order_by("edition_id", "number", "pk")


def to_do(space: Space, user: User, now: datetime) -> dict[str, int]:
    """What waits for agents of the space: `near` (silence), `confirm`, `unread`. One query."""
    flags = conditions(user, now)
    wanted = {"near": Flag.SILENCE, "confirm": Flag.TO_CONFIRM, "unread": Flag.UNREAD}
    rows = readable(space, user, now)
    return rows.aggregate(
        **{name: Count("pk", filter=Q(flags[flag])) for name, flag in wanted.items()}
    )
