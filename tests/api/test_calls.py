"""Calls and grants by program: what the public pages say, no more."""

from decimal import Decimal

import pytest

from maillage.calls.actions.publishing import publish_grants
from maillage.calls.enums import ApplicationStatus, AwardStatus, EditionStatus
from maillage.spaces.models import LegalInformation
from tests.calls.factories import make_award, make_edition, make_submitted
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def read(cast, path):
    answer = cast.client().get(f"/api/v1/spaces/{cast.space.slug}/{path}")
    assert answer.status_code == 200
    return answer.json()


def test_calls_that_were_published_and_no_draft(cast):
    make_edition(cast.space, status=EditionStatus.DRAFT, title="Brouillon")
    edition = make_edition(cast.space, title="Progr'ESS")
    found = read(cast, "calls")
    assert found["count"] == 1
    (row,) = found["results"]
    assert row == {
        "slug": edition.slug,
        "title": "Progr'ESS",
        "kind": "grant",
        "status": "open",
        "summary": "",
        "themes": edition.themes,
        "envelope": "100000.00",
        "amount_max": "15000.00",
        "opens_at": edition.opens_at.isoformat(),
        "closes_at": edition.closes_at.isoformat(),
        "url": f"http://127.0.0.1:8000/{cast.space.slug}/appels/{edition.slug}/",
    }


def test_grants_are_the_rows_of_the_file(cast):
    LegalInformation.objects.create(space=cast.space, publisher_siret="22920050600017")
    edition = make_edition(cast.space, status=EditionStatus.NOTIFIED)
    file = make_submitted(edition, status=ApplicationStatus.AWARDED)
    make_award(file, status=AwardStatus.RUNNING, notified_at=NOW)
    hidden = make_submitted(edition)
    make_award(hidden)
    publish_grants(cast.space, by=None, now=NOW)
    found = read(cast, "grants")
    assert found["count"] == 1
    (row,) = found["results"]
    assert (row["nomBeneficiaire"], Decimal(row["montant"])) == (file.lead_name, 7000)
    assert row["url"].endswith(f"/{cast.space.slug}/laureats/{file.reference.lower()}/")


def test_a_space_that_is_not_open_has_none(cast):
    make_edition(cast.space)
    type(cast.space).objects.filter(pk=cast.space.pk).update(is_public=False)
    for path in ("calls", "grants"):
        answer = cast.client().get(f"/api/v1/spaces/{cast.space.slug}/{path}")
        assert answer.status_code == 404
