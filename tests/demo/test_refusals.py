"""Where the demonstration may not be, and what building and wiping leave."""

from datetime import timedelta

import pytest

from maillage.accounts.models import User
from maillage.core import search
from maillage.demo.actions import DemoRefusedError, build_demo, wipe_demo
from maillage.demo.actions.build import LARGEST, SMALLEST
from maillage.demo.queries import situation
from maillage.spaces.models import Space
from maillage.structures.models import Structure
from maillage.territories.queries import find_territory
from tests.demo.awkward_cases import AWKWARD
from tests.factories import NOW, make_space, make_structure

pytestmark = pytest.mark.django_db


def test_it_is_refused_in_production(settings: object) -> None:
    settings.PRODUCTION = True
    with pytest.raises(DemoRefusedError, match="refusée en production"):
        build_demo(by=None, now=NOW)
    assert not Space.objects.exists()


@pytest.mark.parametrize("reset", [False, True])
def test_it_is_refused_beside_a_real_space(reset: bool) -> None:
    space = make_space("reel")
    kept = make_structure(in_space=space, name="Vraie")
    with pytest.raises(DemoRefusedError, match="ne viennent pas de la démonstration"):
        build_demo(by=None, now=NOW, reset=reset)
    assert list(Structure.objects.all()) == [kept]
    assert list(Space.objects.all()) == [space]


def test_it_is_refused_beside_real_structures_without_any_space() -> None:
    make_structure(name="Vraie")
    with pytest.raises(DemoRefusedError):
        build_demo(by=None, now=NOW, reset=True)
    assert Structure.objects.count() == 1


@pytest.mark.parametrize("size", [0, SMALLEST - 1, LARGEST + 1])
def test_a_size_out_of_bounds_is_refused(size: int) -> None:
    with pytest.raises(DemoRefusedError, match="--size vaut"):
        build_demo(by=None, now=NOW, size=size)
    assert situation().is_empty


def test_a_small_one_has_every_awkward_case_too() -> None:
    build_demo(by=None, now=NOW, size=SMALLEST)
    assert Structure.objects.count() == SMALLEST
    missing = [case for case, where in AWKWARD.items() if not Structure.objects.filter(**where)]
    assert missing == []


def test_wiping_leaves_the_tables_of_reference_and_other_accounts() -> None:
    User.objects.create_user("hote@test.example", "une phrase de passe", is_staff=True)
    build_demo(by=None, now=NOW, size=SMALLEST)
    wipe_demo()
    assert situation().is_empty
    assert [user.email for user in User.objects.all()] == ["hote@test.example"]
    assert search.search("structures", "jardin").ids == []
    assert find_territory("200057875") is not None


def test_sizes_nest_so_that_a_bigger_demonstration_keeps_the_ordinary_structures() -> None:
    slugs = []
    for size in (SMALLEST, SMALLEST + 30):
        build_demo(by=None, now=NOW, size=size, reset=True)
        slugs.append(
            list(
                Structure.objects.exclude(siren=None)
                .order_by("siren")
                .values_list("slug", flat=True)[:30]
            )
        )
    assert slugs[0] == slugs[1]


def test_a_reset_builds_the_same_again_and_takes_everything_else_away() -> None:
    build_demo(by=None, now=NOW, size=SMALLEST)
    before = _content()
    make_structure(in_space=Space.objects.get(slug="paris-20e"), name="Ajoutée depuis")
    built = build_demo(by=None, now=NOW, size=SMALLEST, reset=True)
    assert built.fresh
    assert _content() == before


def test_dates_follow_the_day_and_nothing_else_moves() -> None:
    build_demo(by=None, now=NOW, size=SMALLEST)
    before = _content(dates=False)
    born = dict(Structure.objects.exclude(created_on=None).values_list("slug", "created_on"))
    build_demo(by=None, now=NOW + timedelta(days=10), size=SMALLEST, reset=True)
    assert _content(dates=False) == before
    later = dict(Structure.objects.exclude(created_on=None).values_list("slug", "created_on"))
    assert all(later[slug] - day == timedelta(days=10) for slug, day in born.items())


def _content(*, dates: bool = True) -> list[tuple]:
    columns = ["slug", "name", "siren", "family", "activity_code", "size_band", "email"]
    columns += ["establishments__address", "establishments__lon", "establishments__siret"]
    columns += ["created_on", "created_at"] if dates else []
    return list(Structure.objects.order_by("slug", "establishments__siret").values_list(*columns))
