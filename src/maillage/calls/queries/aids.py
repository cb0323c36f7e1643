"""What a structure received from public bodies: files that were read, declarations, and our own awards."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from maillage.calls.enums import AwardStatus, StateAid
from maillage.calls.models import AidRecord, Award
from maillage.spaces.models import Space

YEARS = 3
WARN_AT = Decimal("0.80")
_GONE = (AwardStatus.PROPOSED, AwardStatus.LAPSED, AwardStatus.RENOUNCED, AwardStatus.REVOKED)
_COUNTED = (StateAid.DE_MINIMIS, StateAid.SGEI)


@dataclass(frozen=True, slots=True)
class DeMinimis:
    """Aid granted within the three years before `on`, that day included, in euros.

    `declared` comes from people, `known` from files, `own` from awards made here; an aid of a file that is one of our
    own awards (same day, same amount) counts once. `ceiling` None: the call does not say it.
    """

    on: date
    since: date
    declared: Decimal
    known: Decimal
    own: Decimal
    ceiling: Decimal | None

    @property
    def total(self) -> Decimal:
        return self.declared + self.known + self.own

    def level(self, asked: Decimal = Decimal(0)) -> str:
        """`above` the ceiling with what is asked, `near` (80 %), `under`, or `unknown` without a ceiling."""
        if self.ceiling is None:
            return "unknown"
        whole = self.total + asked
        if whole > self.ceiling:
            return "above"
        return "near" if whole >= self.ceiling * WARN_AT else "under"


def aids_of(space: Space, *, siren: str = "", rna: str = "") -> QuerySet[AidRecord]:
    """Every aid known in the space of this number, newest first; none without a number."""
    same = Q(pk__in=[])
    if siren:
        same |= Q(siren=siren)
    if rna:
        same |= Q(rna=rna)
    return AidRecord.objects.filter(same, space=space).select_related("batch")


def de_minimis_of(
    space: Space, *, siren: str = "", rna: str = "", on: date, ceiling: Decimal | None = None
) -> DeMinimis:
    """The rolling sum on the day `on`. Regulation (EU) 2023/2831, article 3: over any period of three years."""
    since = _years_before(on)
    counted = aids_of(space, siren=siren, rna=rna).filter(
        is_de_minimis=True, decided_on__gt=since, decided_on__lte=on
    )
    rows = list(counted.values_list("batch_id", "amount", "decided_on"))
    ours = list(_own(space, siren, rna, since, on).values_list("amount", "decision_on"))
    same = set(ours)
    known = sum(
        (amount for batch, amount, day in rows if batch and (amount, day) not in same), Decimal(0)
    )
    declared = sum((amount for batch, amount, _day in rows if not batch), Decimal(0))
    own = sum((amount for amount, _day in ours), Decimal(0))
    return DeMinimis(on, since, declared, known, own, ceiling)


def _own(space: Space, siren: str, rna: str, since: date, on: date) -> QuerySet[Award]:
    same = Q(pk__in=[])
    if siren:
        same |= Q(siret__startswith=siren)
    if rna:
        same |= Q(rna=rna)
    return Award.objects.filter(
        same,
        application__edition__space=space,
        state_aid__in=_COUNTED,
        decision_on__gt=since,
        decision_on__lte=on,
    ).exclude(status__in=_GONE)


def received_between(space: Space, *, siren: str, rna: str, first: date, last: date) -> Decimal:
    """Everything known to have been granted from `first` to `last`, both included."""
    found = aids_of(space, siren=siren, rna=rna).filter(decided_on__gte=first, decided_on__lte=last)
    return found.aggregate(total=Sum("amount"))["total"] or Decimal(0)


def found_aids(space: Space, words: str) -> QuerySet[AidRecord]:
    """Aids whose beneficiary, number or purpose holds `words`; all of them when there are none."""
    rows = AidRecord.objects.filter(space=space).select_related("batch", "structure")
    bare = "".join(words.split())
    if bare.isdecimal() and len(bare) >= 9:
        return rows.filter(siren=bare[:9])
    if words:
        rows = rows.filter(
            Q(name__icontains=words) | Q(purpose__icontains=words) | Q(rna=bare.upper())
        )
    return rows


def sirens_known(space: Space, sirens: Iterable[str]) -> set[str]:
    """Those for which the space knows at least one aid."""
    rows = AidRecord.objects.filter(space=space, siren__in=set(sirens) - {""})
    return set(rows.order_by().values_list("siren", flat=True).distinct())


def _years_before(day: date) -> date:
    try:
        return day.replace(year=day.year - YEARS)
    except ValueError:  # 29 February
        return day.replace(year=day.year - YEARS, day=28)
