"""What people say is missing in the four spaces, and two gaps that agents took in hand."""

import csv
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils import timezone

from maillage.accounts.models import User
from maillage.core.models import Letter
from maillage.demo.lib.catalogue import DATA
from maillage.demo.lib.dice import Dice
from maillage.observatory.actions.decide import answer, merge, publish, refuse
from maillage.observatory.actions.declare import declare_need
from maillage.observatory.actions.files import change_step, follow, open_file, write_note
from maillage.observatory.actions.measure import measure
from maillage.observatory.models import DeclaredNeed, Echo, GapMeasure
from maillage.observatory.notices import ARRIVED
from maillage.spaces.models import Space
from maillage.territories.models import Municipality

EACH = 11  # declared needs of a space: forty-four in all
_WAITING = (3, 8)  # ranks left to agents
_REFUSED, _DOUBLE = 9, 10
_REASON = (
    "Ce message nomme une personne : dites ce qui manque sans la nommer, et nous le publierons."
)


def say_what_is_missing(
    spaces: list[Space], people: Mapping[str, User], *, seed: str, now: datetime
) -> None:
    """Eleven in each space: eight published (some with an answer), two to read, one refused or brought to another."""
    with (DATA / "declared.csv").open(encoding="utf-8", newline="") as file:
        texts = list(csv.DictReader(file))
    for number, space in enumerate(spaces):
        dice = Dice(seed, "declared", space.slug)
        said = [
            _say(space, texts[(number * 7 + rank * 3) % len(texts)], rank, people, dice, now)
            for rank in range(EACH)
        ]
        if number % 2 == 0:
            at = now - timedelta(days=4)
            merge(said[_DOUBLE], said[0], by=people["agent"], now=at, version=None)
        if not GapMeasure.objects.filter(space=space, snapshot=None).exists():
            measure(space, now=now)
    envol = next(space for space in spaces if space.slug == "terres-d-envol")
    est = next(space for space in spaces if space.slug == "est-ensemble")
    _take_in_hand(est, people["agent"], now=now)
    _take_in_hand_and_advance(envol, people["agent"], now=now)
    # The queue shows what waits; a box with forty letters about what is decided would hide the others.
    Letter.objects.filter(kind=ARRIVED.code, created_at__lt=now - timedelta(days=3)).delete()


def _say(
    space: Space,
    row: Mapping[str, str],
    rank: int,
    people: Mapping[str, User],
    dice: Dice,
    now: datetime,
) -> DeclaredNeed:
    at = now - timedelta(days=2 if rank in _WAITING else 12 + 9 * rank, hours=rank)
    agent = people["agent"]
    said = declare_need(
        space,
        need_code=row["need"],
        commune=_commune(space, dice),
        text=row["text"],
        by=people["porteur"] if rank == 1 else None,
        now=at,
    ).declared
    if rank in _WAITING:
        return said
    decided = at + timedelta(days=2)
    if rank == _REFUSED:
        return refuse(said, reason=_REASON, by=agent, now=decided, version=None)
    publish(said, by=agent, now=decided, version=None)
    Echo.objects.bulk_create(
        Echo(declared=said, at=decided + timedelta(hours=one + 1))
        for one in range(int(dice.share() ** 2 * 40))
    )
    if row["answer"]:
        answer(said, text=row["answer"], by=agent, now=decided + timedelta(days=5), version=None)
    return said


def _commune(space: Space, dice: Dice) -> str:
    """Drawn by population."""
    codes = space.perimeter.values_list("municipality_code", flat=True)
    rows = Municipality.objects.filter(code__in=codes).order_by("code")
    return dice.weighted({row.code: float(row.population or 1) for row in rows})


def _worst(space: Space) -> GapMeasure | None:
    """The commune and the need most surely under-served."""
    rows = GapMeasure.objects.filter(space=space, snapshot=None, place_kind="commune")
    return (
        rows.exclude(probability=None).order_by("-probability", "need_code", "place_code").first()
    )


def _take_in_hand(space: Space, by: User, *, now: datetime) -> None:
    """Just opened, with a review to come."""
    worst = _worst(space)
    if worst is None:
        return
    at = now - timedelta(days=6)
    file = open_file(
        space, need=worst.need_code, place_kind="commune", place=worst.place_code, by=by, now=at
    )
    review = timezone.localdate(now) + timedelta(days=20)
    follow(file, title=file.title, owner=by, review_on=review, by=by, now=at, version=file.version)
    write_note(
        file, "Première réunion prévue avec le service du développement local.", by=by, now=at
    )


def _take_in_hand_and_advance(space: Space, by: User, *, now: datetime) -> None:
    """A call is launched, and the day to look at it again has passed."""
    worst = _worst(space)
    if worst is None:
        return
    at = now - timedelta(days=70)
    file = open_file(
        space, need=worst.need_code, place_kind="commune", place=worst.place_code, by=by, now=at
    )
    steps = (
        ("studied", 21, "Trois structures rencontrées ; deux seraient prêtes à ouvrir un lieu."),
        ("called", 40, "Appel à projets publié, réponses attendues sous deux mois."),
    )
    for step, days, reason in steps:
        moment = at + timedelta(days=days)
        file = change_step(file, step, reason=reason, by=by, now=moment, version=file.version)
    # The invented directory was the same that day.
    file.baseline |= {"measured_at": at.isoformat()} if file.baseline else {}
    file.save(update_fields=["baseline"])
    review = timezone.localdate(now) - timedelta(days=3)
    follow(file, title=file.title, owner=by, review_on=review, by=by, now=at, version=file.version)
