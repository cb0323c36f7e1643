"""Open data of grants: rows follow the awards, are frozen, and hold nothing before its time."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest

from maillage.calls.actions.publishing import publish_grants
from maillage.calls.enums import ApplicationStatus, AwardStatus, EditionStatus
from maillage.calls.lib import scdl
from maillage.calls.models import Agreement, Award, Instalment, Interest, Partner, PublishedGrant
from maillage.core.models import JournalEntry
from maillage.spaces.models import LegalInformation
from tests.calls.factories import make_application, make_award, make_edition, make_submitted
from tests.factories import NOW, make_structure

pytestmark = pytest.mark.django_db
SIRET = "22920050600017"


@pytest.fixture
def space(cast):
    LegalInformation.objects.create(space=cast.space, publisher_siret=SIRET)
    return cast.space


@pytest.fixture
def edition(space):
    return make_edition(space, status=EditionStatus.NOTIFIED, prefix="PROG")


def granted(edition, amount="7000.00", **fields):
    file = make_submitted(edition, status=ApplicationStatus.AWARDED)
    fields = {"status": AwardStatus.RUNNING, "notified_at": NOW, "state_aid": "de_minimis"} | fields
    award = make_award(file, amount, **fields)
    for rank, (kind, part) in enumerate([("advance", "0.7"), ("balance", "0.3")], 1):
        Instalment.objects.create(
            award=award,
            rank=rank,
            kind=kind,
            amount=Decimal(amount) * Decimal(part),
            condition="À la notification" if rank == 1 else "Après le bilan",
            planned_on=(NOW + timedelta(days=200 * (rank - 1))).date(),
        )
    return award


def download(cast, path):
    answer = cast.client().get(f"/{cast.space.slug}/{path}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def rows_online(cast):
    return list(csv.DictReader(io.StringIO(download(cast, "subventions.csv").decode())))


def test_a_notified_award_is_one_row_of_the_standard(cast, space, edition):
    award = granted(edition)
    done = publish_grants(space, by=None, now=NOW)
    assert (done.added, done.replaced, done.withdrawn, done.held) == (1, 0, 0, [])
    (row,) = rows_online(cast)
    assert list(row) == list(scdl.NAMES)
    assert scdl.problems(row) == []
    assert {name: value for name, value in row.items() if value} == {
        "idSubvention": f"{award.application.reference}-{award.pk}",
        "nomAttribuant": "Collectivité de test",
        "idAttribuant": SIRET,
        "idServiceInstructeur": SIRET,
        "nomBeneficiaire": award.beneficiary,
        "idBeneficiaire": award.siret,
        "exerciceBudgetaire": "2026",
        "pluriannualite": "non",
        "dateDecision": "2026-11-22",
        "dateConvention": "2026-11-22",
        "referenceDecision": "CP-2026-1",
        "dateCreation": "2026-11-21",
        "dispositif": edition.programme.name,
        "sousDispositif": edition.title,
        "statutLabel": "attribuée",
        "objet": award.purpose,
        "nature": "aide en numéraire",
        "montantDemande": "9000.00",
        "montant": "7000.00",
        "nomOutilInstruction": "Maillage",
        "conditionsVersement": "échelonné",
        "descriptionConditionsVersement": "4900.00 € (À la notification) ; 2100.00 € (Après le bilan)",
        "datesPeriodeVersement": "2026-11-22/2027-06-10",
        "notificationUE": "oui",
        "pourcentageSubvention": "1",
        "dateMiseAJour": "2026-11-22",
    }


def test_a_consortium_is_one_row_a_partner_with_one_amount(cast, space, edition):
    first = granted(edition, "5400.00")
    other = make_structure("Alliée", in_space=space)
    partner = Partner.objects.create(
        application=first.application, structure=other, role="funded", name="Alliée", amount=3600
    )
    make_award(
        first.application,
        "3600.00",
        partner=partner,
        structure=other,
        beneficiary="Alliée",
        siret=other.establishments.get().siret,
        status=AwardStatus.RUNNING,
        notified_at=NOW,
    )
    publish_grants(space, by=None, now=NOW)
    assert sorted((row["montant"], row["pourcentageSubvention"]) for row in rows_online(cast)) == [
        ("9000.00", "0.40"),
        ("9000.00", "0.60"),
    ]


def test_publishing_twice_changes_nothing_and_a_change_replaces_the_row(cast, space, edition):
    award = granted(edition)
    publish_grants(space, by=None, now=NOW)
    again = publish_grants(space, by=None, now=NOW + timedelta(days=1))
    assert (again.unchanged, again.changed) == (1, 0)
    Agreement.objects.create(
        award=award, number="C-1", signed_by_authority_on=(NOW + timedelta(days=3)).date()
    )
    after = publish_grants(space, by=None, now=NOW + timedelta(days=4))
    assert (after.replaced, after.added) == (1, 0)
    (row,) = rows_online(cast)
    assert (row["dateConvention"], row["dateMiseAJour"]) == ("2026-11-25", "2026-11-26")
    assert PublishedGrant.objects.filter(award=award).count() == 2


def test_what_no_longer_holds_is_withdrawn_and_its_row_is_kept(cast, space, edition):
    award = granted(edition)
    publish_grants(space, by=None, now=NOW)
    Award.objects.filter(pk=award.pk).update(status=AwardStatus.RENOUNCED, reserved=0)
    assert publish_grants(space, by=cast.aicha, now=NOW).withdrawn == 1
    assert rows_online(cast) == []
    assert PublishedGrant.objects.get().row["montant"] == "7000.00"
    line = JournalEntry.objects.filter(action="grants_published").latest("pk")
    assert (line.by, line.changes) == (cast.aicha, {"withdrawn": [None, 1]})


@pytest.mark.parametrize(
    "fields",
    [
        {"status": AwardStatus.PROPOSED, "notified_at": None},
        {"status": AwardStatus.GRANTED, "notified_at": None},
        {"status": AwardStatus.REVOKED, "reserved": 0},
    ],
)
def test_nothing_is_published_before_the_beneficiary_knows_or_after_it_ended(
    cast, space, edition, fields
):
    granted(edition, **fields)
    assert publish_grants(space, by=None, now=NOW).changed == 0
    assert rows_online(cast) == []


def test_rows_that_the_standard_refuses_wait_and_say_why(cast, edition):
    """The space's own number is missing, and one beneficiary has no SIRET but a number of Corsica."""
    LegalInformation.objects.update(publisher_siret="")
    granted(edition, siret="", rna="W2A1234567")
    assert publish_grants(cast.space, by=None, now=NOW).changed == 0
    page = cast.client("aicha").get(f"/{cast.space.slug}/gestion/publication-des-subventions/")
    shown = page.content.decode()
    assert "Il manque le SIRET de la collectivité" in shown
    assert "idBeneficiaire, rnaBeneficiaire : il faut l&#x27;un des deux." in shown
    assert page.context["held"][0][1] == [
        "idAttribuant : il manque.",
        "idServiceInstructeur : il manque.",
        "idBeneficiaire, rnaBeneficiaire : il faut l'un des deux.",
    ]


def test_a_recused_agent_finds_no_waiting_row_of_the_file(cast, edition):
    award = granted(edition, siret="")
    Interest.objects.create(application=award.application, user=cast.chloe, recused=True)
    path = f"/{cast.space.slug}/gestion/publication-des-subventions/"
    assert cast.client("chloe").get(path).context["held"] == []
    assert len(cast.client("aicha").get(path).context["held"]) == 1


def test_an_agent_publishes_at_once(cast, edition):
    granted(edition)
    path = f"/{cast.space.slug}/gestion/publication-des-subventions/"
    answer = cast.client("chloe").post(path, follow=True)
    assert "Données ouvertes mises à jour : 1 ajoutée." in answer.content.decode()
    answer = cast.client("chloe").post(path, follow=True)
    assert "Tout est à jour : rien n&#x27;a changé." in answer.content.decode()
    assert len(rows_online(cast)) == 1


def test_the_workbook_keeps_identifiers_whole(cast, space, edition):
    award = granted(edition, beneficiary="=2+3 Association")
    publish_grants(space, by=None, now=NOW)
    book = openpyxl.load_workbook(io.BytesIO(download(cast, "subventions.xlsx")))
    (row,) = list(book.active.iter_rows(min_row=2, values_only=True))
    said = dict(zip(scdl.NAMES, row, strict=True))
    assert (said["idBeneficiaire"], said["nomBeneficiaire"]) == (award.siret, "=2+3 Association")
    assert rows_online(cast)[0]["nomBeneficiaire"] == "'=2+3 Association"


def test_the_page_lists_totals_and_years_in_a_constant_number_of_queries(
    cast, space, edition, django_assert_max_num_queries
):
    for _ in range(3):
        granted(edition)
    publish_grants(space, by=None, now=NOW)
    with django_assert_max_num_queries(8):
        page = cast.client().get(f"/{space.slug}/subventions/?annee=2026")
    assert (page.context["total"], page.context["page"].paginator.count) == (21000, 3)
    assert cast.client().get(f"/{space.slug}/subventions/?annee=abc").status_code == 200
    assert cast.client().get(f"/{space.slug}/subventions.schema.json").json() == scdl.table_schema()


def test_another_space_publishes_its_own_only(cast, space, edition):
    granted(edition)
    publish_grants(space, by=None, now=NOW)
    answer = cast.client().get(f"/{cast.other_space.slug}/subventions.csv")
    assert b"".join(answer.streaming_content).decode().strip() == ",".join(scdl.NAMES)


def test_drafts_have_no_part_in_it(space, edition):
    make_application(edition)
    assert publish_grants(space, by=None, now=NOW).changed == 0
