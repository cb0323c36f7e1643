"""The register says what the program does, and each space may say it its own way."""

import csv
import io

import pytest
from django.test import Client

from maillage.core.models import JournalEntry
from maillage.core.retention import in_words, retentions
from maillage.portal.queries.register import register_of
from maillage.spaces.lib.processing import SHEETS
from maillage.spaces.models import LegalBasis, ProcessingActivity
from tests.factories import Cast
from tests.portal.pages import filled, text

pytestmark = pytest.mark.django_db
PUBLIC = "/val-de-bievre/donnees-personnelles/"
SETTINGS = "/val-de-bievre/gestion/parametres/registre/"


def test_every_duration_that_is_applied_is_in_the_register(cast: Cast):
    """Text and purge cannot disagree: the page shows each declared duration, and no other."""
    shown = {one.label: one.words for entry in register_of(cast.space) for one in entry.durations}
    assert shown == {one.label: in_words(one.days) for one in retentions().values()}
    page = text(Client().get(PUBLIC))
    for label, words in shown.items():
        assert f"{label} : {words}" in page


def test_shipped_sheets_are_whole():
    for sheet in SHEETS:
        assert sheet.legal_basis in LegalBasis.values
        for name in ("purpose", "people", "data", "source", "recipients", "transfers", "security"):
            assert getattr(sheet, name), (sheet.code, name)
        assert sheet.retention or sheet.retentions, sheet.code
    assert len({sheet.code for sheet in SHEETS}) == len(SHEETS)


def test_the_public_reads_rights_contact_and_complaint(cast: Cast):
    page = text(Client().get(PUBLIC))
    for words in ("Vos droits", "plainte auprès de la CNIL", "quinze ans", "Annuaire public"):
        assert words in page
    assert "Non indiqué par la collectivité à ce jour." in page


def test_the_register_is_taken_away_as_a_table(cast: Cast):
    answer = Client().get(f"{PUBLIC}registre.csv")
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body), delimiter=";"))
    assert [row["Traitement"] for row in rows] == [sheet.name for sheet in SHEETS]
    accounts = next(row for row in rows if row["Traitement"] == "Comptes et connexion")
    assert accounts["Base légale"] == "mission d'intérêt public (article 6-1-e)"
    assert "(prévenus trente jours avant) : 2 ans" in accounts["Durées de conservation"]


def test_a_sheet_is_replaced_then_ours_comes_back(cast: Cast):
    client, address = cast.client("aicha"), f"{SETTINGS}comptes/"
    posted = filled(client, address)
    assert posted["purpose"] == SHEETS[2].purpose
    answer = client.post(address, posted | {"purpose": "Nos propres raisons.", "legal_basis": "b"})
    assert answer.status_code == 302
    row = ProcessingActivity.objects.get()
    assert (row.code, row.purpose, row.retentions) == (
        "comptes",
        "Nos propres raisons.",
        ["accounts.inactive", "core.sessions", "accounts."],
    )
    page = text(Client().get(PUBLIC))
    assert "Nos propres raisons." in page
    assert "(prévenus trente jours avant) : 2 ans" in page

    client.post(f"{SETTINGS}fiche/{row.pk}/retirer/")
    assert SHEETS[2].purpose in text(Client().get(PUBLIC))
    acts = JournalEntry.objects.order_by("id").values_list("action", "changes")
    assert list(acts) == [
        ("register_updated", {"fields": [None, ["comptes"]]}),
        ("register_restored", {"fields": [None, ["comptes"]]}),
    ]


def test_a_sheet_that_is_not_used_is_not_shown(cast: Cast):
    client, address = cast.client("aicha"), f"{SETTINGS}lettre/"
    posted = filled(client, address)
    del posted["is_used"]
    client.post(address, posted)
    assert "Lettre d'information" not in text(Client().get(PUBLIC))
    assert "Non utilisé" in text(client.get(SETTINGS))


def test_a_space_adds_its_own_sheet(cast: Cast):
    client = cast.client("aicha")
    posted = filled(client, f"{SETTINGS}ajouter/") | dict.fromkeys(
        ("purpose", "people", "data", "source", "recipients", "transfers", "security"), "x"
    )
    refused = client.post(f"{SETTINGS}ajouter/", posted)
    assert (refused.status_code, ProcessingActivity.objects.count()) == (200, 0)
    assert "Une réponse est à revoir" in text(refused)
    client.post(f"{SETTINGS}ajouter/", posted | {"name": "Concours de logos"})
    assert "Concours de logos" in text(Client().get(PUBLIC))
    assert "Concours de logos" not in text(Client().get("/plaine-sud/donnees-personnelles/"))
    pk = ProcessingActivity.objects.get().pk
    client.post(f"{SETTINGS}fiche/{pk}/", posted | {"name": "Concours d'affiches"})
    assert [row.name for row in ProcessingActivity.objects.all()] == ["Concours d'affiches"]


@pytest.mark.parametrize("rest", ["inconnue/", "fiche/999/"])
def test_a_sheet_that_does_not_exist(cast: Cast, rest: str):
    assert cast.client("aicha").get(SETTINGS + rest).status_code == 404


def test_the_administrator_reads_durations_and_proofs(cast: Cast):
    from django.utils import timezone

    from maillage.core.models import PurgeRecord

    address = "/val-de-bievre/gestion/parametres/durees/"
    assert "Rien n'a encore été oublié" in text(cast.client("aicha").get(address))
    PurgeRecord.objects.create(
        code="core.letters", label="Messages envoyés", days=365, at=timezone.now(), count=41
    )
    page = text(cast.client("aicha").get(address))
    assert "Messages envoyés 41" in page
    for one in retentions().values():
        assert f"{one.label} {in_words(one.days)} {one.basis}" in page
