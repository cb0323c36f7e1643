"""Opening a space, its perimeter, its people, its colours."""

from datetime import UTC, date, datetime

import pytest

from maillage.core.journal import history, now_at
from maillage.spaces.actions import (
    SpaceError,
    UnreadableColorError,
    create_space,
    grant_role,
    revoke_role,
    set_perimeter,
    update_branding,
)
from maillage.spaces.models import RESERVED_SLUGS, Role, Space
from maillage.spaces.queries import perimeter_codes
from tests.factories import NOW, make_space, make_user

pytestmark = pytest.mark.django_db

ADMINISTRATOR, AGENT = Role.Kind.ADMINISTRATOR, Role.Kind.AGENT
LATER = datetime(2027, 1, 5, 8, 0, tzinfo=UTC)


def opened(slug="val", codes=("93048", "93055"), **fields) -> Space:
    fields = {"name": "Val", "authority": "EPT Val", "by": None, "now": NOW} | fields
    return create_space(slug, codes=codes, **fields)


def entries(space) -> list[tuple]:
    return list(space.perimeter.values_list("municipality_code", "since", "until"))


def test_a_space_is_opened_over_its_communes():
    space = opened(codes=["93059", "93048", "75056"], siren="200057875", tagline="Ensemble")
    arrondissements = [f"751{rank:02}" for rank in range(1, 21)]
    assert entries(space) == [(code, None, None) for code in [*arrondissements, "93048", "93066"]]
    assert (space.siren, space.tagline, space.is_public) == ("200057875", "Ensemble", True)
    assert [line.action for line in history(space)] == ["space_created"]
    assert (now_at("spaces"), now_at("structures")) == (1, 1)


@pytest.mark.parametrize(
    "slug", ["", "Val", "val_de_marne", "-val", "val--b", "é", "a" * 61, "a/b", "val\n"]
)
def test_an_address_that_can_not_be_used(slug):
    with pytest.raises(SpaceError, match="ne convient pas"):
        opened(slug)
    assert Space.objects.count() == 0


@pytest.mark.parametrize("slug", sorted(slug for slug in RESERVED_SLUGS if "." not in slug))
def test_reserved_addresses(slug):
    with pytest.raises(SpaceError, match="est réservée"):
        opened(slug)


def test_an_address_is_given_once():
    opened()
    with pytest.raises(SpaceError, match=r"^L'adresse « val » est déjà celle d'un autre espace\.$"):
        opened(name="Autre")
    assert [space.name for space in Space.objects.all()] == ["Val"]


@pytest.mark.parametrize("codes", [[], ["99999"]])
def test_no_known_commune_no_space(codes):
    with pytest.raises(SpaceError, match="Aucune de ces communes"):
        opened(codes=codes)
    assert Space.objects.count() == 0


def test_a_commune_that_leaves_keeps_its_dates_and_may_come_back():
    space = opened()
    assert set_perimeter(space, ["93048", "93008"], by=None, now=NOW) == (1, 1)
    assert entries(space) == [
        ("93008", date(2026, 11, 22), None),
        ("93048", None, None),
        ("93055", None, date(2026, 11, 22)),
    ]
    assert perimeter_codes(space) == {"93048", "93008"}
    assert history(space)[0].changes == {"perimeter": [["93055"], ["93008"]]}
    assert set_perimeter(space, ["93048", "93055"], by=None, now=LATER) == (1, 1)
    assert entries(space) == [
        ("93008", date(2026, 11, 22), date(2027, 1, 5)),
        ("93048", None, None),
        ("93055", date(2027, 1, 5), None),
    ]


def test_the_same_perimeter_writes_nothing():
    space = opened()
    clock = now_at("spaces")
    assert set_perimeter(space, ["93055", "93048"], by=None, now=NOW) == (0, 0)
    assert (now_at("spaces"), len(history(space))) == (clock, 1)


def test_an_empty_perimeter_is_refused():
    space = opened()
    with pytest.raises(SpaceError):
        set_perimeter(space, ["00000"], by=None, now=NOW)
    assert perimeter_codes(space) == {"93048", "93055"}


def test_a_role_is_given_changed_and_taken_back():
    space, boss, user = make_space(), make_user(), make_user()
    grant_role(space, boss, ADMINISTRATOR, by=None, now=NOW)
    assert grant_role(space, user, AGENT, by=boss, now=NOW).kind == AGENT
    assert grant_role(space, user, ADMINISTRATOR, by=boss, now=NOW).kind == ADMINISTRATOR
    assert Role.objects.filter(space=space).count() == 2
    revoke_role(space, boss, by=user, now=NOW)
    revoke_role(space, boss, by=user, now=NOW)  # without effect
    assert list(space.roles.values_list("user", "kind")) == [(user.pk, ADMINISTRATOR)]
    assert [line.changes["role"] for line in reversed(history(space))] == [
        ["", "administrator"],
        ["", "agent"],
        ["agent", "administrator"],
        ["administrator", ""],
    ]


def test_giving_the_same_role_again_says_nothing():
    space, user = make_space(), make_user()
    first = grant_role(space, user, AGENT, by=None, now=NOW)
    assert grant_role(space, user, AGENT, by=None, now=NOW) == first
    assert len(history(space)) == 1


def test_somebody_always_holds_the_keys():
    space, last, gone = make_space(), make_user("a@test.example"), make_user(is_active=False)
    for user in (last, gone):
        grant_role(space, user, ADMINISTRATOR, by=None, now=NOW)
    sentence = "^a@test.example est la dernière personne à administrer cet espace"
    with pytest.raises(SpaceError, match=sentence):
        revoke_role(space, last, by=last, now=NOW)
    with pytest.raises(SpaceError, match=sentence):
        grant_role(space, last, AGENT, by=last, now=NOW)
    assert space.roles.get(user=last).kind == ADMINISTRATOR


def test_an_administrator_elsewhere_does_not_count():
    space, other, last, stranger = make_space(), make_space(), make_user(), make_user()
    grant_role(space, last, ADMINISTRATOR, by=None, now=NOW)
    grant_role(other, stranger, ADMINISTRATOR, by=None, now=NOW)
    with pytest.raises(SpaceError):
        revoke_role(space, last, by=None, now=NOW)


def test_colours_are_set_and_told():
    space = make_space()
    update_branding(space, color_main="#1f5fbf", color_ink="#12343B", by=None, now=NOW)
    space.refresh_from_db()
    assert (space.color_main, space.color_ink) == ("#1F5FBF", "#12343B")
    assert history(space)[0].changes == {"color_main": ["#B4441F", "#1F5FBF"]}
    update_branding(space, color_main="#1F5FBF", color_ink="#12343B", by=None, now=NOW)
    assert len(history(space)) == 1


def test_a_pale_colour_is_refused_with_the_nearest_good_one():
    space = make_space()
    with pytest.raises(UnreadableColorError) as caught:
        update_branding(space, color_main="#12343B", color_ink="#FFCC00", by=None, now=NOW)
    assert caught.value.field == "color_ink"
    assert str(caught.value).startswith("Couleur de l'encre : cette couleur est trop claire")
    assert str(caught.value).endswith(f"est {caught.value.suggestion}.")
    update_branding(
        space, color_main="#12343B", color_ink=caught.value.suggestion, by=None, now=NOW
    )
    assert Space.objects.get().color_ink == caught.value.suggestion


@pytest.mark.parametrize(
    "color", ["", "red", "#12345", "#1234567", "#GGGGGG", "url(x)", "#12343B;}"]
)
def test_what_is_no_colour(color):
    space = make_space()
    with pytest.raises(SpaceError, match="n'est pas une couleur"):
        update_branding(space, color_main=color, color_ink="#12343B", by=None, now=NOW)
    assert history(space) == []
