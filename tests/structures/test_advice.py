"""What to add next."""

import pytest

from maillage.structures.models import Structure
from maillage.structures.queries.advice import advice_for
from maillage.structures.queries.completeness import CRITERIA
from tests.factories import make_establishment, make_structure, make_term, tag
from tests.structures.test_kept import make_upload

pytestmark = pytest.mark.django_db


def to_do(structure: Structure) -> list[str]:
    return [step.code for step in advice_for(structure).steps]


def test_an_empty_page_is_told_everything_and_scores_nothing():
    found = advice_for(make_structure())
    assert found.score == 0
    assert {step.code for step in found.steps if step.counts} == set(CRITERIA)
    assert [step.code for step in found.steps if not step.counts] == ["service", "picture", "link"]


def test_what_is_done_is_no_longer_asked(django_assert_num_queries):
    structure = make_structure(
        description="x" * 250, phone="01", email="a@a.example", website="https://a.example"
    )
    make_establishment(structure, opening_hours="Mo 09:00-12:00")
    tag(structure, make_term("sector", "sec-ree"))
    assert (advice_for(structure).score, to_do(structure)) == (100, ["service", "picture", "link"])
    structure.services.create(name="Atelier")
    structure.pictures.create(upload=make_upload(), alt="L'atelier")
    structure.links.create(kind="job", url="https://a.example/emploi")
    with django_assert_num_queries(5):
        assert to_do(structure) == []


def test_a_closed_place_does_not_count():
    structure = make_structure()
    make_establishment(structure, state="ceased", opening_hours="24/7")
    assert {"hours", "place"} <= set(to_do(structure))
