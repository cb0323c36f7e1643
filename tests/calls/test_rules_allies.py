"""A call for allies: people say what they bring, groups form, and one click makes a file of several."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from maillage.accounts.models import User
from maillage.calls.actions import allies
from maillage.calls.actions.allies import say_intention
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import AllyGroup, Application, Edition, Intention
from maillage.core.models import Letter
from maillage.structures.models import Structure
from tests.calls.factories import make_edition
from tests.factories import Cast, make_membership, make_structure, make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(cast: Cast) -> Edition:
    """Open now: the pages read the clock."""
    now = timezone.now()
    return make_edition(
        cast.space, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=30)
    )


def kept(cast: Cast, name: str) -> tuple[Structure, User]:
    one, user = make_structure(name, in_space=cast.space), make_user(name=f"Personne de {name}")
    make_membership(one, user)
    return one, user


def said(
    edition: Edition, user: User, structure: Structure | None = None, **words: str
) -> Intention:
    words = {"brings": "Un atelier de réparation"} | words
    return say_intention(edition, by=user, now=timezone.now(), structure=structure, **words)


def page(edition: Edition, name: str, *args: object) -> str:
    return reverse(f"allies:{name}", args=[edition.space.slug, edition.slug, *args])


def grouped(edition: Edition, by: User, *members: Intention, **fields: object) -> AllyGroup:
    group = AllyGroup(edition=edition, **({"name": "Réparer ensemble"} | fields))
    return allies.save_group(group, members, by=by, now=timezone.now(), version=0)


def test_an_intention_is_said_once_a_structure_and_read_by_who_is_signed_in(
    edition: Edition, cast: Cast
) -> None:
    structure, user = kept(cast, "La Fabrique")
    said(edition, user, structure)
    said(edition, user, structure, brings="Un local", theme="climat", commune="93048")
    assert Intention.objects.get().brings == "Un local"
    said(edition, user)
    shown = cast.client("denis").get(page(edition, "list")).content.decode()
    assert "La Fabrique" in shown
    assert user.email not in shown
    assert cast.client().get(page(edition, "list")).status_code == 302
    filtered = cast.client("denis").get(page(edition, "list"), {"theme": "climat"})
    assert "Un atelier" not in filtered.content.decode()
    assert "Un local" in filtered.content.decode()


def test_nobody_speaks_for_a_structure_that_they_do_not_keep(edition: Edition, cast: Cast) -> None:
    structure, _user = kept(cast, "La Fabrique")
    with pytest.raises(StepRefused):
        said(edition, make_user(), structure)
    with pytest.raises(StepRefused, match="clos"):
        say_intention(
            edition, by=make_user(), now=edition.closes_at, structure=None, brings="Du temps"
        )


def test_the_page_says_and_withdraws(edition: Edition, cast: Cast) -> None:
    browser = cast.client("denis")
    assert browser.post(page(edition, "say"), {"brings": ""}).status_code == 200
    assert browser.post(page(edition, "say"), {"brings": "Du temps"}).status_code == 302
    one = Intention.objects.get()
    assert cast.client("bruno").post(page(edition, "withdraw", one.pk)).status_code == 404
    browser.post(page(edition, "withdraw", one.pk))
    one.refresh_from_db()
    assert one.status == "ended"
    assert "Personne encore" in browser.get(page(edition, "list")).content.decode()


def test_a_facilitator_forms_a_group_and_its_members_are_told_once(
    edition: Edition, cast: Cast
) -> None:
    structure, user = kept(cast, "La Fabrique")
    first, second = said(edition, user, structure), said(edition, cast.denis)
    typed = {
        "name": "Réparer ensemble",
        "needs": "+ un local\nun comptable",
        "members": [first.pk, second.pk],
        "is_open": "on",
        "version": "0",
    }
    browser = cast.client("chloe")
    assert browser.post(page(edition, "new_group"), typed).status_code == 302
    group = AllyGroup.objects.get()
    assert group.needs == [
        {"label": "un local", "filled": True},
        {"label": "un comptable", "filled": False},
    ]
    letters = Letter.objects.filter(kind="calls.allies_grouped")
    assert {one.to for one in letters} == {user.email, cast.denis.email}
    listed = cast.client("denis").get(page(edition, "list")).content.decode()
    assert "un comptable" in listed
    assert "Il manque" in listed
    again = typed | {"members": [first.pk], "version": str(group.version)}
    assert browser.post(page(edition, "board", group.pk), again).status_code == 302
    assert letters.count() == 2
    second.refresh_from_db()
    assert (second.group_id, second.status) == (None, "open")
    stale = browser.post(page(edition, "board", group.pk), typed)
    assert "entre-temps" in stale.content.decode()
    assert cast.client("denis").get(page(edition, "board", group.pk)).status_code == 403


def test_a_group_is_read_by_its_members_and_agents_keep_the_board(
    edition: Edition, cast: Cast
) -> None:
    group = grouped(edition, cast.chloe, said(edition, cast.denis))
    agent = cast.client("chloe")
    assert agent.get(page(edition, "board", group.pk)).status_code == 200
    agent.post(page(edition, "tell", group.pk), {"words": "Bienvenue."})
    assert Letter.objects.get(kind="calls.allies_message").to == cast.denis.email
    for name, status in (("denis", 200), ("chloe", 404), ("bruno", 404), ("host", 404)):
        assert cast.client(name).get(page(edition, "group", group.pk)).status_code == status, name
    assert cast.client("bruno").post(page(edition, "write", group.pk)).status_code == 404


def test_members_write_to_each_other_without_an_address(edition: Edition, cast: Cast) -> None:
    structure, user = kept(cast, "La Fabrique")
    group = grouped(edition, cast.chloe, said(edition, user, structure), said(edition, cast.denis))
    browser = cast.client("denis")
    assert browser.post(page(edition, "write", group.pk), {"words": " "}).status_code == 200
    browser.post(page(edition, "write", group.pk), {"words": "On se voit jeudi ?"})
    (letter,) = Letter.objects.filter(kind="calls.allies_message")
    assert letter.to == user.email
    assert "On se voit jeudi ?" in letter.body
    assert cast.denis.email not in letter.body


def test_one_click_makes_a_file_of_several(edition: Edition, cast: Cast) -> None:
    lead, user = kept(cast, "La Fabrique")
    other, _keeper = kept(cast, "La Bricothèque")
    members = [
        said(edition, user, lead),
        said(edition, _keeper, other, brings="Tenir les ateliers"),
        said(edition, cast.denis, brings="Du temps"),
    ]
    group = grouped(edition, cast.chloe, *members)
    browser = signed_in(user)
    assert "La Fabrique" in browser.get(page(edition, "group", group.pk)).content.decode()
    answer = browser.post(page(edition, "apply", group.pk), {"structure": lead.pk})
    made = Application.objects.get()
    assert answer.url == reverse("partners:list", args=[made.pk])
    rows = {one.name: one for one in made.partners.all()}
    assert set(rows) == {"La Fabrique", "La Bricothèque", str(cast.denis)}
    assert rows["La Fabrique"].role == "lead"
    assert rows["La Bricothèque"].tasks == "Tenir les ateliers"
    assert Letter.objects.filter(kind="calls.partner_asked").count() == 1
    assert Letter.objects.filter(kind="calls.partner_invited", to=cast.denis.email).count() == 1
    group.refresh_from_db()
    assert group.application == made
    with pytest.raises(StepRefused, match="déjà commencé"):
        allies.apply_together(group, lead, by=user, now=timezone.now())


def test_a_stranger_does_not_begin_the_file_of_a_group(edition: Edition, cast: Cast) -> None:
    lead, user = kept(cast, "La Fabrique")
    group = grouped(edition, cast.chloe, said(edition, cast.denis))
    with pytest.raises(StepRefused):
        allies.apply_together(group, lead, by=user, now=timezone.now())
    browser = cast.client("denis")
    browser.post(page(edition, "apply", group.pk), {"structure": lead.pk})
    assert not Application.objects.exists()
