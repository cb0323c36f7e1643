"""The pages of awards: what an agent does, what a beneficiary does, and what each must not see."""

import csv
import io
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from maillage.calls.actions.awards.notify import notify
from maillage.calls.models import (
    Application,
    Award,
    AwardReport,
    Edition,
    Instalment,
    Paper,
    PaperTemplate,
)
from maillage.core.jobs import drain
from tests import pdf_checks
from tests.calls.award_factories import decide, make_decided, make_told
from tests.factories import NOW, signed_in

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def base(cast):
    return f"/{cast.space.slug}/gestion/subventions/"


@pytest.fixture
def award(cast):
    return make_told(cast.space)


@pytest.fixture
def nadia(award):
    """Who writes the file of the award."""
    return signed_in(award.application.writers.get().user)


@pytest.fixture
def chloe(cast):
    return cast.client("chloe")


def test_the_authority_notifies_from_the_preview(cast, base, chloe):
    edition = make_decided(cast.space, cast.chloe)
    file = decide(edition, "award", "7000")
    page = chloe.get(f"{base}appels/{edition.pk}/notifier/").content.decode()
    assert "Notifier tous les candidats" in page
    assert file.reference in page
    letter = chloe.get(f"{base}dossiers/{file.pk}/lettre/")
    assert pdf_checks.read(letter.content).faults == []
    edition.refresh_from_db()
    answer = chloe.post(
        f"{base}appels/{edition.pk}/notifier/", {"version": edition.version}, follow=True
    )
    assert "Les lettres se préparent" in answer.content.decode()
    again = chloe.post(f"{base}appels/{edition.pk}/notifier/", {"version": edition.version})
    assert again.status_code == 409
    assert "a déjà notifié" in again.content.decode()
    drain()
    user = file.writers.get().user
    paper = Paper.objects.get()
    mine = signed_in(user)
    letter = mine.get(f"/compte/subventions/documents/{paper.pk}/")
    assert pdf_checks.read(b"".join(letter)).faults == []
    assert cast.client("denis").get(f"/compte/subventions/documents/{paper.pk}/").status_code == 404


def test_an_agent_who_is_not_the_authority_sees_and_cannot(cast, base):
    edition = make_decided(cast.space, cast.chloe)
    decide(edition, "reject")
    client = cast.client("aicha")
    page = client.get(f"{base}appels/{edition.pk}/notifier/").content.decode()
    assert "Notifier tous les candidats" not in page
    answer = client.post(f"{base}appels/{edition.pk}/notifier/", {"version": edition.version})
    assert answer.status_code == 409
    assert Edition.objects.get(pk=edition.pk).status == "decided"


def test_reasons_are_read_again_before_they_are_sent(cast, base, chloe):
    edition = make_decided(cast.space, cast.chloe)
    file = decide(edition, "reject")
    where = f"{base}dossiers/{file.pk}/motifs/"
    assert "Un projet utile" in chloe.get(where).content.decode()
    stale = chloe.post(where, {"text": "Autres mots", "version": file.version + 1})
    assert stale.status_code == 409
    assert "Autres mots" in stale.content.decode()
    chloe.post(where, {"text": "Autres mots", "version": file.version})
    assert Application.objects.get(pk=file.pk).outcome_reasons == "Autres mots"


def test_a_recused_agent_finds_the_award_nowhere(cast, base, award, chloe):
    award.application.interests.create(user=cast.chloe, recused=True)
    pages = ["", "subventions.csv", "versements/?etat=to_pay", "bilans/?etat=tous", "agenda.ics"]
    for one in pages:
        answer = chloe.get(base + one)
        body = b"".join(answer) if answer.streaming else answer.content
        assert award.application.reference.encode() not in body, one
        assert award.beneficiary.encode() not in body, one
    gone = [
        f"{award.pk}/",
        f"bilans/{award.reports.get().pk}/",
        f"dossiers/{award.application_id}/demande.pdf",
    ]
    assert [chloe.get(base + one).status_code for one in gone] == [404, 404, 404]
    exported = chloe.post(f"{base}versements/exporter/")
    assert award.beneficiary.encode() not in b"".join(exported)
    assert not Instalment.objects.filter(exported_at__isnull=False).exists()
    dashboard = chloe.get(f"/{cast.space.slug}/gestion/").content.decode()
    assert "à payer" not in dashboard


def test_the_list_filters_counts_and_is_taken_away(cast, base, award, chloe):
    page = chloe.get(f"{base}?q={award.application.reference}&etat=granted").content.decode()
    assert award.beneficiary in page
    assert award.beneficiary not in chloe.get(f"{base}?etat=settled").content.decode()
    rows = list(
        csv.reader(
            io.StringIO(b"".join(chloe.get(f"{base}subventions.csv")).decode("utf-8-sig")),
            delimiter=";",
        )
    )
    assert (rows[0][0], rows[1][2], rows[1][7]) == ("numéro", award.beneficiary, "7000.00")


def test_the_finance_export_is_safe_for_spreadsheets_and_marks_once(cast, base, award, chloe):
    Award.objects.filter(pk=award.pk).update(beneficiary="=cmd|calc")
    text = b"".join(chloe.post(f"{base}versements/exporter/")).decode("utf-8-sig")
    assert "'=cmd|calc" in text
    assert Instalment.objects.filter(exported_at__isnull=False).count() == 1
    empty = b"".join(chloe.post(f"{base}versements/exporter/")).decode()
    assert "calc" not in empty
    book = chloe.post(f"{base}versements/exporter/", {"tout": "1", "format": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(book))).active
    assert (sheet["D2"].value, sheet["D2"].data_type) == ("=cmd|calc", "s")


def test_payments_are_paid_from_the_list(cast, base, award, chloe):
    one = award.instalments.get(rank=1)
    where = f"{base}versements/{one.pk}/payer/"
    wrong = chloe.post(where, {"version": 0, "on": "2026-11-22", "retour": "liste"}, follow=True)
    assert "Numéro de mandat" in wrong.content.decode()
    chloe.post(where, {"version": 0, "on": "2020-01-01", "voucher": "M-77"})
    one.refresh_from_db()
    assert (one.status, one.voucher) == ("paid", "M-77")
    assert "M-77" in chloe.get(f"{base}{award.pk}/").content.decode()


def test_the_beneficiary_accepts_and_hands_in_a_report(cast, award, nadia, base, chloe):
    home = f"/compte/subventions/{award.pk}/"
    assert "Accepter la subvention" in nadia.get(home).content.decode()
    nadia.post(f"{home}accepter/", {"version": 0, "year_ends_on": "2026-12-31"})
    assert Award.objects.get(pk=award.pk).status == "running"
    report = award.reports.get()
    page = f"/compte/subventions/bilans/{report.pk}/"
    assert "Décrivez la mise en œuvre" in nadia.get(page).content.decode()
    kept = {"in": ["mise_en_oeuvre", "publics"], "version": 0, "mise_en_oeuvre": "Dix ateliers."}
    nadia.post(page, kept | {"enregistrer": "1"})
    report.refresh_from_db()
    assert (report.status, report.answers["mise_en_oeuvre"]) == ("draft", "Dix ateliers.")
    unread = chloe.get(f"{base}bilans/{report.pk}/").content.decode()
    assert "Dix ateliers." not in unread
    lacking = nadia.post(page, kept | {"version": report.version, "rendre": "1"})
    assert "error-summary" in lacking.content.decode()
    report.refresh_from_db()
    whole = kept | {"version": report.version, "rendre": "1", "publics": "Soixante personnes."}
    nadia.post(page, whole)
    report.refresh_from_db()
    assert (report.status, report.award.status) == ("submitted", "report_in")
    assert "Dix ateliers." in chloe.get(f"{base}bilans/{report.pk}/").content.decode()
    made = chloe.get(f"{base}bilans/{report.pk}/bilan.pdf").content
    assert pdf_checks.read(made).faults == []
    assert "présenté comme le compte rendu financier" in pdf_checks.text_of(made)


def test_two_people_who_write_a_report_lose_nothing(award, nadia):
    report = award.reports.get()
    page = f"/compte/subventions/bilans/{report.pk}/"
    AwardReport.objects.filter(pk=report.pk).update(version=3)
    answer = nadia.post(page, {"in": ["publics"], "publics": "Mon texte", "version": 0})
    assert answer.status_code == 409
    assert "Mon texte" in answer.content.decode()


def test_files_of_a_report_are_private_and_hidden_until_it_is_handed_in(
    award, nadia, cast, base, chloe
):
    report = award.reports.get()
    page = f"/compte/subventions/bilans/{report.pk}/"
    nadia.post(f"{page}pieces/", {"file": SimpleUploadedFile("comptes.pdf", PDF)})
    kept = report.files.get()
    assert kept.is_private
    assert b"".join(nadia.get(f"{page}pieces/{kept.pk}/")) == PDF
    assert cast.client("denis").get(f"{page}pieces/{kept.pk}/").status_code == 404
    assert chloe.get(f"{base}bilans/{report.pk}/pieces/{kept.pk}/").status_code == 404
    refused = nadia.post(
        f"{page}pieces/", {"file": SimpleUploadedFile("x.pdf", b"MZ")}, follow=True
    )
    assert "type accepté" in refused.content.decode()
    nadia.post(f"{page}pieces/", {"retirer": kept.pk})
    assert not report.files.exists()


def test_renouncing_needs_a_word_and_frees_the_money(award, nadia):
    where = f"/compte/subventions/{award.pk}/renoncer/"
    nadia.post(where, {"version": 0, "renoncer-reason": ""})
    assert Award.objects.get(pk=award.pk).status == "granted"
    nadia.post(where, {"version": 0, "renoncer-reason": "Le projet s'arrête."})
    assert Award.objects.get(pk=award.pk).status == "renounced"


def test_nothing_of_an_award_shows_before_it_is_notified(cast):
    edition = make_decided(cast.space, cast.chloe)
    file = decide(edition, "award", "7000")
    mine = signed_in(file.writers.get().user)
    award = file.awards.get()
    assert "7 000" not in mine.get("/compte/subventions/").content.decode().replace("\xa0", " ")
    assert mine.get(f"/compte/subventions/{award.pk}/").status_code == 404
    assert file.title not in mine.get("/compte/subventions/agenda.ics").content.decode()


def test_words_are_edited_without_overwriting_and_put_back(cast, base, chloe):
    where = f"{base}modeles/rejection/"
    assert "{{ motifs }}" in chloe.get(where).content.decode()
    typed = {"subject": "Réponse", "body": "Motifs : {{ motifs }}", "version": 0}
    chloe.post(where, typed)
    assert PaperTemplate.objects.get().version == 1
    stale = cast.client("aicha").post(where, typed | {"body": "Mon texte {{ motifs }}"})
    assert stale.status_code == 409
    assert "Mon texte" in stale.content.decode()
    assert "Chloé Martin a modifié ce modèle" in stale.content.decode()
    wrong = chloe.post(where, typed | {"version": 1, "body": "{{ inconnu }}"})
    assert "n&#x27;est pas un champ connu" in wrong.content.decode()
    chloe.post(f"{where}remettre/", {"version": 1})
    assert not PaperTemplate.objects.exists()


@pytest.mark.parametrize("kind", ["award", "agreement", "receipt", "recovery"])
def test_words_are_tried_on_an_example(base, chloe, kind):
    from maillage.calls.lib.papers import DEFAULTS

    words = DEFAULTS[kind]
    made = chloe.post(
        f"{base}modeles/{kind}/apercu/", {"subject": words.subject, "body": words.body}
    )
    assert pdf_checks.read(made.content).faults == []


def test_words_are_tried_on_a_real_file_and_the_missing_value_is_named(base, chloe, award):
    Award.objects.update(siret="", rna="")
    typed = {
        "subject": "x",
        "body": "{{ deliberation }} {{ identifiant }}",
        "dossier": award.application_id,
    }
    answer = chloe.post(f"{base}modeles/award/apercu/", typed)
    assert answer.status_code == 409
    assert "il manque « identifiant »" in answer.content.decode()


def test_the_waiting_list_page_proposes_what_the_envelope_has(cast, base, chloe):
    edition = make_decided(cast.space, cast.chloe, status="jury")
    decide(edition, "waiting", rank=1)
    Edition.objects.filter(pk=edition.pk).update(status="decided")
    edition.refresh_from_db()
    notify(edition, by=cast.chloe, now=NOW, version=edition.version)
    file = Application.objects.get(edition=edition)
    where = f"{base}appels/{edition.pk}/liste-d-attente/"
    assert 'value="9000.00"' in chloe.get(where).content.decode()
    too_much = chloe.post(where, {"file": file.pk, "version": file.version, "amount": "9000.01"})
    assert "dépasse la demande" in too_much.content.decode()
    assert 'value="9000.01"' in too_much.content.decode()
    chloe.post(where, {"file": file.pk, "version": file.version, "amount": "8000"})
    assert Award.objects.get().amount == Decimal(8000)


def test_delays_are_data_of_the_call(cast, base, chloe, award):
    edition = award.application.edition
    where = f"{base}appels/{edition.pk}/delais/"
    chloe.post(
        where,
        {
            "convention_from": "25000",
            "payment_days": "45",
            "report_months": "6",
            "version": edition.version,
        },
    )
    edition.refresh_from_db()
    assert (edition.convention_from, edition.payment_days) == (Decimal(25000), 45)


def test_the_application_is_printed_in_the_order_of_the_form(base, chloe, award, nadia):
    made = chloe.get(f"{base}dossiers/{award.application_id}/demande.pdf").content
    assert pdf_checks.read(made).faults == []
    text = pdf_checks.text_of(made)
    places = [text.index(f"{number}. ") for number in range(1, 8)]
    assert places == sorted(places)
    assert "Ce n'est pas le formulaire officiel" in text
    where = f"/compte/subventions/candidatures/{award.application_id}/demande.pdf"
    assert nadia.get(where).status_code == 200


def test_the_calendar_holds_reports_and_payments(award, nadia):
    text = nadia.get("/compte/subventions/agenda.ics").content.decode()
    assert text.count("BEGIN:VEVENT") == 2
    assert "DTSTART;VALUE=DATE:20270630" in text


def test_the_dashboard_says_what_waits(cast, award, chloe):
    AwardReport.objects.update(due_on="2026-01-01")
    page = chloe.get(f"/{cast.space.slug}/gestion/").content.decode()
    assert "bilan en retard" in page
    assert "versement à payer" in page
