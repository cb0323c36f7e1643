"""What a person who may only read an award, or reads another's, cannot do with it; money that never leaves twice."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from maillage.calls.actions.awards.agreements import Terms, send
from maillage.calls.actions.awards.living import accept
from maillage.calls.actions.jury.deciding import send_back
from maillage.calls.models import Agreement, Award, AwardReport, Instalment, Partner, Writer
from maillage.calls.views.awards import payments
from tests.calls.award_factories import make_told
from tests.calls.factories import name_as
from tests.factories import NOW, make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def award(cast):
    return make_told(cast.space)


def reader(award, **fields):
    """Somebody who opens the file, for the lead unless told."""
    user = make_user(email=f"r{Writer.objects.count()}@test.example")
    fields = {"kind": "reader", "invited_at": NOW, "accepted_at": NOW} | fields
    Writer.objects.create(application=award.application, user=user, **fields)
    return user


@pytest.mark.parametrize("kind", ["reader", "editor"])
def test_another_partner_of_the_file_neither_renounces_nor_accepts(award, kind):
    other = Partner.objects.create(application=award.application, name="Autre", role="funded")
    mine = signed_in(reader(award, kind=kind, partner=other))
    where = f"/compte/subventions/{award.pk}/"
    assert mine.get(where).status_code == 200
    for verb, sent in (
        ("renoncer", {"renoncer-reason": "Non."}),
        ("accepter", {"year_ends_on": "2026-12-31"}),
    ):
        answer = mine.post(f"{where}{verb}/", {"version": award.version, **sent}, follow=True)
        assert "pas répondre au nom de son bénéficiaire" in answer.content.decode()
    award.refresh_from_db()
    assert award.status == "granted"


def test_who_only_reads_neither_writes_the_report_nor_its_documents(award):
    mine = signed_in(reader(award))
    report = AwardReport.objects.get(award=award)
    page = f"/compte/subventions/bilans/{report.pk}/"
    mine.post(page, {"version": report.version, "actual-0": "5"})
    file = SimpleUploadedFile("x.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")
    mine.post(f"{page}pieces/", {"file": file})
    assert (AwardReport.objects.get().status, report.files.count()) == ("expected", 0)


def test_a_partner_answers_for_its_own_award(award):
    other = Partner.objects.create(application=award.application, name="Autre", role="funded")
    Award.objects.filter(pk=award.pk).update(partner=other, structure=None)
    mine = signed_in(reader(award, partner=other))
    mine.post(
        f"/compte/subventions/{award.pk}/accepter/",
        {"version": award.version, "year_ends_on": "2026-12-31"},
    )
    assert Award.objects.get(pk=award.pk).status != "granted"


def test_the_copy_that_the_authority_signed_is_not_replaced(award, cast):
    accept(award, by=cast.chloe, now=NOW, version=award.version)
    award.refresh_from_db()
    terms = Terms(representative="Nadia Haddad, présidente")
    send(award, terms, by=cast.chloe, now=NOW, version=award.version)
    Agreement.objects.update(signed_by_beneficiary_on=NOW.date(), signed_by_authority_on=NOW.date())
    award.refresh_from_db()
    nadia = signed_in(award.application.writers.first().user)
    file = SimpleUploadedFile("x.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")
    sent = {"version": award.version, "copie-beneficiary_on": "2026-01-02", "copie-copy": file}
    nadia.post(f"/compte/subventions/{award.pk}/signer/", sent)
    kept = Agreement.objects.get()
    assert (kept.signed_copy, kept.signed_by_beneficiary_on) == (None, NOW.date())


def test_payments_that_another_export_took_meanwhile_leave_once(cast, award, monkeypatch):
    monkeypatch.setattr(payments.paying, "mark_exported", lambda *_args, **_more: [])
    sent = cast.client("chloe").post(f"/{cast.space.slug}/gestion/subventions/versements/exporter/")
    assert award.application.reference not in b"".join(sent).decode()


def test_nothing_is_to_be_paid_of_a_file_that_is_back_before_its_jury(cast, award):
    name_as(award.application.edition, cast.chloe, "authority")
    send_back(award.application, reason="Recours.", by=cast.chloe, now=NOW)
    assert set(Instalment.objects.values_list("status", flat=True)) == {"cancelled"}


@pytest.mark.parametrize("year", ["²", "9" * 5000])
def test_an_absurd_year_in_an_address_is_no_error(client, cast, year):
    for page in ("laureats", "subventions"):
        assert client.get(f"/{cast.space.slug}/{page}/", {"annee": year}).status_code == 200
