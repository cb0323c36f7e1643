"""Applying alone, on a phone and with the keyboard; and told before writing whether one may."""

from datetime import date

import pytest

from maillage.calls.models import Answer, Application
from maillage.structures.actions.indexing import reindex
from tests.browser.calls_people import (
    SPACE,
    Opened,
    beside_the_loop,
    follow,
    open_now,
    people,
    press,
    reach,
    sound,
    tick,
    words,
    write,
)
from tests.browser.town import until
from tests.calls.factories import make_rule
from tests.factories import (
    make_cast,
    make_label,
    make_membership,
    make_structure,
    make_term,
)

__all__ = ["beside_the_loop", "people"]
pytestmark = pytest.mark.one_engine
HOME = "/compte/candidatures/"
TOLD = {
    "titre": "Des vélos pour tous",
    "resume": "Réparer ensemble les vélos du quartier.",
    "communes": ["93048"],
    "demande": "9000.00",
    "cout": "15000.00",
}


def sign(page, quality: str) -> None:
    write(page, "En quelle qualité", quality)
    press(page, "Déposer")


def test_an_association_alone_applies_on_a_phone_with_the_keyboard(people: Opened) -> None:
    cast = make_cast()
    edition = open_now(cast.space)
    rule = {"label": "Être une association", "value": {"families": ["association"]}}
    make_rule(edition, "form_or_label", **rule)
    structure = make_structure("La Fabrique", in_space=cast.space)
    make_membership(structure, cast.denis)
    reindex([structure.pk])

    page = people(cast.denis, f"{SPACE}/appels/")
    follow(page, edition.title, f"**/appels/{edition.slug}/")
    assert sound(page) == ([], 0)
    follow(page, "Suis-je concerné ?", "**/concerne/")
    assert sound(page) == ([], 0)
    write(page, "Nom, SIREN ou SIRET", structure.siren)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=1 structure trouvée")
    assert sound(page) == ([], 0)
    press(page, "C'est elle")
    page.wait_for_selector("text=Vous pouvez candidater")
    assert sound(page) == ([], 0)
    follow(page, "Commencer ma candidature", "**/commencer/**")
    assert sound(page) == ([], 0)
    follow(page, "Commencer", f"**{HOME}*/")
    file = Application.objects.get()
    assert (file.lead_name, file.status) == ("La Fabrique", "draft")
    assert "Il manque 5 réponses" in words(page)
    assert sound(page) == ([], 0)

    follow(page, "1. Votre projet", "**/section/projet/")
    write(page, "Titre", TOLD["titre"])
    write(page, "Résumé", TOLD["resume"])
    # What is typed is kept before any button.
    until(lambda: Answer.objects.filter(application=file, code="titre").exists())
    tick(page, "Montreuil")
    assert sound(page) == ([], 0)
    follow(page, "Enregistrer et continuer", "**/section/budget/")
    write(page, "Montant demandé", "9 000")
    write(page, "Coût total", "15 000")
    assert sound(page) == ([], 0)
    follow(page, "Enregistrer et revoir", f"**{HOME}{file.pk}/")
    assert "Tout est répondu" in words(page)
    assert sound(page) == ([], 0)
    follow(page, "Vérifier et déposer", "**/deposer/")
    assert sound(page) == ([], 0)
    sign(page, "présidente")
    page.wait_for_url("**/accuse/")
    file.refresh_from_db()
    assert (file.status, file.deposits, file.reference) == (
        "submitted",
        1,
        f"{edition.prefix}-0001",
    )
    assert file.reference in words(page)
    assert sound(page) == ([], 0)


def company(cast, name: str, **fields):
    one = make_structure(name, in_space=cast.space, family="commercial", **fields)
    reindex([one.pk])
    return one


def asked(people: Opened, user, edition, structure):
    """The questions of « Suis-je concerné ? » for a structure."""
    page = people(user, f"{SPACE}/appels/{edition.slug}/concerne/")
    write(page, "Nom, SIREN ou SIRET", structure.siren)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=1 structure trouvée")
    press(page, "C'est elle")
    page.wait_for_selector(f"h1:has-text('{structure.name}')")
    return page


def test_a_company_is_told_before_it_writes_that_it_may_or_why_it_may_not(people: Opened) -> None:
    cast = make_cast()
    edition = open_now(cast.space)
    esus = make_term("label", "lab-esus", label="Agrément ESUS")
    value = {"families": ["association"], "labels": ["lab-esus"]}
    make_rule(edition, "form_or_label", label="Association ou ESUS", value=value)
    good = company(cast, "SAS Bonne Bricole")
    make_label(good, esus, valid_to=date(2030, 1, 1), source="esus")
    make_membership(good, cast.denis)
    bad = company(cast, "SAS Autre Affaire")

    page = asked(people, None, edition, bad)
    reach(page, "Agrément ESUS")
    for _ in range(3):
        if page.get_by_label("Agrément ESUS").input_value() == "no":
            break
        page.keyboard.press("ArrowDown")
    press(page, "Voir la réponse")
    page.wait_for_selector("text=vous ne pouvez pas candidater")
    said = words(page)
    assert "Un point l'empêche" in said
    assert "Association ou ESUS" in said
    assert not page.get_by_role("link", name="Commencer ma candidature").count()
    assert sound(page) == ([], 0)
    assert Application.objects.count() == 0

    page = asked(people, cast.denis, edition, good)
    page.wait_for_selector("text=Vous pouvez candidater")
    assert sound(page) == ([], 0)
    follow(page, "Commencer ma candidature", "**/commencer/**")
    follow(page, "Commencer", f"**{HOME}*/")
    assert Application.objects.get().lead_name == "SAS Bonne Bricole"
