"""Pages that are kept in the demonstration."""

from io import BytesIO

import pytest
from PIL import Image

from maillage.core.hours.reading import problem_with
from maillage.core.hours.week import read_week
from maillage.core.models import Upload
from maillage.demo.actions.kept import KEPT, PICTURED, draw, keep_pages
from maillage.demo.lib.dice import Dice
from maillage.demo.lib.kept import COLORS, LIVES, OTHERS, life_of
from maillage.structures.models import Establishment, Link, Picture, Service, Structure, Term
from tests.factories import NOW, make_space, make_structure, make_term, tag


@pytest.mark.parametrize("life", [*LIVES.values(), OTHERS])
def test_hours_are_weeks_that_the_editor_shows(life):
    assert problem_with(life.hours) == ""
    assert read_week(life.hours) is not None
    assert life.scene in COLORS


@pytest.mark.django_db
def test_audiences_are_those_of_the_taxonomy():
    wanted = {code for life in (*LIVES.values(), OTHERS) for _, _, code, _ in life.services if code}
    assert wanted <= set(Term.objects.filter(axis="audience").values_list("code", flat=True))


def test_a_sector_leads_to_its_life():
    assert life_of("sec-ree-02") is LIVES["sec-ree"]
    assert life_of("sec-num") is life_of("") is OTHERS


def test_a_drawing_is_a_picture_and_always_the_same():
    first = draw("food", Dice("a"))
    assert Image.open(BytesIO(first)).size == (960, 640)
    assert first == draw("food", Dice("a")) != draw("food", Dice("b"))


@pytest.mark.django_db
def test_sixty_pages_are_furnished_and_no_closed_one():
    space = make_space()
    structures = [
        make_structure(in_space=space, slug=f"s-{number}", description="Une association.")
        for number in range(KEPT + 5)
    ]
    tag(structures[0], *(main := [make_term("sector", "sec-ree")]), main=main[0])
    Structure.objects.filter(pk=structures[1].pk).update(state="archived")
    structures[1].refresh_from_db()
    chosen = keep_pages(structures, now=NOW, seed="essai")
    assert len(chosen) == KEPT
    assert structures[1] not in chosen
    served = Service.objects.order_by().values_list("structure", flat=True).distinct()
    assert set(served) == {one.pk for one in chosen}
    assert Establishment.objects.exclude(opening_hours="").count() == KEPT
    assert Picture.objects.count() == Upload.objects.count() == PICTURED
    assert not Link.objects.exclude(url__regex=r"^https://(mamot\.fr/|[^/]+\.example/)").exists()
