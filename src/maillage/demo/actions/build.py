"""Build the four spaces, once: all in one transaction, so that a demonstration is whole or absent."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from maillage.accounts.models import User
from maillage.core import journal
from maillage.core.models import Letter
from maillage.demo.actions.calls import run_calls
from maillage.demo.actions.contributions import tell_contributions
from maillage.demo.actions.declared import say_what_is_missing
from maillage.demo.actions.freshness import tell_freshness
from maillage.demo.actions.gaps import invent_people
from maillage.demo.actions.history import tell_history
from maillage.demo.actions.imports import IMPORTED
from maillage.demo.actions.keepers import tell_keepers
from maillage.demo.actions.kept import keep_pages
from maillage.demo.actions.messages import fill_boxes
from maillage.demo.actions.observatory import show_observatory
from maillage.demo.actions.people import create_people
from maillage.demo.actions.privacy import ask_for_rights, fill_legal_pages, invent_readings
from maillage.demo.actions.reports import keep_a_report
from maillage.demo.actions.rows import Writer
from maillage.demo.actions.spaces import create_spaces
from maillage.demo.actions.wipe import wipe_demo
from maillage.demo.lib.awkward import CASES, Awkward
from maillage.demo.lib.cast import SPACES
from maillage.demo.lib.catalogue import places
from maillage.demo.lib.numbers import CAPACITY
from maillage.demo.lib.places import PlaceMaker
from maillage.demo.lib.points import Ground, Sampler
from maillage.demo.lib.specs import Spec
from maillage.demo.lib.structures import Inventor, World
from maillage.demo.queries import BUILT, situation
from maillage.spaces.models import Space
from maillage.structures.actions.after import after_write
from maillage.structures.actions.upkeep import refresh_upkeep
from maillage.territories.models import Contour, Municipality

VERSION = 1
SEED = "maillage"
DEFAULT_SIZE = 1500
SMALLEST = len(CASES) + IMPORTED + 40
LARGEST = CAPACITY - 500


class DemoRefusedError(Exception):
    """The demonstration can't be put here. The message is a French sentence."""


@dataclass(frozen=True)
class Built:
    """`fresh` is false when the demonstration was there already."""

    structures: int
    fresh: bool


def build_demo(
    *, by: User | None, now: datetime, size: int = DEFAULT_SIZE, reset: bool = False
) -> Built:
    """Make the demonstration of `size` structures exist; keep the one that is there unless `reset`.

    Raises:
        DemoRefusedError: in production, beside real data, or for a size out of bounds.
    """
    _refuse_what_must_be(size=size, reset=reset)
    known = situation().built
    if known and not reset:
        return Built(structures=known["size"], fresh=False)
    with transaction.atomic():
        wipe_demo()
        people = create_people(now=now)
        spaces = create_spaces(people["agent"], now=now)
        today = timezone.localdate(now)
        writer = Writer(people, now=now, today=today)
        specs = _specs(spaces, size=size, today=today)
        writer.write(specs)
        ordinary = writer.structures[: -len(writer.by_case)]
        tell_freshness(ordinary, spaces, people, now=now, seed=SEED)
        tell_history(writer, spaces, people, seed=SEED)
        furnished = keep_pages(writer.structures, now=now, seed=SEED)
        tell_keepers(furnished, ordinary, spaces, people, now=now, seed=SEED)
        recipe = {"size": size, "version": VERSION}
        journal.record(BUILT, spaces[0], by=by, at=now, changes={"recipe": [None, recipe]})
        after_write(structures=writer.structure_ids, places=writer.place_ids, now=now)
        tell_contributions(spaces, people, now=now)
        refresh_upkeep(now=now)
        fill_boxes(spaces, people, now=now)
        fill_legal_pages(spaces, by=people["agent"], now=now)
        ask_for_rights(spaces, now=now)
        invent_readings(spaces, seed=SEED, now=now)
        invent_people(spaces, seed=SEED, now=now)
        say_what_is_missing(spaces, people, seed=SEED, now=now)
        show_observatory(spaces, by=people["agent"], now=now)
        keep_a_report(spaces, people, now=now)
        run_calls(spaces, people, seed=SEED, now=now)
        # The people of the demonstration read their letters on screen: nothing leaves for the network.
        waiting = Letter.objects.filter(status=Letter.Status.WAITING)
        waiting.update(status=Letter.Status.SENT, sent_at=F("created_at"))
    return Built(structures=size, fresh=True)


def _refuse_what_must_be(*, size: int, reset: bool) -> None:
    if settings.PRODUCTION:
        raise DemoRefusedError(
            "La démonstration est refusée en production (MAILLAGE_ENV=production) : "
            "ses mots de passe sont publics."
        )
    if not SMALLEST <= size <= LARGEST:
        raise DemoRefusedError(
            f"--size vaut {size} ; attendu : un nombre de {SMALLEST} à {LARGEST}."
        )
    found = situation()
    if found.is_empty or (found.is_demo and (reset or not found.real_structures or found.built)):
        return
    raise DemoRefusedError(
        "Cette base contient des données qui ne viennent pas de la démonstration : rien n'a été "
        "changé. Choisissez une autre base (MAILLAGE_VAR_DIR ou MAILLAGE_DATABASE_URL)."
    )


def _specs(spaces: list[Space], *, size: int, today: date) -> list[Spec]:
    """Ordinary structures first, then the awkward ones; with the imported ones the total is `size`."""
    sampler = Sampler(_grounds())
    world = World(SEED, today, _shares(spaces), _neighbours(spaces))
    inventor = Inventor(world, PlaceMaker(sampler, today))
    ordinary = size - len(CASES) - IMPORTED
    awkward = Awkward(inventor, ordinary + 1).build()
    return [*inventor.invent(range(1, ordinary + 1)), *awkward]


def _grounds() -> dict[str, Ground]:
    codes = list(places())
    contours = dict(
        Contour.objects.filter(municipality_id__in=codes).values_list("municipality_id", "geometry")
    )
    centres = Municipality.objects.filter(code__in=codes).values_list("code", "lon", "lat")
    return {code: Ground(lon or 0.0, lat or 0.0, contours.get(code)) for code, lon, lat in centres}


def _shares(spaces: list[Space]) -> dict[str, float]:
    """Share of each commune: that of its space, spread by population."""
    shares: dict[str, float] = {}
    weights = {space.slug: space.share for space in SPACES}
    for space in spaces:
        codes = space.perimeter.values_list("municipality_code", flat=True)
        rows = Municipality.objects.filter(code__in=codes).order_by("code")
        people = {code: number or 0 for code, number in rows.values_list("code", "population")}
        total = sum(people.values())
        shares |= {code: weights[space.slug] * number / total for code, number in people.items()}
    return shares


def _neighbours(spaces: list[Space]) -> dict[str, tuple[str, ...]]:
    """Communes of the same space, and Paris 20e for those of Est Ensemble and the other way round."""
    around: dict[str, tuple[str, ...]] = {}
    members = {
        space.slug: tuple(
            space.perimeter.order_by("municipality_code").values_list(
                "municipality_code", flat=True
            )
        )
        for space in spaces
    }
    for codes in members.values():
        for code in codes:
            around[code] = tuple(other for other in codes if other != code)
    for code in members["est-ensemble"]:
        around[code] += members["paris-20e"]
    around["75120"] = members["est-ensemble"]
    return around
