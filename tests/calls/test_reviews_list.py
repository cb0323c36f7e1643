"""The manager's list at its full size: what it says, and how few questions it asks."""

import time
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maillage.calls.models import Application, Interest, Juror, Review
from tests.calls.factories import make_edition
from tests.factories import NOW, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]
FILES, READINGS = 500, 5


@pytest.fixture
def edition(cast):
    edition = make_edition(cast.space, status="instruction", reviews_wanted=READINGS)
    form = edition.forms.get()
    jurors = Juror.objects.bulk_create(
        Juror(edition=edition, user=make_user(name=f"Juré Numéro{rank}")) for rank in range(8)
    )
    held = Application.objects.bulk_create(
        Application(
            edition=edition, form=form, status="in_review", number=rank, reference=f"B-{rank:04d}",
            pseudonym=f"D{rank}", lead_name=f"Association {rank}", title=f"Projet {rank}", deposits=1,
            requested=Decimal(9000), deposited_at=NOW, created_at=NOW, updated_at=NOW,
        )
        for rank in range(1, FILES + 1)
    )  # fmt: skip
    Review.objects.bulk_create(
        Review(
            application=one, juror=jurors[(rank + place) % 8], assigned_at=NOW, due_on=NOW.date(),
            status="submitted" if place else "assigned", submitted_at=NOW if place else None,
            total=Decimal(20 * place) if place else None,
        )
        for rank, one in enumerate(held) for place in range(READINGS)
    )  # fmt: skip
    Interest.objects.create(application=held[0], user=cast.chloe, recused=True)
    return edition


def test_five_hundred_files_of_five_readings(cast, edition):
    client = cast.client("chloe")
    url = reverse("readings:list", args=[cast.space.slug, edition.pk])
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(url).text
    assert len(asked) <= 10
    assert "<strong>499</strong> dossiers" in page
    assert page.count("<tr>") == 51
    assert "B-0001" not in page
    assert "4 sur 5" in page
    assert (
        '<td class="number" data-label="Note moyenne">50,0</td><td class="number" data-label="Écart">60,0</td>'
        in page
    )
    begin = time.process_time()
    for number in range(1, 11):
        client.get(f"{url}?page={number}")
    # Two cores must give 56 pages a second: 35 ms of processor each; the machine of a test is slower.
    each = (time.process_time() - begin) / 10
    assert each < 0.2


@pytest.mark.parametrize(
    ("tab", "count"), [("manque", 0), ("attendues", 499), ("retard", 499), ("complets", 0)]
)
def test_tabs_count_what_they_say(cast, edition, tab, count):
    Review.objects.filter(status="assigned").update(due_on="2020-01-01")
    url = reverse("readings:list", args=[cast.space.slug, edition.pk])
    page = cast.client("chloe").get(f"{url}?etat={tab}&tri=note").text
    assert f"<strong>{count}</strong> dossier" in page
