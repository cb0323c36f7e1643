"""What a gap's page says of the declared layer."""

from datetime import timedelta

import pytest

from maillage.observatory.enums import DeclaredState
from maillage.observatory.models import WorkingFile
from maillage.observatory.queries.declared import Tally, declared_in
from maillage.territories.models import Neighbourhood
from tests.factories import NOW, Cast
from tests.observatory.saying import make_declared, make_echoes

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(cast: Cast) -> Cast:
    """Three published needs, and some that nobody may see."""
    quarter = Neighbourhood.objects.create(
        kind="qpv", code="QN09304M", name="Bel Air", municipality_codes=["93048"], geometry={}
    )
    bikes = make_declared(cast.space, need_code="velo", neighbourhood=quarter)
    meals = make_declared(
        cast.space,
        "Aucune épicerie.",
        need_code="aide-alimentaire",
        state=DeclaredState.ANSWERED,
        said_at=NOW - timedelta(days=2),
    )
    make_declared(cast.space, "Une salle.", municipality_code="93055")
    make_echoes(bikes, 3)
    make_echoes(meals, 1)
    for state in (DeclaredState.WAITING, DeclaredState.REFUSED, DeclaredState.MERGED):
        make_echoes(make_declared(cast.space, "Caché.", need_code="velo", state=state), 2)
    make_declared(cast.other_space, "Ailleurs.", need_code="velo")
    return cast


def test_a_space_counts_what_is_published_only(said: Cast):
    found = declared_in(said.space)
    assert (found.count, found.echoes, found.voices) == (3, 4, 7)
    assert [line.text for line in found.latest] == [
        "Une salle.",
        "Personne ne répare les vélos.",
        "Aucune épicerie.",
    ]
    assert found.by_need == (
        Tally("velo", "velo", 1, 3),
        Tally("aide-alimentaire", "aide-alimentaire", 1, 1),
        Tally("", "", 1, 0),
    )
    assert found.by_place == (
        Tally("93048", "Montreuil", 2, 4),
        Tally("93055", "Pantin", 1, 0),
    )


def test_a_need_a_commune_and_a_quarter_narrow_it(said: Cast):
    of_need = declared_in(said.space, need_code="velo")
    assert [(line.place, line.echoes, line.is_answered) for line in of_need.latest] == [
        ("Montreuil, Bel Air", 3, False)
    ]
    assert declared_in(said.space, place_code="93048").count == 2
    assert declared_in(said.space, place_code="QN09304M").echoes == 3
    assert declared_in(said.space, need_code="velo", place_code="93055").count == 0
    assert declared_in(said.space, place_code="CRS3035RES200mN2888600E3766400").count == 0


def test_it_tells_the_open_files_and_their_step(said: Cast):
    about = {"space": said.space, "need_code": "velo", "place_kind": "commune"}
    opened = {"opened_by": said.chloe, "opened_at": NOW, "title": "Vélos"}
    one = WorkingFile.objects.create(**about, **opened, place_code="93048", status="called")
    WorkingFile.objects.create(**about, **opened, place_code="93055", closed_at=NOW)
    [trace] = declared_in(said.space, need_code="velo", place_code="93048").files
    assert (trace.pk, trace.step, trace.place_code) == (one.pk, "appel lancé", "93048")
    assert declared_in(said.space, place_code="93055").files == ()


def test_it_asks_as_much_whatever_there_is(said: Cast, django_assert_num_queries):
    for rank in range(20):
        make_echoes(make_declared(said.space, f"Texte {rank}", need_code=f"besoin-{rank % 5}"), 2)
    with django_assert_num_queries(3):
        assert declared_in(said.space).count == 23
