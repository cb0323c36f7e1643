"""Applying, as people do it: together, with one who is late; and with a report that is still owed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from maillage.calls.actions.engaging import engage
from maillage.calls.actions.partners import Share, Who, add_partner, change_lead
from maillage.calls.actions.writing import save_answers
from maillage.calls.enums import PartnerRole
from maillage.calls.models import Application, Partner
from tests.browser.calls_people import (
    Opened,
    beside_the_loop,
    open_now,
    people,
    press,
    sound,
    tick,
    words,
    write,
)
from tests.calls.award_factories import make_told
from tests.calls.factories import make_application, make_rule
from tests.factories import (
    make_cast,
    make_membership,
    make_structure,
    make_user,
)

__all__ = ["beside_the_loop", "people"]
pytestmark = pytest.mark.one_engine
TOLD = {
    "titre": "Des vélos pour tous",
    "resume": "Réparer ensemble les vélos du quartier.",
    "communes": ["93048"],
    "demande": "9000.00",
    "cout": "15000.00",
}


def written(edition, **fields) -> Application:
    """A file of which everything is answered."""
    file = make_application(edition, **fields)
    save_answers(file, TOLD, seen={}, by=file.created_by, now=timezone.now())
    return Application.objects.get(pk=file.pk)


def sign(page, quality: str) -> None:
    write(page, "En quelle qualité", quality)
    press(page, "Déposer")


def consortium(cast):
    """A file of three: the lead, a partner that signed, and one that is late, with its keeper."""
    file = written(open_now(cast.space))
    lead, now = file.created_by, timezone.now()
    for name in ("Les Amis du Parc", "La Bricothèque"):
        keeper = make_user()
        structure = make_structure(name, in_space=cast.space)
        make_membership(structure, keeper)
        share = Share(PartnerRole.FUNDED, Decimal(30), Decimal(2700), "Tenir les ateliers")
        partner = add_partner(file, Who(structure=structure), share, by=lead, now=now)
        if name == "Les Amis du Parc":
            done = {"signed_as": "Président", "commits": True, "version": partner.version}
            signing = keeper, partner.pk, done
    part = {"share": Decimal(40), "amount": Decimal(3600), "redistributes": False}
    change_lead(file, **part, by=lead, now=now)
    who, key, done = signing
    one = Partner.objects.get(pk=key)
    engage(one, by=who, now=now, **(done | {"version": one.version}))
    return file, Partner.objects.get(application=file, name="La Bricothèque"), keeper


def test_a_consortium_deposits_once_its_late_partner_has_signed(people: Opened) -> None:
    cast = make_cast()
    file, late, keeper = consortium(cast)
    page = people(file.created_by, reverse("applications:deposit", args=[file.pk]))
    assert "La Bricothèque" in words(page)
    assert "Les Amis du Parc" not in words(page)
    assert sound(page) == ([], 0)
    sign(page, "directrice")
    page.wait_for_selector("text=Rien n'est déposé : 1 point à régler")
    assert "La Bricothèque" in words(page)
    assert page.get_by_label("En quelle qualité").input_value() == "directrice"
    assert sound(page) == ([], 0)
    assert Application.objects.get().deposits == 0

    theirs = people(keeper, reverse("partners:one", args=[late.pk]))
    assert sound(theirs) == ([], 0)
    write(theirs, "En quelle qualité signez-vous ?", "Présidente")
    tick(theirs, "Nous souscrivons")
    press(theirs, "Signer l'engagement")
    theirs.wait_for_selector("text=La Bricothèque s'est engagé")
    assert sound(theirs) == ([], 0)

    sign(page, "directrice")
    page.wait_for_url("**/accuse/")
    file.refresh_from_db()
    assert (file.status, file.deposits) == ("submitted", 1)
    assert file.reference in words(page)
    assert sound(page) == ([], 0)


def test_an_overdue_report_blocks_the_deposit_and_says_which(people: Opened) -> None:
    cast = make_cast()
    edition = open_now(cast.space)
    make_rule(edition, "reports_done", label="Bilans des aides passées rendus")
    award = make_told(cast.space, user=cast.denis)
    report = award.reports.get()
    report.due_on = timezone.now().date() - timedelta(days=40)
    report.save()
    file = written(edition, user=cast.denis, structure=award.structure)

    page = people(cast.denis, reverse("applications:deposit", args=[file.pk]))
    assert sound(page) == ([], 0)
    sign(page, "trésorier")
    page.wait_for_selector("text=Rien n'est déposé")
    said = words(page)
    assert "Bilans des aides passées rendus" in said
    assert award.application.reference in said
    assert sound(page) == ([], 0)
    assert Application.objects.get(pk=file.pk).deposits == 0

    # Once the report is handed in, the file may leave.
    type(report).objects.update(status="submitted", submitted_at=timezone.now())
    sign(page, "trésorier")
    page.wait_for_url("**/accuse/")
    assert Application.objects.get(pk=file.pk).deposits == 1
