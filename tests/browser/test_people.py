"""What people do with Maillage, from the first click to the letter that answers: on a phone, with a keyboard."""

from datetime import timedelta

import httpx
import pytest
from django.utils import timezone
from tools import openid

from maillage.core.jobs import enqueue
from maillage.core.models import Letter
from maillage.moderation.models import Contribution
from maillage.structures.models import CallNote, FreshnessReminder, Membership, Structure
from tests.browser.conftest import overflow, violations
from tests.browser.town import Town, free_port, link_in, press_to, raised, town, until, write
from tests.factories import make_cast, make_structure, make_user

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
    page.get_by_role("button", name="Accepter ce qui est coché").focus()
    page.keyboard.press("Enter")
    until(lambda: Contribution.objects.get().state == "partly")
    one.refresh_from_db()
    assert (one.description, one.website, one.phone) == (
        "Une seconde vie pour les objets.",
        "https://avant.example",
        "01 41 41 41 41",
    )
    # Their letter waits for as long as the agent may change their mind.
    answer = Letter.objects.get(to="lucie@voisins.example", status="waiting")
    assert "téléphone" in answer.body.lower()
    assert answer.next_at > timezone.now()


def test_a_member_claims_by_domain_and_two_tabs_do_not_lose_a_word(town: Town) -> None:
    cast = make_cast()
    one = make_structure("Le Fournil", in_space=cast.space, website="https://lefournil.example")
    nour = make_user("nour@lefournil.example", name="Nour Haddad")
    first = town.open(nour)
    page = first.go(f"/{cast.space.slug}/structures/{one.slug}/")
    press_to(page, "Tenir cette fiche")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tenir/**")
    assert (violations(page), overflow(page)) == ([], 0)
    press_to(page, "Donner une adresse")
    page.keyboard.press("Enter")
    page.wait_for_url("**preuve=domaine**")
    press_to(page, "Envoyer ma demande")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/compte/structures/{one.pk}/")
    assert (violations(page), overflow(page)) == ([], 0)
    assert Membership.objects.get(structure=one).user == nour
    town.mailbox.wait_for("nour@lefournil.example", "Le Fournil")

    desk = f"/compte/structures/{one.pk}/modifier/"
    page = first.go(desk)
    second = town.tab(page.context)
    other = second.go(desk)
    write(page, "Présentation", "Du pain au levain, tous les matins.")
    press_to(page, "Enregistrer")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/compte/structures/{one.pk}/")
    write(other, "Présentation", "Boulangerie coopérative.")
    write(other, "Téléphone", "01 48 00 00 00")
    other.get_by_role("button", name="Enregistrer").focus()
    other.keyboard.press("Enter")
    other.wait_for_selector("text=Quelqu'un a modifié cette fiche pendant votre saisie")
    assert (violations(other), overflow(other)) == ([], 0)
    shown = other.inner_text("main")
    assert "Ma saisie : Boulangerie coopérative." in shown
    assert "La valeur enregistrée entre-temps : Du pain au levain, tous les matins." in shown
    other.get_by_role("button", name="Enregistrer").focus()
    other.keyboard.press("Enter")
    other.wait_for_url(f"**/compte/structures/{one.pk}/")
    one.refresh_from_db()
    assert (one.description, one.phone) == ("Boulangerie coopérative.", "01 48 00 00 00")


def test_a_reminder_one_click_and_the_page_is_fresh(town: Town) -> None:
    cast = make_cast()
    old = timezone.now() - timedelta(days=200)
    one = make_structure(
        "La Bricothèque", in_space=cast.space, email="bonjour@brico.example", confirmed_at=old
    )
    enqueue("structures.refresh_upkeep")
    enqueue("portal.send_reminders")
    letter = town.mailbox.wait_for("bonjour@brico.example")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    page = town.open().go(link_in(letter, "/fiche/").removeprefix(town.root))
    assert (violations(page), overflow(page)) == ([], 0)
    assert FreshnessReminder.objects.get().answer == ""  # reading is not answering
    press_to(page, "Tout est juste")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Vous avez répondu : tout est juste")
    one.refresh_from_db()
    assert timezone.now() - one.confirmed_at < timedelta(minutes=2)
    page.goto(f"{town.root}/{cast.space.slug}/structures/{one.slug}/")
    assert "Confirmée" in page.inner_text("main")


def test_an_agent_follows_the_call_list(town: Town) -> None:
    cast = make_cast()
    for name in ("Jardin partagé", "Café associatif"):
        make_structure(name, in_space=cast.space, phone="01 40 00 00 01", is_employer=True)
    enqueue("structures.refresh_upkeep")
    page = town.open(cast.chloe).go(f"/{cast.space.slug}/gestion/appels/")
    for _ in range(60):
        if page.locator("#appel").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    assert (violations(page), overflow(page)) == ([], 0)
    called = page.locator("#appel-titre").inner_text()
    press_to(page, "joint, fiche à jour")
    page.keyboard.press("Space")
    press_to(page, "Note")
    page.keyboard.type("Ouvert le samedi.")
    press_to(page, "Noter et passer au suivant")
    page.keyboard.press("Enter")
    until(CallNote.objects.exists)
    note = CallNote.objects.select_related("structure").get()
    assert (note.structure.name, note.outcome, note.note, note.by) == (
        called,
        "reached",
        "Ouvert le samedi.",
        cast.chloe,
    )
    assert note.structure.confirmed_by == cast.chloe
    until(lambda: page.locator("#appel-titre").inner_text() != called)


def test_proconnect_refuses_an_agent_of_another_authority_politely(
    database_url, chromium, tmp_path, monkeypatch
) -> None:
    port = free_port()
    root = f"http://localhost:{port}"
    with openid.server(f"{root}/compte/proconnect/retour/", f"{root}/") as provider:
        keys = {
            "MAILLAGE_PROCONNECT_ISSUER": provider.issuer,
            "MAILLAGE_PROCONNECT_CLIENT_ID": provider.client_id,
            "MAILLAGE_PROCONNECT_CLIENT_SECRET": provider.client_secret,
        }
        person = {"sub": "7", "email": "chloe@test.example", "siret": "21750001600019"}
        httpx.post(f"{provider.issuer}/__person", json=person).raise_for_status()
        with raised(database_url, chromium, tmp_path, monkeypatch, port, **keys) as town:
            cast = make_cast()
            cast.space.siren = "200057875"
            cast.space.save()
            page = town.open().go("/compte/connexion/")
            press_to(page, "ProConnect")
            page.keyboard.press("Enter")
            page.wait_for_selector("text=21750001600019")
            assert (violations(page), overflow(page)) == ([], 0)
            assert (
                page.context.request.get(f"{root}/{cast.space.slug}/gestion/", max_redirects=0)
                .headers["location"]
                .startswith("/compte/connexion/")
            )
