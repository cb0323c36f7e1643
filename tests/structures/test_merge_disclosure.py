"""What one page keeps back stays kept back when another takes it over."""

import pytest

from maillage.structures.actions.merge import merge_structures, unmerge_structure
from maillage.structures.actions.suppress import suppress
from maillage.structures.queries.disclosure import Contacts, contacts_for
from tests.factories import NOW, Cast, make_structure

pytestmark = pytest.mark.django_db


def who(cast: Cast) -> dict:
    return {"by": cast.chloe, "now": NOW, "space": cast.space}


def test_partial_disclosure_follows_what_it_protects(cast: Cast) -> None:
    home = make_structure(
        in_space=cast.space, disclosure="P", email="jeanne@mail.example", phone="+33612345678"
    )
    page = make_structure(siren=None, in_space=cast.space)
    merge_structures(home, page, **who(cast))
    page.refresh_from_db()
    assert (page.email, page.disclosure, contacts_for(page)) == (
        "jeanne@mail.example",
        "P",
        Contacts(),
    )
    unmerge_structure(home, **who(cast))
    page.refresh_from_db()
    home.refresh_from_db()
    assert (page.email, page.disclosure, home.disclosure) == ("", "O", "P")


def test_what_was_taken_off_comes_back_by_no_merge(cast: Cast) -> None:
    twin = make_structure(siren=None, in_space=cast.space, email="jeanne@mail.example")
    page = make_structure(in_space=cast.space, email="jeanne@mail.example")
    suppress(page, ["email"], **who(cast))
    suppress(twin, ["phone"], **who(cast))
    merge_structures(twin, page, **who(cast))
    page.refresh_from_db()
    assert page.email == ""
    assert set(page.suppressions.values_list("field", flat=True)) == {"email", "phone"}
