"""What people do with Maillage, from the first click to the letter that answers: on a phone, with a keyboard."""

import pytest

from maillage.moderation.models import Contribution
from maillage.structures.models import Structure
from tests.browser.conftest import overflow, violations
from tests.browser.town import Town, link_in, press_to, town, write
from tests.factories import make_cast, make_structure

__all__ = ["town"]
pytestmark = pytest.mark.one_engine


def test_a_newcomer_proposes_a_structure_and_follows_it(town: Town) -> None:
    cast = make_cast()
    page = town.open().go(f"/{cast.space.slug}/")
    press_to(page, "Proposer une structure")
    page.keyboard.press("Enter")
    page.wait_for_url("**/proposer/")
    assert (violations(page), overflow(page)) == ([], 0)
    write(page, "Nom", "La Bricothèque")
    write(page, "Présentation", "On y prête des outils entre voisins.")
    write(page, "Commune", "Montreuil")
    write(page, "nom", "Lucie Durand")
    write(page, "adresse e-mail", "lucie@voisins.example")
    page.wait_for_timeout(3_000)  # faster, it would be a robot
    press_to(page, "Envoyer la proposition")
    page.keyboard.press("Enter")
    page.wait_for_url("**/envoye/**")
    asked = Contribution.objects.get()
    assert (asked.state, asked.fields["name"]) == ("unverified", "La Bricothèque")

    letter = town.mailbox.wait_for("lucie@voisins.example")
    page.goto(link_in(letter, "/suivi/"))
    press_to(page, "Confirmer mon envoi")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Un agent lira votre envoi")
    asked.refresh_from_db()
    assert asked.state == "open"
    assert (violations(page), overflow(page)) == ([], 0)
    assert not Structure.objects.filter(name="La Bricothèque").exists()


def test_an_agent_accepts_two_fields_of_three(town: Town) -> None:
    cast = make_cast()
    one = make_structure(
        "La Ressourcerie",
        in_space=cast.space,
        phone="01 40 00 00 00",
        website="https://avant.example",
    )
    resident = town.open()
    page = resident.go(f"/{cast.space.slug}/structures/{one.slug}/")
    press_to(page, "Corriger cette fiche")
    page.keyboard.press("Enter")
    page.wait_for_url("**/corriger/")
    write(page, "Présentation", "Une seconde vie pour les objets.")
    write(page, "Site web", "https://apres.example")
    write(page, "Téléphone", "01 41 41 41 41")
    write(page, "nom", "Lucie Durand")
    write(page, "adresse e-mail", "lucie@voisins.example")
    page.wait_for_timeout(3_000)
    press_to(page, "Envoyer la correction")
    page.keyboard.press("Enter")
    page.wait_for_url("**/envoye/**")
    page.goto(link_in(town.mailbox.wait_for("lucie@voisins.example"), "/suivi/"))
    press_to(page, "Confirmer mon envoi")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Un agent lira votre envoi")

    page = town.open(cast.chloe).go(f"/{cast.space.slug}/gestion/contributions/")
    assert (violations(page), overflow(page)) == ([], 0)
    page.get_by_role("link", name="La Ressourcerie").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/contributions/*/")
    assert (violations(page), overflow(page)) == ([], 0)
    page.get_by_role("checkbox", name="Site web").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Accepter").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    one.refresh_from_db()
    assert (one.description, one.website, one.phone) == (
        "Une seconde vie pour les objets.",
        "https://avant.example",
        "01 41 41 41 41",
    )
    assert Contribution.objects.get().state == "partly"
    town.mailbox.wait_for("lucie@voisins.example", "Téléphone")
