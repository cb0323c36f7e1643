"""Follow a structure, a sector, a commune; be told each night, of public facts only, never of who."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.core import journal
from maillage.core.models import JournalEntry, Letter
from maillage.notices.actions import follow as actions
from maillage.notices.actions.follow import tell_news
from maillage.notices.models import Follow
from maillage.structures.actions.archive import mark_ceased
from maillage.structures.actions.labels import add_label
from maillage.structures.actions.save import (
    create_structure,
    save_establishment,
    update_structure,
)
from maillage.structures.enums import ContactVisibility
from tests.factories import Cast, make_space, make_structure, make_term, tag

pytestmark = pytest.mark.django_db
THEN = timezone.now() - timedelta(hours=5)  # journal lines are told once they are settled
SPACE = "/val-de-bievre"
LIST = "/compte/suivis/"


@pytest.fixture
def structure(cast: Cast):
    return make_structure("La Fabrique", in_space=cast.space)


def sheet_of(structure) -> str:
    return reverse("directory:structure", args=["val-de-bievre", structure.slug])


def follow(cast: Cast, kind: str, value: object, name: str = "denis") -> None:
    answer = cast.client(name).post(f"{SPACE}/suivre/{kind}/{value}/")
    assert (answer.status_code, answer["Location"]) == (302, LIST)


def told() -> str:
    """What the last letter says, after the title line."""
    return Letter.objects.latest("id").body


# Buttons and pages


def test_a_visitor_is_asked_to_sign_in_and_comes_back(cast: Cast, structure) -> None:
    page = Client().get(sheet_of(structure)).content.decode()
    address = f"{SPACE}/suivre/structure/{structure.pk}/"
    assert f'href="{address}"' in page
    answer = Client().get(address)
    assert answer["Location"] == f"/compte/connexion/?next={address}"
    assert "Suivre La Fabrique" in cast.client("denis").get(address).content.decode()


def test_the_button_follows_and_stops_where_it_stands(cast: Cast, structure) -> None:
    denis, here = cast.client("denis"), sheet_of(structure)
    address = f"{SPACE}/suivre/structure/{structure.pk}/"
    assert "Suivre cette structure" in denis.get(here).content.decode()
    answer = denis.post(address, {"retour": here}, follow=True)
    assert answer.redirect_chain == [(here, 302)]
    assert "Vous suivez cette structure : arrêter" in answer.content.decode()
    denis.post(address, {"retour": here})
    assert Follow.objects.count() == 1  # twice changes nothing
    denis.post(address, {"act": "stop"})
    assert Follow.objects.count() == 0


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example/", "javascript:x", "/\\evil"]
)
def test_a_button_leads_nowhere_else(cast: Cast, structure, back: str) -> None:
    address = f"{SPACE}/suivre/structure/{structure.pk}/"
    assert cast.client("denis").post(address, {"retour": back})["Location"] == LIST


def test_sectors_and_communes_have_their_button(cast: Cast, structure) -> None:
    sector = make_term("sector", "sec-alimentation")
    tag(structure, sector)
    page = (
        cast.client("denis")
        .get(reverse("directory:municipality", args=["val-de-bievre", "93048"]))
        .content.decode()
    )
    assert f'action="{SPACE}/suivre/commune/93048/"' in page


@pytest.mark.parametrize(
    ("kind", "value"),
    [("structure", "999999"), ("structure", "x"), ("structure", "9" * 30), ("secteur", "rien"),
     ("commune", "75056"), ("commune", "93008"), ("label", "lab-esus"), ("commune", "")],
)  # fmt: skip
def test_what_the_space_does_not_show_cannot_be_followed(cast: Cast, kind: str, value: str) -> None:
    assert cast.client("denis").post(f"{SPACE}/suivre/{kind}/{value}/").status_code == 404
    assert Follow.objects.count() == 0


def test_the_list_says_what_is_followed(cast: Cast, structure) -> None:
    denis = cast.client("denis")
    assert "Vous ne suivez encore rien" in denis.get(LIST).content.decode()
    follow(cast, "structure", structure.pk)
    follow(cast, "commune", "93048")
    page = denis.get(LIST).content.decode()
    assert ("La Fabrique" in page, "Montreuil" in page) == (True, True)
    assert page.count("Ne plus suivre<") == 2


def test_nobody_follows_the_whole_country(cast: Cast, structure, monkeypatch) -> None:
    monkeypatch.setattr(actions, "MOST", 1)
    follow(cast, "commune", "93048")
    answer = cast.client("denis").post(f"{SPACE}/suivre/structure/{structure.pk}/", follow=True)
    assert "Vous suivez déjà 1 pages" in answer.content.decode()


# News


def test_changes_of_a_structure_are_told_once_and_never_who(cast: Cast, structure) -> None:
    follow(cast, "structure", structure.pk)
    place = structure.establishments.get()
    update_structure(structure, {"phone": "0143000000", "description": "Un lieu."},
                     by=cast.chloe, now=THEN, space=cast.space)  # fmt: skip
    save_establishment(structure, {"opening_hours": "Mo-Fr 09:00-17:00"}, establishment=place,
                       by=cast.chloe, now=THEN, space=cast.space)  # fmt: skip
    assert tell_news(timezone.now()) == 1
    text = told()
    assert "• La Fabrique\n  http://127.0.0.1:8000/val-de-bievre/" in text
    for fact in ("nouveau contact : téléphone", "présentation mise à jour", "nouveaux horaires"):
        assert f"\n  – {fact}" in text
    assert "Chloé" not in text
    assert tell_news(timezone.now()) == 0


def test_a_label_and_an_end_are_told(cast: Cast, structure) -> None:
    follow(cast, "structure", structure.pk)
    add_label(structure, make_term("label", "lab-esus", "ESUS"), by=cast.chloe, now=THEN,
              space=cast.space)  # fmt: skip
    assert tell_news(timezone.now()) == 1
    assert "a obtenu : " in told()
    mark_ceased(
        structure, on=date(2026, 11, 1), reason="x", by=cast.chloe, now=THEN, space=cast.space
    )
    assert tell_news(timezone.now()) == 1
    assert "• La Fabrique\n  – a cessé son activité" in told()


@pytest.mark.parametrize("hidden", [ContactVisibility.MEMBERS, ContactVisibility.AGENTS])
def test_a_contact_that_is_not_public_is_no_news(cast: Cast, structure, hidden: str) -> None:
    structure.contact_visibility = {"phone": hidden}
    structure.save()
    follow(cast, "structure", structure.pk)
    update_structure(structure, {"phone": "0143000000"}, by=cast.chloe, now=THEN, space=cast.space)
    assert tell_news(timezone.now()) == 0


def test_what_agents_do_behind_the_page_is_no_news(cast: Cast, structure) -> None:
    follow(cast, "structure", structure.pk)
    journal.record(
        "confirm", structure, by=cast.chloe, at=THEN, changes={"confirmed_at": [None, 1]}
    )
    journal.record(
        "edit", structure, by=cast.chloe, at=THEN, changes={"contact_visibility": [1, 2]}
    )
    assert tell_news(timezone.now()) == 0


def test_a_commune_and_a_sector_tell_what_enters_and_leaves(cast: Cast) -> None:
    food = make_term("sector", "sec-alimentation")
    follow(cast, "commune", "93048")
    follow(cast, "secteur", food.code, "chloe")
    made = create_structure(
        {"name": "Le Potager"}, by=cast.chloe, now=THEN, space=cast.space,
        place={"municipality_code": "93048", "is_head_office": True},
    )  # fmt: skip
    tag(made, food)
    update_structure(made, {"phone": "0143000000"}, by=cast.chloe, now=THEN, space=cast.space)
    assert tell_news(timezone.now()) == 2
    texts = Letter.objects.values_list("body", flat=True)
    assert all("– entre dans l'annuaire" in text and "téléphone" not in text for text in texts)


def test_what_happens_in_another_space_is_not_told(cast: Cast) -> None:
    food = make_term("sector", "sec-alimentation")
    follow(cast, "secteur", food.code)
    elsewhere = make_space(communes=("93008",))
    made = create_structure(
        {"name": "Le Potager"}, by=cast.bruno, now=THEN, space=elsewhere,
        place={"municipality_code": "93008", "is_head_office": True},
    )  # fmt: skip
    tag(made, food)
    assert tell_news(timezone.now()) == 0


def test_what_was_before_the_follow_is_not_told(cast: Cast, structure) -> None:
    update_structure(structure, {"phone": "0143000000"}, by=cast.chloe, now=THEN, space=cast.space)
    follow(cast, "structure", structure.pk)
    assert tell_news(timezone.now()) == 0


def test_a_line_that_may_not_be_settled_waits_a_night(cast: Cast, structure) -> None:
    follow(cast, "structure", structure.pk)
    now = timezone.now()
    update_structure(structure, {"phone": "0143000000"}, by=cast.chloe, now=now, space=cast.space)
    assert tell_news(now) == 0
    assert tell_news(now + timedelta(hours=2)) == 1


def test_stopped_between_two_people_the_next_run_tells_the_others(
    cast: Cast, structure, monkeypatch
) -> None:
    for name in ("denis", "chloe", "bruno"):
        follow(cast, "structure", structure.pk, name)
    update_structure(structure, {"phone": "0143000000"}, by=cast.chloe, now=THEN, space=cast.space)
    original, calls = actions.tell, []

    def dies(*given: object, **named: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return original(*given, **named)

    monkeypatch.setattr(actions, "tell", dies)
    with pytest.raises(KeyboardInterrupt):
        tell_news(timezone.now())
    assert tell_news(timezone.now()) == 2
    people = Letter.objects.values_list("user__email", flat=True)
    assert sorted(people) == [f"{name}@test.example" for name in ("bruno", "chloe", "denis")]


def test_a_space_that_closed_to_the_public_tells_nothing(cast: Cast, structure) -> None:
    follow(cast, "structure", structure.pk)
    cast.space.is_public = False
    cast.space.save()
    update_structure(structure, {"phone": "0143000000"}, by=cast.chloe, now=THEN, space=cast.space)
    assert tell_news(timezone.now()) == 0


def test_nobody_follows_nothing_is_read(cast: Cast, structure, django_assert_num_queries) -> None:
    update_structure(structure, {"phone": "0143000000"}, by=cast.chloe, now=THEN, space=cast.space)
    assert JournalEntry.objects.count() == 1
    with django_assert_num_queries(2):
        assert tell_news(timezone.now()) == 0
