"""Who was chosen, for everyone; the others are counts."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.calls.enums import ApplicationStatus, AwardStatus, EditionStatus
from maillage.calls.models import Edition
from tests.calls.factories import make_award, make_edition, make_submitted
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(cast):
    return make_edition(cast.space, status=EditionStatus.EXECUTION, prefix="PROG", year=2025)


def laureate(edition, name="Les Ateliers du Pont", **fields):
    fields = {"title": "Repas partagés", "theme": "quotidien", "places": ["93048"]} | fields
    file = make_submitted(edition, name, status=ApplicationStatus.AWARDED, **fields)
    make_award(file, status=AwardStatus.RUNNING, notified_at=NOW)
    return file


def test_the_network_shows_laureates_by_year_with_a_map_and_its_table(cast, edition):
    laureate(edition, summary="Un repas par semaine.")
    page = cast.client().get(f"/{cast.space.slug}/laureats/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "Repas partagés" in text
    assert "Les Ateliers du Pont" in text
    assert [one.amount for one in page.context["laureates"]] == [7000]
    assert page.context["map"].table().rows or page.context["map"].areas == ()
    assert cast.client().get(f"/{cast.space.slug}/laureats/?annee=2025").context["year"] == 2025
    assert cast.client().get(f"/{cast.space.slug}/laureats/?annee=1999").context["year"] is None


def test_results_count_the_others_and_never_name_them(cast, edition):
    laureate(edition)
    make_submitted(
        edition, "Structure refusée", status=ApplicationStatus.REJECTED, title="Titre refusé"
    )
    make_submitted(edition, "Structure retirée", status=ApplicationStatus.WITHDRAWN)
    page = cast.client().get(f"/{cast.space.slug}/appels/{edition.slug}/resultats/")
    results = page.context["results"]
    assert (results.deposited, results.awarded, results.share) == (3, 1, 33)
    assert (results.granted, results.asked) == (7000, 27000)
    text = page.content.decode()
    assert "refusé" not in text.replace("retenues sont comptées", "")
    assert "Structure retirée" not in text


@pytest.mark.parametrize(
    "status",
    [EditionStatus.OPEN, EditionStatus.JURY, EditionStatus.DECIDED, EditionStatus.CANCELLED],
)
def test_nothing_is_said_before_the_notification(cast, edition, status):
    file = laureate(edition)
    Edition.objects.filter(pk=edition.pk).update(status=status)
    client, base = cast.client(), f"/{cast.space.slug}"
    assert client.get(f"{base}/appels/{edition.slug}/resultats/").status_code == 404
    assert client.get(f"{base}/laureats/{file.reference.lower()}/").status_code == 404
    assert client.get(f"{base}/laureats/").context["laureates"] == []


def test_the_page_of_a_project_leads_to_its_structures(cast, edition):
    file = laureate(edition)
    page = cast.client().get(f"/{cast.space.slug}/laureats/{file.reference.lower()}/")
    lead = file.partners.get().structure
    assert page.context["laureate"].structures == (lead,)
    assert f"/{cast.space.slug}/structures/{lead.slug}/" in page.content.decode()
    sheet = cast.client().get(f"/{cast.space.slug}/structures/{lead.slug}/")
    assert f"/{cast.space.slug}/laureats/{file.reference.lower()}/" in sheet.content.decode()


def test_a_laureate_who_renounced_is_nowhere(cast, edition):
    file = laureate(edition)
    file.awards.update(status=AwardStatus.RENOUNCED, reserved=0)
    assert cast.client().get(f"/{cast.space.slug}/laureats/").context["laureates"] == []


def test_the_number_of_queries_does_not_grow(cast, edition):
    def count():
        with CaptureQueriesContext(connection) as seen:
            cast.client().get(f"/{cast.space.slug}/laureats/")
        return len(seen)

    laureate(edition)
    one = count()
    for rank in range(3):
        laureate(edition, f"Autre {rank}")
    assert count() == one
