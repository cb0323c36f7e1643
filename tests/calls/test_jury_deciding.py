"""After the session: minutes frozen, the authority's decision, a file sent back; two desks at once on real engines."""

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from maillage.calls.actions.jury import holding
from maillage.calls.actions.jury.deciding import decide, send_back
from maillage.calls.actions.jury.minutes import draw_minutes, keep_signed_copy, sign_minutes
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Award, Envelope, Instalment, JuryDecision
from maillage.calls.queries.jury import hindrances
from tests.calls.factories import make_session, name_as
from tests.calls.jury_stage import Stage
from tests.factories import NOW, make_role, make_user
from tests.pdf_checks import read, text_of

TODAY = NOW.date()


@pytest.fixture
def stage(cast):
    return Stage(cast.space).open()


@pytest.fixture
def authority(stage):
    person = make_user()
    make_role(stage.space, person)
    name_as(stage.edition, person, "authority")
    return person


def decided(stage, authority):
    stage.finish()
    stage.act(sign_minutes)
    return decide(stage.edition, reference="CP 2026-14", on=TODAY, by=authority, now=NOW)


@pytest.mark.django_db
@pytest.mark.one_engine
class TestMinutes:
    def test_they_say_who_was_there_who_left_what_was_proposed_and_the_totals(self, stage):
        away = stage.jurors[0]
        stage.recuse(stage.files[0], away.user)
        stage.finish()
        content = draw_minutes(stage.session, at=NOW, is_draft=False)
        assert read(content).faults == []
        said = text_of(content)
        for words in (
            str(away.user),
            stage.files[0].reference,
            "Récusés, sortis de la salle",
            "2 pour, 0 contre, 0 abstention",
            "retenir, 9 000 €",
            "ne pas retenir",
            "18 000 €",
            "2 au moins ; 2 en droit de voter",
            "2 au moins ; 3 en droit de voter",
            "Signatures",
        ):
            assert words in said, words

    def test_signing_freezes_the_file_and_everything(self, stage):
        stage.propose(0)
        with pytest.raises(StepRefused, match="séance est ouverte"):
            stage.act(sign_minutes)
        stage.act(holding.close, remarks="Rien à signaler.")
        stage.act(sign_minutes)
        kept = stage.session.minutes
        assert (stage.session.status, kept.is_private, len(kept.sha256)) == ("signed", True, 64)
        with default_storage.open(kept.path) as file:
            assert file.read().startswith(b"%PDF-")
        for again in (holding.close, sign_minutes, holding.resume):
            with pytest.raises(StepRefused):
                stage.act(again)

    def test_a_recused_agent_does_not_sign_and_joins_nothing(self, stage):
        stage.finish()
        stage.recuse(stage.files[0], stage.secretary)
        with pytest.raises(StepRefused, match="dont vous êtes récusé"):
            stage.act(sign_minutes)
        stage.files[0].interests.filter(user=stage.secretary).delete()
        stage.act(sign_minutes)
        scan = ContentFile(draw_minutes(stage.session, at=NOW, is_draft=False), name="pv signé.pdf")
        keep_signed_copy(
            stage.session, scan, by=stage.secretary, now=NOW, version=stage.session.version
        )
        stage.session.refresh_from_db()
        assert stage.session.signed_copy.name == "pv signé.pdf"


@pytest.mark.django_db
@pytest.mark.one_engine
class TestDecision:
    def test_proposals_become_decisions_and_money_stays(self, stage, authority):
        edition = decided(stage, authority)
        assert (edition.status, edition.decision_ref) == ("decided", "CP 2026-14")
        awards = Award.objects.order_by("pk")
        assert {(one.status, one.decision_ref, one.decision_on) for one in awards} == {
            ("granted", "CP 2026-14", TODAY)
        }
        for file in stage.files:
            file.refresh_from_db()
            assert file.status == "deliberated"
        assert Envelope.objects.get(pk=edition.envelope_id).reserved == Decimal(18000)
        assert not JuryDecision.objects.filter(settled_at=None).exists()

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"reference": " "}, "référence de la délibération"),
            ({"on": TODAY + timedelta(days=1)}, "dans l'avenir"),
            ({"by": "secretary"}, "ordonnatrice"),
        ],
    )
    def test_who_and_with_what(self, stage, authority, fields, said):
        stage.finish()
        stage.act(sign_minutes)
        given = {"reference": "CP 1", "on": TODAY, "by": authority, "now": NOW} | fields
        if given["by"] == "secretary":
            given["by"] = stage.secretary
        with pytest.raises(StepRefused, match=said):
            decide(stage.edition, **given)
        assert not Award.objects.filter(status="granted").exists()

    def test_every_file_must_be_settled_and_the_minutes_signed(self, stage, authority):
        given = {"reference": "CP 1", "on": TODAY, "by": authority, "now": NOW}
        stage.propose(0)
        with pytest.raises(StepRefused, match=f"pas de proposition.*{stage.files[1].reference}"):
            decide(stage.edition, **given)
        for rank in (1, 2, 3):
            stage.propose(rank, "100", override_reason="x")
        with pytest.raises(StepRefused, match="procès-verbal de la séance « Séance » n'est pas"):
            decide(stage.edition, **given)
        stage.act(holding.close)
        stage.act(sign_minutes)
        assert hindrances(stage.edition) == []
        assert decide(stage.edition, **given).status == "decided"

    def test_an_authority_recused_of_one_file_leaves_it_to_another(self, stage, authority):
        stage.finish()
        stage.act(sign_minutes)
        stage.recuse(stage.files[3], authority)
        with pytest.raises(StepRefused, match="récusé d'un dossier de cet appel"):
            decide(stage.edition, reference="CP 1", on=TODAY, by=authority, now=NOW)

    def test_the_money_of_a_file_withdrawn_since_is_left(self, stage, authority):
        stage.finish()
        stage.act(sign_minutes)
        stage.files[0].status = "withdrawn"
        stage.files[0].save()
        edition = decide(stage.edition, reference="CP 1", on=TODAY, by=authority, now=NOW)
        assert Envelope.objects.get(pk=edition.envelope_id).reserved == Decimal(9000)

    def test_a_file_sent_back_frees_its_money_and_asks_for_another_session(self, stage, authority):
        edition = decided(stage, authority)
        file = stage.files[0]
        with pytest.raises(StepRefused, match="Écrivez pourquoi"):
            send_back(file, reason="", by=authority, now=NOW)
        send_back(file, reason="Erreur de calcul.", by=authority, now=NOW)
        edition.refresh_from_db()
        file.refresh_from_db()
        assert (edition.status, file.status) == ("jury", "reviewed")
        assert Envelope.objects.get(pk=edition.envelope_id).reserved == Decimal(9000)
        with pytest.raises(StepRefused, match=f"proposition du jury. {file.reference}"):
            decide(edition, reference="CP 2", on=TODAY, by=authority, now=NOW)
        stage.session = make_session(edition, *stage.jurors)
        second = stage.session
        second.agenda.create(application=file, position=1)
        stage.act(holding.set_presence, {one.pk: "present" for one in second.seats.all()})
        stage.act(holding.open_session)
        stage.propose(0, "5000.00")
        stage.act(holding.close)
        stage.act(sign_minutes)
        again = decide(edition, reference="CP 2", on=TODAY, by=authority, now=NOW)
        assert again.status == "decided"
        kept = Award.objects.get(application=file, status="granted")
        assert (kept.amount, kept.decision_ref) == (Decimal(5000), "CP 2")
        other = Award.objects.get(application=stage.files[1])
        assert other.decision_ref == "CP 2026-14"

    def test_once_paid_it_is_too_late(self, stage, authority):
        decided(stage, authority)
        award = Award.objects.get(application=stage.files[0])
        Instalment.objects.create(
            award=award, rank=1, kind="advance", amount=Decimal(10), status="paid",
            paid_on=date(2026, 11, 20),
        )  # fmt: skip
        with pytest.raises(StepRefused, match="déjà payée"):
            send_back(stage.files[0], reason="x", by=authority, now=NOW)


def together(*calls):
    """Run them at the same instant, each on its own connection; what each returned or raised."""
    gate, found = threading.Barrier(len(calls)), [None] * len(calls)

    def run(rank, call):
        try:
            gate.wait(10)
            found[rank] = call()
        except StepRefused as refused:
            found[rank] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    return found


@pytest.mark.django_db(transaction=True)
def test_two_desks_propose_at_once_and_the_envelope_holds(cast):
    """Three files of 9 000 € and one file twice, for 20 000 €: on PostgreSQL, truly at once."""
    stage = Stage(cast.space).open()
    found = together(
        lambda: stage.propose(0, override_reason="x"),
        lambda: stage.propose(1, override_reason="x"),
        lambda: stage.propose(2, override_reason="x"),
        lambda: stage.propose(0, "8000.00", override_reason="x"),
    )
    refused = [one for one in found if isinstance(one, StepRefused)]
    assert len(refused) == 2, found
    held = Envelope.objects.get(pk=stage.edition.envelope_id)
    awards = list(Award.objects.values_list("amount", flat=True))
    assert held.reserved == sum(awards) <= held.amount
    assert JuryDecision.objects.filter(outcome="award").count() == len(awards) == 2


@pytest.mark.django_db(transaction=True)
def test_two_managers_decide_at_once_and_one_does(cast):
    stage = Stage(cast.space, files=2).open()
    people = [make_user(), make_user()]
    for one in people:
        make_role(stage.space, one)
        name_as(stage.edition, one, "authority")
    stage.finish()
    stage.act(sign_minutes)
    given = {"reference": "CP 1", "on": TODAY, "now": NOW}
    found = together(
        lambda: decide(stage.edition, by=people[0], **given),
        lambda: decide(stage.edition, by=people[1], **given),
    )
    assert sum(isinstance(one, StepRefused) for one in found) == 1, found
    assert Award.objects.filter(status="granted").count() == 2
