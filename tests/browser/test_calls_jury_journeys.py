"""Reading and sitting: a juror with a conflict, a file scored by keyboard, and a session of the jury."""

from decimal import Decimal

import pytest
from django.urls import reverse

from maillage.calls.models import JuryDecision, Review, Scenario
from tests.browser.calls_people import (
    Opened,
    beside_the_loop,
    follow,
    open_now,
    people,
    press,
    sound,
    tick,
    words,
    write,
)
from tests.browser.town import until
from tests.calls.factories import make_juror, make_submitted
from tests.calls.jury_stage import Stage
from tests.factories import NOW, make_cast, make_user

__all__ = ["beside_the_loop", "people"]
pytestmark = pytest.mark.one_engine


def two_files(cast):
    """A juror to whom two files are given, nothing opened yet."""
    edition = open_now(cast.space, status="instruction")
    juror = make_juror(edition, user=make_user(name="Jeanne Lecture"))
    files = [
        make_submitted(edition, name, status="in_review", title=title)
        for name, title in (("Les Cousins", "Un four commun"), ("La Ruche", "Des vélos"))
    ]
    for file in files:
        file.answers.create(code="resume", value="Un lieu ouvert à tous.", at=NOW)
        Review.objects.create(application=file, juror=juror, assigned_at=NOW)
    return edition, juror, files


def test_a_juror_leaves_a_file_and_scores_another_with_the_keyboard(people: Opened) -> None:
    cast = make_cast()
    edition, juror, (_cousins, ruche) = two_files(cast)
    slug = cast.space.slug
    page = people(juror.user, reverse("reviews:home", args=[slug]), width=1280)
    assert sound(page) == ([], 0)
    follow(page, edition.title, f"**/{edition.pk}/")
    tick(page, "J'ai lu la charte")
    press(page, "Accepter et voir mes dossiers")
    page.wait_for_selector("text=0 sur 2 rendues")
    assert sound(page) == ([], 0)

    follow(page, "Les Cousins", "**/lectures/*/")
    assert sound(page) == ([], 0)
    assert "Un lieu ouvert" not in words(page)
    hidden = page.url
    tick(page, "Non, aucun intérêt")
    page.keyboard.press("ArrowDown")
    assert page.get_by_label("Oui, un intérêt direct").is_checked()
    press(page, "Répondre")
    page.wait_for_url(f"**/jury/{edition.pk}/")
    listed = words(page)
    assert "La Ruche" in listed
    assert "Cousins" not in listed
    assert "four commun" not in listed
    assert sound(page) == ([], 0)
    assert page.goto(hidden).status == 404
    assert "Cousins" not in page.content()
    for name in ("list", "detail"):
        at = [slug] if name == "list" else [slug, edition.slug]
        page.goto(page.url.split(f"/{slug}/")[0] + reverse(f"calls:{name}", args=at))
        assert "four commun" not in words(page)

    page = people(juror.user, reverse("reviews:call", args=[slug, edition.pk]))
    follow(page, "La Ruche", "**/lectures/*/")
    tick(page, "Non, aucun intérêt")
    press(page, "Répondre")
    page.wait_for_selector("text=Mes notes")
    assert "Un lieu ouvert à tous." in words(page)
    assert sound(page) == ([], 0)
    tick(page, "absent")
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    review = Review.objects.get(application=ruche)
    write(page, "Pourquoi", "Le besoin est montré.")
    tick(page, "absent")
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    tick(page, "Favorable")
    # The draft is kept while one reads.
    until(lambda: Review.objects.get(pk=review.pk).version > review.version)
    press(page, "Rendre ma lecture")
    page.wait_for_selector("text=Rendue")
    review.refresh_from_db()
    assert (review.status, review.total) == ("submitted", Decimal(80))
    assert sound(page) == ([], 0)


def test_a_session_with_a_recused_member_under_its_envelope(people: Opened) -> None:
    cast = make_cast()
    stage = Stage(cast.space).open()
    slug, session = cast.space.slug, stage.session
    _best, second, third, _last = stage.files
    stage.jurors[0].user.name = "Omar Récusé"
    stage.jurors[0].user.save()
    stage.recuse(second, stage.jurors[0].user)

    def at(name: str, *more: int, width: int = 1280):
        return people(stage.secretary, reverse(f"jury:{name}", args=[slug, *more]), width=width)

    # A minimum that nothing can reach is said in words, with the way out.
    page = at("create_scenario", stage.edition.pk, "optimal")
    assert sound(page) == ([], 0)
    write(page, "Nom du scénario", "Trois au moins")
    write(page, "Attribution partielle", "100")
    write(page, "Lauréats au moins", "3")
    press(page, "Calculer")
    page.wait_for_selector("text=Aucun choix ne respecte toutes ces contraintes")
    said = words(page)
    assert "Le plus proche possible" in said
    assert sound(page) == ([], 0)
    assert Scenario.objects.get().report["conflict"]["rules"]

    for width in (1280, 390):
        page = at("session", session.pk, width=width)
        assert "Sortis de la salle, sans vote : Omar Récusé" in words(page)
        assert sound(page) == ([], 0)
    follow(page, f"Examiner {second}", f"**/dossiers/{second.pk}/")
    said = words(page)
    assert "2 membres en droit de voter, quorum 2" in said
    assert "Sortis de la salle, sans vote : Omar Récusé." in said
    assert sound(page) == ([], 0)
    page.get_by_label("Retenir", exact=True).check()
    write(page, "Montant proposé", "9 000")
    write(page, "Pour", "3")
    press(page, "Consigner la proposition")
    page.wait_for_selector("[role=alert]")
    assert JuryDecision.objects.count() == 0
    assert sound(page) == ([], 0)
    write(page, "Pour", "2")
    press(page, "Consigner la proposition")
    until(lambda: JuryDecision.objects.count() == 1)

    stage.propose(0)
    page = at("file", session.pk, third.pk)
    page.get_by_label("Retenir", exact=True).check()
    write(page, "Montant proposé", "2000,01")
    write(page, "Pour", "3")
    write(page, "Motifs, au procès-verbal", "Un beau projet.")
    press(page, "Consigner la proposition")
    page.wait_for_selector("text=vous proposez")
    assert "il reste 2 000 € pour ce dossier, vous proposez 2 000,01 €" in words(page)
    assert page.get_by_label("Motifs, au procès-verbal").input_value() == "Un beau projet."
    assert sound(page) == ([], 0)
    write(page, "Montant proposé", "2000")
    press(page, "Consigner la proposition")
    until(lambda: JuryDecision.objects.count() == 3)
    assert JuryDecision.objects.get(application=third).amount == Decimal(2000)
    page = at("session", session.pk, width=390)
    assert "Retenir · 2 000 €" in words(page)
    assert sound(page) == ([], 0)
