"""The manager's two ends of a call: made from a ready profile and published; money that comes back and is given again."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from maillage.calls.models import Application, Award, Edition
from tests.browser.calls_people import (
    SPACE,
    Opened,
    beside_the_loop,
    follow,
    people,
    press,
    sound,
    words,
    write,
)
from tests.browser.town import until
from tests.calls.award_factories import make_told
from tests.calls.factories import make_edition, make_envelope, make_submitted, name_as
from tests.factories import make_cast, make_role, make_user

__all__ = ["beside_the_loop", "people"]
pytestmark = pytest.mark.one_engine


def test_a_laureate_renounces_and_the_first_who_waits_is_called(people: Opened) -> None:
    cast = make_cast()
    edition = make_edition(
        cast.space,
        envelope=make_envelope(cast.space, "7000.00"),
        status="notified",
        decision_ref="CP-1",
        decision_on=date(2026, 10, 12),
        contact_email="a@test.example",
    )
    name_as(edition, cast.chloe, "authority")
    award = make_told(cast.space, edition=edition, user=cast.denis)
    files = [make_submitted(edition, outcome_reasons="Bien classé.") for _file in range(2)]
    for rank, one in enumerate(files, 1):
        one.status, one.waiting_rank = "waiting", rank
        one.save()

    page = people(cast.denis, reverse("subsidies:list"))
    assert sound(page) == ([], 0)
    follow(page, award.purpose, f"**/subventions/{award.pk}/")
    assert sound(page) == ([], 0)
    press(page, "Renoncer à cette subvention")
    write(page, "Motif", "Le projet s'arrête.")
    assert sound(page) == ([], 0)
    press(page, "Renoncer")
    until(lambda: Award.objects.get(pk=award.pk).status == "renounced")
    page.wait_for_load_state()
    assert "Le projet s'arrête." in words(page)
    assert sound(page) == ([], 0)

    desk = people(cast.chloe, f"{SPACE}/gestion/subventions/", width=1280)
    assert sound(desk) == ([], 0)
    follow(desk, "liste d'attente", "**/liste-d-attente/")
    said = words(desk)
    assert (
        "L'enveloppe a 7 000 € de libre : le premier dossier de la liste peut être appelé" in said
    )
    assert sound(desk) == ([], 0)
    first, second = files
    press(desk, "Attribuer et envoyer la lettre")
    desk.wait_for_selector(f"text=Dossier {first} retenu")
    assert sound(desk) == ([], 0)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status, second.waiting_rank) == ("awarded", "waiting", 2)
    assert Award.objects.get(application=first).amount == Decimal(7000)
    assert Application.objects.get(pk=award.application_id).status == "withdrawn"


def choose(page, name: str, value: str) -> None:
    """Answer a question that is a list, or buttons to choose from."""
    field = page.locator(f"[name={name}]")
    if field.first.evaluate("one => one.tagName") == "SELECT":
        field.select_option(value)
    else:
        page.locator(f"[name={name}][value={value}]").check()


def test_a_call_is_made_from_the_ready_profile_and_published(people: Opened) -> None:
    cast = make_cast()
    other = make_user(name="Rachid Benali")
    make_role(cast.space, other)
    page = people(cast.aicha, f"{SPACE}/gestion/appels-a-projets/nouveau/", width=1280)
    assert sound(page) == ([], 0)
    press(page, "Partir de Progr'ESS")
    until(Edition.objects.exists)
    page.wait_for_selector("text=est prêt à être complété")
    assert "bloque" in words(page)
    assert sound(page) == ([], 0)
    edition = Edition.objects.get()
    home = page.url

    page.goto(f"{home.rstrip('/')}/etape/nature/")
    assert sound(page) == ([], 0)
    for name, answer in (("initiated", "yes"), ("defined", "yes"), ("service", "no")):
        choose(page, name, answer)
    write(page, "Fondement de l'intervention", "Solidarité et insertion")
    write(page, "Délibération qui l'ouvre", "CP-2026-12")
    press(page, "Enregistrer")
    until(lambda: Edition.objects.get().deliberation_ref == "CP-2026-12")
    page.goto(f"{home.rstrip('/')}/etape/presentation/")
    assert sound(page) == ([], 0)
    page.locator("[name=contact_email]").fill("ess@dep.test")
    press(page, "Enregistrer")
    until(lambda: Edition.objects.get().contact_email == "ess@dep.test")
    page.goto(home)
    press(page, "Demander la relecture")
    page.wait_for_selector("text=attend une relecture")
    assert sound(page) == ([], 0)

    # Another person reads it again and publishes: its form is frozen, anybody reads it.
    second = people(other, page.url[page.url.index(SPACE) :], width=1280)
    assert sound(second) == ([], 0)
    press(second, "Publier cet appel")
    second.wait_for_selector("text=L'appel est publié")
    assert sound(second) == ([], 0)
    edition.refresh_from_db()
    assert (edition.status, edition.published_by) == ("scheduled", other)
    assert edition.forms.get().frozen_at is not None
    public = people(None, f"{SPACE}/appels/{edition.slug}/")
    assert "15 000 €" in words(public)
    assert sound(public) == ([], 0)
