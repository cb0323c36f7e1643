"""Accepting, agreeing, paying, reporting, giving back: each step, its guards, and the envelope to the cent."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile

from maillage.calls.actions.awards import agreements, living, paying, recovering, reports
from maillage.calls.actions.awards.agreements import Terms
from maillage.calls.actions.awards.reminding import remind_of_reports
from maillage.calls.actions.awards.waiting import call_next
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Application, Award, Edition, Envelope, Paper
from maillage.calls.queries.conventions import need_of
from maillage.calls.queries.recoveries import proposed
from maillage.core.models import Letter
from tests.calls.award_factories import make_decided, make_told
from tests.calls.factories import make_award, make_edition, make_envelope, make_submitted, name_as
from tests.factories import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def award(cast):
    return make_told(cast.space)


@pytest.fixture
def who(cast):
    return {"by": cast.chloe, "now": NOW}


def fresh(award):
    return Award.objects.get(pk=award.pk)


def at(award, **more):
    return more | {"version": fresh(award).version}


def weight(award):
    return Envelope.objects.get(pk=award.envelope_id).reserved


def payment(award, rank):
    return award.instalments.get(rank=rank)


def pay(award, rank, who, on=TODAY):
    one = payment(award, rank)
    return paying.pay(one, on=on, voucher="M-1", version=one.version, **who)


def hand_in(award, who):
    report = award.reports.get()
    return reports.submit(report, version=report.version, **who)


def test_accepting_fixes_the_day_of_the_report(award, who):
    living.accept(award, year_ends_on=date(2027, 8, 31), **at(award), **who)
    assert fresh(award).status == "running"
    assert award.reports.get().due_on == date(2028, 2, 29)
    with pytest.raises(StepRefused, match="déjà été acceptée"):
        living.accept(award, **at(award), **who)


def test_an_absurd_year_is_refused(award, who):
    with pytest.raises(StepRefused, match="vérifiez l'année"):
        living.accept(award, year_ends_on=date(2062, 12, 31), **at(award), **who)
    assert fresh(award).status == "granted"


def test_a_page_that_was_read_before_a_change_is_refused(award, who):
    with pytest.raises(StepRefused, match="a changé pendant votre lecture"):
        living.accept(award, version=award.version + 1, **who)


def test_grants_of_a_year_add_up_to_the_threshold(cast):
    edition = make_decided(cast.space, status="notified")
    one = make_told(cast.space, "20000.00", edition=edition, requested=None)
    assert need_of(one).required is False
    other = make_award(
        make_submitted(edition, requested=Decimal(9000)), "3000.00", status="granted",
        structure=one.structure, decision_on=one.decision_on,
    )  # fmt: skip
    assert (need_of(one).total, need_of(one).required) == (Decimal("23000.00"), False)
    Award.objects.filter(pk=other.pk).update(amount=Decimal("3000.01"), reserved=Decimal("3000.01"))
    assert need_of(one).required is True
    assert (
        "23\N{NO-BREAK SPACE}000,01\N{NO-BREAK SPACE}€ de subventions en 2026"
        in need_of(one).sentence
    )
    Award.objects.filter(pk=other.pk).update(decision_on=date(2025, 12, 31))
    assert need_of(one).required is False


def test_nothing_is_paid_before_the_agreement_when_it_is_required(cast, who):
    award = make_told(cast.space, "23000.01", requested=None)
    with pytest.raises(StepRefused, match="convention doit être signée"):
        pay(award, 1, who)
    living.accept(award, **at(award), **who)
    assert fresh(award).status == "to_sign"
    agreements.send(award, Terms(representative="Nadia Haddad, présidente"), **at(award), **who)
    with pytest.raises(StepRefused, match="convention doit être signée"):
        pay(award, 1, who)
    with pytest.raises(StepRefused, match="exemplaire signé"):
        agreements.sign(award, authority_on=TODAY, **at(award), **who)
    copy = ContentFile(PDF, name="signee.pdf")
    agreements.sign(award, beneficiary_on=TODAY, copy=copy, **at(award), **who)
    agreement = agreements.sign(award, authority_on=TODAY, **at(award), **who)
    assert agreement.signed_copy.is_private
    assert fresh(award).status == "running"
    assert pay(award, 1, who).status == "paid"


def test_the_agreement_says_who_the_money_is_passed_on_to(award, who):
    terms = Terms(representative="N. Haddad", redistribution="- La Bricothèque : 2 000 €")
    agreements.send(award, terms, **at(award), **who)
    body = Paper.objects.get(kind="agreement").merged["body"]
    assert "L. 1611-4" in body
    assert "- La Bricothèque : 2 000 €" in body
    agreements.send(award, Terms(), **at(award), **who)
    last = Paper.objects.get(kind="agreement", replaced_at=None)
    assert "Aucun reversement" in last.merged["body"]


def test_an_agreement_without_representative_is_not_made(award, who):
    with pytest.raises(StepRefused, match="« representant »"):
        agreements.send(award, Terms(), **at(award), **who)
    assert not Paper.objects.exists()
    assert fresh(award).status == "granted"


def test_a_payment_is_dated_vouched_and_told_once(award, who):
    one = payment(award, 1)
    with pytest.raises(StepRefused, match="mandat"):
        paying.pay(one, on=TODAY, voucher=" ", version=0, **who)
    with pytest.raises(StepRefused, match="avenir"):
        paying.pay(one, on=TODAY + timedelta(days=1), voucher="M", version=0, **who)
    pay(award, 1, who)
    assert Letter.objects.filter(kind="calls.paid").count() == 1
    with pytest.raises(StepRefused):
        paying.pay(one, on=TODAY, voucher="M-2", version=0, **who)
    assert Edition.objects.get(pk=award.application.edition_id).status == "execution"
    assert fresh(award).status == "running"


def test_the_balance_waits_for_the_report(award, who):
    one = payment(award, 2)
    with pytest.raises(StepRefused, match="bilan validé"):
        paying.meet_condition(one, version=0, **who)


def test_a_payment_sent_back_is_put_right_and_leaves_again(award, who):
    one = payment(award, 1)
    paying.mark_exported([one.pk], award.application.edition.space_id, **who)
    assert paying.mark_exported([one.pk], award.application.edition.space_id, **who) == []
    one.refresh_from_db()
    paying.turn_down(one, note="RIB illisible", version=one.version, **who)
    one.refresh_from_db()
    paying.put_right(one, version=one.version, **who)
    one.refresh_from_db()
    assert (one.status, one.exported_at, one.due_on) == ("to_pay", None, date(2027, 1, 21))


def test_another_space_marks_nothing(award, who, cast):
    assert paying.mark_exported([payment(award, 1).pk], cast.other_space.pk, **who) == []


def test_what_was_spent_decides_the_balance(award, who):
    living.accept(award, **at(award), **who)
    pay(award, 1, who)
    report = hand_in(award, who)
    reports.validate(report, spent=Decimal(6000), text="", version=report.version, **who)
    assert (payment(award, 2).amount, payment(award, 2).status) == (Decimal("1100.00"), "to_pay")
    assert proposed(award) == 0
    pay(award, 2, who)
    assert (fresh(award).status, fresh(award).reserved) == ("settled", Decimal("6000.00"))
    assert weight(award) == Decimal("6000.00")


def test_what_was_paid_above_is_asked_back(award, who):
    living.accept(award, **at(award), **who)
    pay(award, 1, who)
    report = hand_in(award, who)
    reports.validate(report, spent=Decimal(4000), text="", version=report.version, **who)
    assert (payment(award, 2).status, fresh(award).status) == ("cancelled", "settled")
    assert (proposed(award), weight(award)) == (Decimal("900.00"), Decimal("4900.00"))
    with pytest.raises(StepRefused, match="au plus"):
        recovering.ask(
            award,
            amount=Decimal("4900.01"),
            reason="x",
            due_on=date(2027, 1, 1),
            **at(award),
            **who,
        )
    recovery = recovering.ask(
        award,
        amount=Decimal(900),
        reason="Non dépensé",
        due_on=date(2027, 1, 1),
        **at(award),
        **who,
    )
    assert "900" in Paper.objects.get(kind="recovery").merged["subject"]
    assert proposed(award) == 0
    recovering.receive(recovery, on=TODAY, **who)
    assert weight(award) == Decimal("4000.00")
    with pytest.raises(StepRefused, match="déjà clos"):
        recovering.drop(recovery, reason="x", **who)


def test_a_report_is_sent_back_with_what_is_missing(award, who):
    living.accept(award, **at(award), **who)
    report = hand_in(award, who)
    with pytest.raises(StepRefused, match="ce qui manque"):
        reports.send_back(report, text=" ", version=report.version, **who)
    reports.send_back(report, text="Les salaires.", version=report.version, **who)
    report.refresh_from_db()
    assert (report.status, fresh(award).status) == ("returned", "report_due")
    assert "Les salaires." in Letter.objects.get(kind="calls.report_returned").body
    saved = reports.save(
        report, answers={"a": "b"}, figures=[], indicators=[], version=report.version, **who
    )
    assert saved.status == "returned"
    with pytest.raises(reports.StaleReport):
        reports.save(report, answers={}, figures=[], indicators=[], version=0, **who)
    assert hand_in(award, who).status == "submitted"


def test_revoked_after_a_payment_it_still_weighs_what_is_out(award, who):
    pay(award, 1, who)
    living.revoke(award, reason="Manquement", **at(award), **who)
    assert (fresh(award).status, weight(award)) == ("revoked", Decimal("4900.00"))
    assert proposed(fresh(award)) == Decimal("4900.00")
    assert payment(award, 2).status == "cancelled"
    assert "Manquement" in Letter.objects.get(kind="calls.award_released").body
    with pytest.raises(StepRefused):
        pay(award, 2, who)


def test_one_does_not_renounce_money_that_was_paid(award, who):
    pay(award, 1, who)
    with pytest.raises(StepRefused, match="déjà été payé"):
        living.renounce(award, reason="x", **at(award), **who)


@pytest.mark.parametrize(
    ("day", "kinds"),
    [
        (date(2027, 4, 30), []),
        (date(2027, 5, 1), ["calls.report_soon"]),
        (date(2027, 6, 15), ["calls.report_soon"]),
        (date(2027, 7, 1), ["calls.report_late"]),
        (date(2027, 7, 30), ["calls.report_late"]),
    ],
)
def test_reminders_leave_on_their_days_and_once(award, day, kinds):
    Award.objects.filter(pk=award.pk).update(status="running")
    for _again in range(2):
        remind_of_reports(NOW, day)
    assert list(Letter.objects.values_list("kind", flat=True)) == kinds
    assert fresh(award).status == ("report_due" if kinds else "running")


def test_four_reminders_in_all(award):
    first = date(2027, 4, 1)
    sent = [remind_of_reports(NOW, first + timedelta(days=day)) for day in range(30, 200)]
    assert sum(sent) == 4


@pytest.fixture
def waiting(cast):
    """A laureate that takes the whole envelope, and two files that wait."""
    edition = make_edition(
        cast.space, envelope=make_envelope(cast.space, "7000.00"), status="notified",
        decision_ref="CP-1", decision_on=date(2026, 10, 12), contact_email="a@test.example",
    )  # fmt: skip
    name_as(edition, cast.chloe, "authority")
    award = make_told(cast.space, edition=edition)
    first, second = (make_submitted(edition, outcome_reasons="Bien classé.") for _file in range(2))
    for rank, one in enumerate((first, second), 1):
        one.status, one.waiting_rank = "waiting", rank
        one.save()
    return award, first, second


def call(file, amount, who, **more):
    file.refresh_from_db()
    return call_next(file, amount=Decimal(amount), version=file.version, **who, **more)


def test_a_withdrawal_frees_the_money_and_the_list_is_called_under_the_envelope(waiting, who):
    award, first, second = waiting
    with pytest.raises(StepRefused, match="il reste 0"):
        call(first, "1.00", who)
    living.renounce(award, reason="Le projet s'arrête.", **at(award), **who)
    assert weight(award) == 0
    assert Application.objects.get(pk=award.application_id).status == "withdrawn"
    assert Letter.objects.filter(kind="calls.award_renounced").exists()
    with pytest.raises(StepRefused, match="pas le premier"):
        call(second, "100.00", who)
    with pytest.raises(StepRefused, match="dépasse la demande"):
        call(first, "9000.01", who)
    with pytest.raises(StepRefused, match="il reste 7"):
        call(first, "7000.01", who)
    new = call(first, "7000.00", who)
    first.refresh_from_db()
    assert (first.status, first.waiting_rank, weight(new)) == ("awarded", None, Decimal("7000.00"))
    assert new.instalments.count() == 2
    assert Paper.objects.get(award=new).kind == "award"
    with pytest.raises(StepRefused, match="déjà été appelé"):
        call(first, "1.00", who)
    with pytest.raises(StepRefused, match="il reste 0"):
        call(second, "1.00", who)


def test_only_the_authority_calls_the_list(waiting, cast):
    award, first, _second = waiting
    living.renounce(award, reason="x", **at(award), by=cast.chloe, now=NOW)
    with pytest.raises(StepRefused, match="ordonnatrice"):
        call(first, "1.00", {"by": cast.aicha, "now": NOW})
