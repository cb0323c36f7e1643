"""What people do with Maillage, from the first click to the letter that answers: on a phone, with a keyboard."""

import pytest

from maillage.moderation.models import Contribution
from maillage.structures.models import Structure
from tests.browser.conftest import overflow, violations
from tests.browser.town import Town, link_in, press_to, town, write
from tests.factories import make_cast

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
