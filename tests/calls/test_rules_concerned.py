"""« Suis-je concerné ? »: told before writing, without an account, with nothing kept."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.calls.models import Application, Edition, EligibilityResult
from maillage.core.models import JournalEntry
from maillage.structures.actions.indexing import reindex
from maillage.structures.models import Structure
from tests.calls.factories import make_edition, make_rule
from tests.factories import Cast, make_label, make_structure, make_term

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(cast: Cast) -> Edition:
    """Open now, with the rules R1 to R9 of the Progr'ESS profile."""
    now = timezone.now()
    made = make_edition(
        cast.space, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=30)
    )
    make_term("label", "lab-esus", label="Agrément ESUS")
    forms = {"families": ["association", "foundation", "mutual"], "labels": ["lab-esus"]}
    make_rule(made, "form_or_label", code="r1", label="Association ou ESUS", value=forms)
    make_rule(made, "siret_alive", code="r2", label="Établissement ouvert")
    make_rule(made, "action_place", code="r3", label="Action dans le territoire")
    make_rule(made, "age", code="r4", label="Six mois", value={"months": 6}, severity="to_check")
    make_rule(made, "reports_done", code="r5", label="Bilans rendus")
    make_rule(made, "amount", code="r6", label="Montant")
    make_rule(made, "commitment", code="r7", label="Contrat d'engagement républicain")
    make_rule(made, "legal_basis", code="r8", label="Base légale", severity="to_check")
    make_rule(made, "de_minimis", code="r9", label="De minimis", severity="to_check")
    return made


def address(edition: Edition) -> str:
    return reverse("eligibility:start", args=[edition.space.slug, edition.slug])


def said(edition: Edition, **typed: object) -> str:
    answer = Client().post(address(edition), typed)
    assert answer.status_code == 200
    return answer.content.decode()


GOOD = {
    "places": "yes",
    "overdue": "no",
    "requested": "9000",
    "total_cost": "15000",
    "commitment": "yes",
    "aids": "0",
    "answer": "1",
}


def shown(cast: Cast, name: str, **fields: object) -> Structure:
    one = make_structure(name, in_space=cast.space, created_on=date(2020, 1, 1), **fields)
    reindex([one.pk])
    return one


def test_the_structure_is_found_by_name_and_by_number(edition: Edition, cast: Cast) -> None:
    one = shown(cast, "La Recyclerie du Parc")
    for typed in ("recyclerie", one.siren, one.establishments.get().siret):
        page = said(edition, q=typed, find="1")
        assert "La Recyclerie du Parc" in page, typed
        assert "Montreuil" in page
    assert "Aucune structure de ce nom" in said(edition, q="zzzz", find="1")
    shut = make_structure("Recyclerie fermée", in_space=cast.space, state="archived")
    assert shut.name not in said(edition, q=shut.siren, find="1")


def test_an_association_is_asked_only_what_the_directory_does_not_know(
    edition: Edition, cast: Cast
) -> None:
    one = shown(cast, "Asso")
    page = said(edition, structure=one.pk, ask="1")
    assert 'name="places"' in page
    for known in ("family", "created_on", "siret_state", "label__lab-esus"):
        assert f'name="{known}"' not in page
    answer = said(edition, structure=one.pk, **GOOD)
    assert "Vous pouvez candidater" in answer
    assert "l&#x27;annuaire" in answer


def test_a_company_without_the_label_is_told_before_writing(edition: Edition, cast: Cast) -> None:
    one = shown(cast, "SAS Bricole", family="commercial")
    assert "label__lab-esus" in said(edition, structure=one.pk, ask="1")
    page = said(edition, structure=one.pk, **GOOD, **{"label__lab-esus": "no"})
    assert "En l&#x27;état, vous ne pouvez pas candidater" in page
    assert "Un point l'empêche" in page
    assert "Commencer ma candidature" not in page
    assert "Association ou ESUS" in page
    assert Application.objects.count() == 0


def test_a_label_that_ends_before_the_closing_is_a_no_and_its_renewal_a_yes(
    edition: Edition, cast: Cast
) -> None:
    one = shown(cast, "SCIC", family="cooperative")
    ended = edition.closes_at.date() - timedelta(days=2)
    make_label(one, make_term("label", "lab-esus"), valid_to=ended, source="esus")
    assert "vous ne pouvez pas" in said(edition, structure=one.pk, **GOOD)
    renewed = {"label__lab-esus": "yes", "until__lab-esus": "2031-01-01"}
    assert "Vous pouvez candidater" in said(edition, structure=one.pk, **GOOD, **renewed)


def test_what_to_ask_is_said_in_euros(edition: Edition, cast: Cast) -> None:
    one = shown(cast, "Asso")
    page = said(edition, structure=one.pk, **(GOOD | {"requested": "14000"}))
    assert "Demandez au plus 12\u00a0000\u00a0€." in page


def test_without_any_structure_the_questions_say_it_all(edition: Edition) -> None:
    page = said(edition, ask="1")
    for name in ("family", "siret_state", "places", "overdue", "requested", "aids", "created_on"):
        assert f'name="{name}"' in page
    empty = said(edition, answer="1")
    assert "Il manque des réponses pour le dire" in empty
    whole = GOOD | {"family": "association", "siret_state": "yes", "created_on": "2020-01-01"}
    assert "Vous pouvez candidater" in said(edition, **whole)
    late = said(edition, **(whole | {"overdue": "yes"}))
    assert "Un bilan est en retard" in late


def test_what_was_typed_wrong_is_said_and_nothing_is_lost(edition: Edition) -> None:
    page = said(edition, answer="1", requested="neuf", family="mutual")
    assert "is-invalid" in page or "has-error" in page
    assert "Règle par règle" not in page
    assert '<option value="mutual" selected>' in page


def test_nothing_is_kept_and_no_one_else_s_secrets_are_told(edition: Edition, cast: Cast) -> None:
    one = shown(cast, "Asso")
    lines = JournalEntry.objects.count()
    answer = Client().post(address(edition), GOOD | {"structure": one.pk})
    assert "no-store" in answer["Cache-Control"]
    assert set(answer.cookies) <= {"csrftoken"}
    assert JournalEntry.objects.count() == lines
    assert EligibilityResult.objects.count() == 0


def test_drafts_of_calls_are_not_known(edition: Edition) -> None:
    Edition.objects.filter(pk=edition.pk).update(status="draft")
    assert Client().get(address(edition)).status_code == 404
    assert Client().post(address(edition), GOOD).status_code == 404


def test_one_connection_does_not_ask_for_ever(
    edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maillage.calls.views.concerned.TRIES", 1)
    browser = Client()
    assert browser.post(address(edition), GOOD).status_code == 200
    assert browser.post(address(edition), GOOD).status_code == 429


def test_the_page_says_what_is_asked_before_any_answer(edition: Edition) -> None:
    page = Client().get(address(edition)).content.decode()
    assert "Association ou ESUS" in page
    assert "rien de ce que vous répondez n'est gardé" in page
    edition.rules.all().delete()
    assert "pas de condition particulière" in Client().get(address(edition)).content.decode()
