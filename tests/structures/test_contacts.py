"""Who sees each contact of a structure."""

import pytest

from maillage.structures.permissions import reading_level
from maillage.structures.queries.disclosure import Contacts, contacts_for
from tests.factories import NOW, Crowd, make_structure

pytestmark = pytest.mark.django_db
ALL = Contacts("https://a.example", "a@a.example", "01")


def structure(**fields):
    return make_structure(
        **({"website": ALL.website, "email": ALL.email, "phone": ALL.phone} | fields)
    )


@pytest.mark.parametrize(
    ("chosen", "public", "members", "agents"),
    [
        ({}, ALL, ALL, ALL),
        ({"email": "members"}, ALL._replace(email=""), ALL, ALL),
        ({"phone": "agents"}, ALL._replace(phone=""), ALL._replace(phone=""), ALL),
        (
            {"website": "members", "email": "agents"},
            Contacts(phone="01"),
            ALL._replace(email=""),
            ALL,
        ),
        ({"email": "inconnu"}, ALL._replace(email=""), ALL._replace(email=""), ALL),
        ({"email": ""}, ALL, ALL, ALL),
        ("abîmé", ALL, ALL, ALL),
    ],
)
def test_each_reader_sees_what_was_chosen(chosen, public, members, agents):
    one = structure(contact_visibility=chosen)
    assert [contacts_for(one, who) for who in ("public", "members", "agents")] == [
        public,
        members,
        agents,
    ]


def test_partial_disclosure_is_stronger_than_a_choice():
    one = structure(disclosure="P", contact_visibility={"email": "public"})
    assert contacts_for(one) == contacts_for(one, "members") == Contacts(website=ALL.website)
    assert contacts_for(one, "agents") == ALL


def test_only_the_web_is_a_website():
    assert contacts_for(structure(website="javascript:alert(1)"), "agents").website == ""


def test_what_each_person_may_read(crowd: Crowd, django_assert_num_queries):
    from django.contrib.auth.models import AnonymousUser

    with django_assert_num_queries(0):
        assert reading_level(AnonymousUser(), crowd.space) == "public"
    levels = {
        name: str(reading_level(getattr(crowd, name), crowd.space))
        for name in ("denis", "bruno", "host", "ines", "theo", "marc", "chloe", "aicha")
    }
    assert levels == {
        "denis": "public",
        "bruno": "public",  # an agent elsewhere
        "host": "public",
        "ines": "public",
        "theo": "members",
        "marc": "members",
        "chloe": "agents",
        "aicha": "agents",
    }


def test_an_agent_without_a_second_factor_reads_as_the_public(crowd: Crowd):
    crowd.chloe.is_protected = False
    assert reading_level(crowd.chloe, crowd.space) == "public"


def test_who_left_reads_as_the_public(crowd: Crowd):
    crowd.theo.memberships.update(ended_at=NOW)
    assert reading_level(crowd.theo, crowd.space) == "public"
