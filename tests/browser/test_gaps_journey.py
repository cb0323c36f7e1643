"""From « what is missing in my commune » to a working file on paper: on a phone, with a keyboard."""

import pytest
from django.utils import timezone

from maillage.observatory.actions.measure import measure
from maillage.observatory.models import DeclaredNeed, Echo, WorkingFile
from tests.browser.conftest import overflow, violations
from tests.browser.town import Town, press_to, town, until, write
from tests.factories import make_cast, make_structure

__all__ = ["town"]
pytestmark = pytest.mark.one_engine


def sound(page) -> tuple[list[str], int]:
    return violations(page), overflow(page)


def follow(page, name: str, address: str) -> None:
    press_to(page, name)
    page.keyboard.press("Enter")
    page.wait_for_url(address)


def test_a_resident_says_what_is_missing_and_an_agent_takes_it_in_hand(town: Town) -> None:
    cast = make_cast()
    for rank in range(4):
        make_structure(f"La Fabrique {rank}", in_space=cast.space)
    measure(cast.space, now=timezone.now())

    # Three clicks from the home of the space: her commune, « Dire ce qui manque », « Envoyer ».
    page = town.open().go(f"/{cast.space.slug}/")
    follow(page, "Montreuil", "**/manques/lieu/93048/")
    assert sound(page) == ([], 0)
    follow(page, "Dire ce qui manque", "**/manques/dire/?commune=93048")
    assert page.get_by_label("Commune", exact=True).input_value() == "Montreuil"
    need = page.get_by_label("Ce qui manque")
    need.focus()
    for _ in range(40):
        if need.input_value() == "reparation":
            break
        page.keyboard.press("ArrowDown")
    write(page, "vos mots", "Personne ne répare les grille-pain.")
    write(page, "adresse e-mail", "lucie@voisins.example")
    page.wait_for_timeout(3_000)  # faster, it would be a robot
    follow(page, "Envoyer", "**/manques/dire/merci/")
    assert sound(page) == ([], 0)
    said = DeclaredNeed.objects.get()
    assert (said.need_code, said.municipality_code, said.state) == (
        "reparation",
        "93048",
        "waiting",
    )
    town.mailbox.wait_for("lucie@voisins.example", "Un agent le lira")

    desk = town.open(cast.chloe).go(f"/{cast.space.slug}/gestion/")
    follow(desk, "besoin déclaré", "**/gestion/manques/dits/")
    assert sound(desk) == ([], 0)
    desk.get_by_role("link", name="Réparation").focus()
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**/dits/{said.pk}/")
    assert sound(desk) == ([], 0)
    press_to(desk, "Publier")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("text=Publié. La personne est prévenue")

    # Somebody else, without scripts, adds their voice.
    other = town.open(scripts=False).go(f"/{cast.space.slug}/manques/dire/{said.pk}/")
    other.get_by_role("button", name="Moi aussi").click()
    other.wait_for_selector("text=votre voix est comptée")
    assert Echo.objects.count() == 1

    desk.goto(f"{town.root}/{cast.space.slug}/manques/besoin/reparation/93048/")
    follow(desk, "Ouvrir un dossier", "**/gestion/manques/ouvrir/?**")
    assert sound(desk) == ([], 0)
    press_to(desk, "Ouvrir le dossier")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("text=Dossier ouvert.")
    file = WorkingFile.objects.get()
    titles = desk.locator("main h2").all_inner_texts()
    assert titles[:3] == ["1. Mesuré", "2. Déclaré", "3. Inconnu"]
    assert "2 voix : 1 message publié, 1 « moi aussi »" in desk.locator("main").inner_text()
    assert sound(desk) == ([], 0)

    write(desk, "Pourquoi", "Trois ateliers rencontrés.")
    desk.locator("#id_step").select_option("studied")
    press_to(desk, "Changer d'étape")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("text=Étape : étudié. Trois ateliers rencontrés.")
    until(lambda: WorkingFile.objects.get().status == "studied")

    follow(desk, "Imprimer", f"**/gestion/manques/{file.pk}/imprimer/")
    assert sound(desk) == ([], 0)
    desk.emulate_media(media="print")
    assert not desk.locator(".site-header").is_visible()
    assert desk.get_by_text("Trois ateliers rencontrés.").is_visible()
    assert desk.pdf(format="A4").startswith(b"%PDF")

    # Everybody reads the step, nobody a note.
    page.goto(f"{town.root}/{cast.space.slug}/manques/besoin/reparation/93048/")
    words = page.locator("main").inner_text()
    assert "Étape : étudié" in words
    assert "Trois ateliers" not in words
    assert sound(page) == ([], 0)
