"""What one page keeps back, and from whom, stays so when another takes it over."""

import pytest

from maillage.structures.actions.members import remove_member
from maillage.structures.actions.merge import merge_structures, unmerge_structure
from maillage.structures.actions.suppress import suppress
from maillage.structures.permissions import reading_level
from maillage.structures.queries.acting import identities_of
from maillage.structures.queries.disclosure import Contacts, contacts_for
from tests.factories import NOW, Cast, make_membership, make_structure, signed_in

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


def test_who_is_removed_from_the_page_that_stays_keeps_the_other_no_more(cast: Cast) -> None:
    twin = make_structure(siren=None, in_space=cast.space)
    page = make_structure(in_space=cast.space)
    for one in (twin, page):
        make_membership(one, cast.denis)
    merge_structures(twin, page, **who(cast))
    client, address = signed_in(cast.denis), f"/compte/structures/{twin.pk}/modifier/"
    assert client.get(address)["Location"] == f"/compte/structures/{page.pk}/modifier/"
    remove_member(
        page.memberships.get(), by=cast.chloe, now=NOW, reason="Parti.", space_id=cast.space.pk
    )
    assert client.get(address).status_code == 404
    assert reading_level(cast.denis, cast.space) == "public"
    assert identities_of(cast.denis) == []
