"""A year of keeping pages true: reminders and their answers, letters that came back, calls, closures."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from maillage.accounts.models import User
from maillage.core.models import Letter
from maillage.demo.lib.dice import Dice
from maillage.spaces.models import Space
from maillage.structures.actions.calls import record_call
from maillage.structures.actions.closure import record_sign
from maillage.structures.actions.reminders import VALID, key_hash
from maillage.structures.actions.upkeep import refresh_upkeep
from maillage.structures.enums import CallOutcome, SignKind
from maillage.structures.models import Establishment, FreshnessReminder, Structure, Upkeep
from maillage.structures.notices import FRESHNESS
from maillage.structures.queries.freshness import STEPS, add_months, latest_day

CALLS = 10  # for each space
_OUTCOMES = {
    CallOutcome.REACHED: 4,
    CallOutcome.NO_ANSWER: 3,
    CallOutcome.TO_CORRECT: 2,
    CallOutcome.WRONG_NUMBER: 1,
}
_NOTES = {
    CallOutcome.REACHED: ("Tout est juste.", "Horaires d'été à vérifier en juin.", ""),
    CallOutcome.NO_ANSWER: ("Répondeur.", "", "Sonne dans le vide."),
    CallOutcome.TO_CORRECT: ("Nouveau local : enverra l'adresse.", "Changement de présidence."),
    CallOutcome.WRONG_NUMBER: ("Un particulier, à ne plus appeler.",),
}


def tell_freshness(
    structures: list[Structure],
    spaces: list[Space],
    people: Mapping[str, User],
    *,
    now: datetime,
    seed: str,
) -> None:
    """`structures` are the ordinary ones: the awkward ones keep the state they stand for."""
    dice = Dice(seed, "freshness")
    ids = [one.pk for one in structures]
    refresh_upkeep(ids, now=now)
    _answers(ids, dice, now=now)
    _silence(ids, dice, now=now)
    _refusals(ids, dice, now=now)
    for space in spaces:
        inside = Structure.objects.published().in_space(space).filter(pk__in=ids)
        _calls(list(inside.order_by("pk")), space, people["agent"], dice, now=now)
    _closures(ids, dice, now=now)
    refresh_upkeep(ids, now=now)


def _reminder(
    structure: Structure, number: int, *, sent_at: datetime, **fields: Any
) -> FreshnessReminder:
    return FreshnessReminder(
        structure=structure,
        to=structure.email,
        key_hash=key_hash(f"démonstration {structure.pk} {number}"),
        sent_at=sent_at,
        expires_at=sent_at + VALID,
        **fields,
    )


def _answers(ids: list[int], dice: Dice, *, now: datetime) -> None:
    """A third of the fresh pages were confirmed from a letter, with one click."""
    today = timezone.localdate(now)
    fresh = Upkeep.objects.filter(
        structure__in=ids, vouched=True, counts_from__gt=latest_day(6, today)
    )
    pages = Structure.objects.filter(upkeep__in=fresh, confirmed_at__isnull=False)
    chosen = [one for one in pages.exclude(email="").order_by("pk") if dice.happens(0.34)]
    FreshnessReminder.objects.bulk_create(
        _reminder(
            one,
            0,
            months=dice.pick(STEPS),
            since=add_months(timezone.localdate(one.confirmed_at), -dice.pick(STEPS)),
            sent_at=one.confirmed_at - timedelta(days=dice.number(1, 9)),
            answer=FreshnessReminder.Answer.RIGHT,
            answered_at=one.confirmed_at,
        )
        for one in chosen
    )
    Structure.objects.filter(pk__in=[one.pk for one in chosen]).update(confirmed_by=None)


def _silence(ids: list[int], dice: Dice, *, now: datetime) -> None:
    """Older pages were written to at each step they reached, in vain."""
    today = timezone.localdate(now)
    old = Upkeep.objects.filter(structure__in=ids, counts_from__lte=latest_day(6, today))
    pages = Structure.objects.filter(upkeep__in=old).exclude(email="").select_related("upkeep")
    reminders = []
    for one in pages.order_by("pk"):
        since = one.upkeep.counts_from
        for number, step in enumerate(STEPS, 1):
            day = add_months(since, step)
            age = (today - day).days
            if age < 0 or age > 365:
                continue
            sent_at = now - timedelta(days=age)
            reminders.append(_reminder(one, number, months=step, since=since, sent_at=sent_at))
    FreshnessReminder.objects.bulk_create(reminders)


def _refusals(ids: list[int], dice: Dice, *, now: datetime) -> None:
    """Addresses of pages that nobody ever confirmed, and that receive nothing."""
    pages = Structure.objects.filter(pk__in=ids, upkeep__vouched=False).exclude(email="")
    for one in dice.some(list(pages.order_by("pk")), 12):
        Letter.objects.create(
            kind=FRESHNESS.code,
            to=one.email,
            subject=f"La fiche de {one.name} est-elle toujours juste ?"[:200],
            is_secret=True,
            status=Letter.Status.REFUSED,
            attempts=1,
            error="550 5.1.1 User unknown",
            created_at=now - timedelta(days=dice.number(20, 90)),
        )


def _calls(pages: list[Structure], space: Space, by: User, dice: Dice, *, now: datetime) -> None:
    """Calls of the last two months; two promised for today."""
    for number, one in enumerate(dice.some([page for page in pages if page.phone], CALLS)):
        outcome = dice.weighted(_OUTCOMES)
        days = dice.number(2, 60)
        at = now - timedelta(days=days, minutes=dice.number(0, 300))
        if number < 2:
            outcome, next_on = CallOutcome.LATER, timezone.localdate(now)
            note = "Demande à être rappelée."
        else:
            next_on, note = None, dice.pick(_NOTES[outcome])
        record_call(one, outcome, note=note, next_on=next_on, by=by, now=at, space=space)


def _closures(ids: list[int], dice: Dice, *, now: datetime) -> None:
    """Two structures answered that they are closed, two have no open place left."""
    silent = Structure.objects.filter(
        pk__in=ids, reminders__answer="", reminders__months=12
    ).distinct()
    for one in dice.some(list(silent.order_by("pk")), 2):
        last = one.reminders.order_by("-sent_at").first()
        at = min(now, last.sent_at + timedelta(days=2))
        FreshnessReminder.objects.filter(pk=last.pk).update(
            answer=FreshnessReminder.Answer.CLOSED, answered_at=at
        )
        record_sign(one, SignKind.ANSWER, str(last.pk), now=at, on=timezone.localdate(at))
    bare = Structure.objects.filter(pk__in=ids, confirmed_at=None, email="", phone="")
    for one in dice.some(list(bare.order_by("pk")), 2):
        day = timezone.localdate(now) - timedelta(days=dice.number(40, 200))
        Establishment.objects.filter(structure=one).update(state="ceased", closed_on=day)
