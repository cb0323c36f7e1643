"""Holding a session: quorum, recusals, proposals under the envelope, what is refused and why."""

from decimal import Decimal

import pytest

from maillage.calls.actions.jury import agenda, convening, holding, starting
from maillage.calls.lib.agenda import drawn
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Award, Envelope, JuryDecision, JurySession, ScoreRecord
from maillage.calls.queries.jury import room_of
from maillage.core.models import JournalEntry, Letter
from tests.calls.factories import make_juror, make_session, make_submitted, name_as
from tests.calls.jury_stage import Stage
from tests.factories import NOW, make_role, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture
def stage(cast):
    return Stage(cast.space).open()


def weight(stage):
    return Envelope.objects.get(pk=stage.edition.envelope_id).reserved


def test_starting_freezes_the_scores_and_the_ranking_no_longer_moves(cast):
    stage = Stage(cast.space).start()
    assert stage.edition.status == "jury"
    assert [file.status for file in stage.files] == ["reviewed"] * 4
    record = ScoreRecord.objects.get(edition=stage.edition)
    assert len(record.scores) == 4 * 2 * 2
    assert set(record.scores[0]) == {"application", "juror", "criterion", "value"}


def test_a_file_not_yet_admitted_or_read_too_little_holds_the_start_back(cast):
    stage = Stage(cast.space)
    late = make_submitted(stage.edition)
    with pytest.raises(StepRefused, match=f"recevabilité ou une lecture : {late.reference}"):
        stage.start()
    late.status = "in_review"
    late.save()
    with pytest.raises(StepRefused, match=f"moins de 2 lectures rendues : {late.reference}"):
        stage.start()
    starting.start_jury(stage.edition, waiver="Un lecteur absent.", by=stage.secretary, now=NOW)
    late.refresh_from_db()
    assert late.status == "reviewed"
    assert JournalEntry.objects.get(action="jury_started").reason == "Un lecteur absent."


def test_opening_under_the_quorum_is_refused_with_the_count(cast):
    stage = Stage(cast.space).start()
    stage.session = make_session(stage.edition, *stage.jurors, quorum=2)
    stage.act(agenda.lay_agenda, "lot")
    with pytest.raises(StepRefused, match="Le quorum n'est pas atteint : 0 présent sur 2"):
        stage.act(holding.open_session)
    one, two, _ = stage.session.seats.all()
    stage.act(holding.set_presence, {one.pk: "present", two.pk: "excused"})
    with pytest.raises(StepRefused, match="1 présent sur 2"):
        stage.act(holding.open_session)
    assert JurySession.objects.get(pk=stage.session.pk).status == "prepared"


def test_an_empty_agenda_does_not_open(cast):
    stage = Stage(cast.space).start()
    stage.session = make_session(stage.edition, *stage.jurors)
    stage.act(holding.set_presence, {one.pk: "present" for one in stage.session.seats.all()})
    with pytest.raises(StepRefused, match="ordre du jour est vide"):
        stage.act(holding.open_session)


def test_the_draw_can_be_done_again_from_its_seed(cast):
    stage = Stage(cast.space).start()
    stage.session = make_session(stage.edition, *stage.jurors)
    stage.act(agenda.lay_agenda, "lot")
    seed = stage.session.order["seed"]
    laid = list(stage.session.agenda.order_by("position").values_list("application", flat=True))
    assert len(seed) == 16
    assert laid == drawn([one.pk for one in stage.files], seed)
    orders = {tuple(drawn(range(6), f"graine {n}")) for n in range(40)}
    assert len(orders) > 30


def test_moving_a_file_is_said_beside_the_draw(cast):
    stage = Stage(cast.space).start()
    stage.session = make_session(stage.edition, *stage.jurors)
    stage.act(agenda.lay_agenda, "deposit")
    second = stage.session.agenda.order_by("position")[1]
    stage.act(agenda.move_file, second, up=True)
    laid = list(stage.session.agenda.order_by("position").values_list("application", flat=True))
    assert laid[:2] == [stage.files[1].pk, stage.files[0].pk]
    assert stage.session.order == {"by": "deposit", "moved": True}


def test_leaving_under_the_quorum_asks_to_suspend_first(stage):
    gone = stage.session.seats.all()[:2]
    with pytest.raises(StepRefused, match="suspendez d'abord"):
        stage.act(holding.set_presence, {one.pk: "absent" for one in gone})
    stage.act(holding.suspend)
    stage.act(holding.set_presence, {one.pk: "absent" for one in gone})
    with pytest.raises(StepRefused, match="1 présent sur 2"):
        stage.act(holding.resume)
    with pytest.raises(StepRefused, match="séance est suspendue"):
        stage.propose(0)


def test_a_recused_member_is_out_not_counted_and_cannot_vote(stage):
    away = stage.jurors[0]
    stage.recuse(stage.files[0], away.user)
    room = room_of(stage.session, stage.files[0])
    assert [one.juror for one in room.out] == [away]
    assert (room.count, room.has_quorum) == (2, True)
    with pytest.raises(StepRefused, match="3 voix pour 2 membres en droit de voter"):
        stage.propose(0, votes_for=3)
    decision = stage.propose(0, votes_for=2)
    assert decision.recused == [away.pk]
    stage.recuse(stage.files[1], stage.jurors[1].user)
    stage.recuse(stage.files[1], stage.jurors[2].user)
    with pytest.raises(StepRefused, match="Le quorum n'est pas atteint pour ce dossier : 1 pr"):
        stage.propose(1)


def test_a_recused_secretary_cannot_record_another_must(stage):
    stage.recuse(stage.files[0], stage.secretary)
    with pytest.raises(StepRefused, match="une autre personne doit le consigner"):
        stage.propose(0)
    with pytest.raises(StepRefused, match="une autre personne doit le consigner"):
        holding.start_file(stage.session, stage.files[0], by=stage.secretary, now=NOW)
    assert stage.propose(1, override_reason="x").amount == Decimal(9000)
    stage.secretary = make_user()
    make_role(stage.space, stage.secretary)
    assert stage.propose(0).amount == Decimal(9000)


def test_once_a_secretary_is_named_other_agents_only_look(stage):
    name_as(stage.edition, stage.secretary, "secretary")
    other = make_user()
    make_role(stage.space, other)
    held, stage.secretary = stage.secretary, other
    with pytest.raises(StepRefused, match="Seules la secrétaire"):
        stage.propose(0)
    name_as(stage.edition, other, "manager")
    assert stage.propose(0)
    assert held != other


def test_a_proposal_takes_its_money_and_takes_it_back_when_it_changes(stage):
    stage.propose(0, "7500.00")
    assert weight(stage) == Decimal("7500.00")
    award = Award.objects.get(application=stage.files[0])
    assert (award.status, award.requested, award.share) == ("proposed", Decimal(9000), Decimal(1))
    stage.propose(0, "6000.50", version=1)
    assert weight(stage) == Decimal("6000.50")
    stage.propose(0, "0", version=2, outcome="reject", feedback="Trop flou.")
    assert (weight(stage), Award.objects.count()) == (0, 0)
    assert JuryDecision.objects.get().version == 3


def test_one_cent_over_the_envelope_is_refused_in_a_sentence_with_what_remains(stage):
    stage.propose(0, "9000.00")
    stage.propose(1, "9000.00")
    with pytest.raises(StepRefused) as refused:
        stage.propose(2, "2000.01")
    said = str(refused.value).replace("\N{NO-BREAK SPACE}", " ")
    assert said == (
        "L'enveloppe ne suffit pas : il reste 2 000 € pour ce dossier, vous proposez 2 000,01 €, soit 0,01 € de "
        "trop. Rien n'a été enregistré."
    )
    assert weight(stage) == Decimal(18000)
    assert not JuryDecision.objects.filter(application=stage.files[2]).exists()
    stage.propose(2, "2000.00")
    assert weight(stage) == Decimal(20000)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"amount": "9000.01"}, "dépasse la demande"),
        ({"amount": "0"}, "Donnez le montant"),
        ({"amount": "100.001"}, "deux décimales"),
        ({"outcome": "perhaps"}, "Choisissez ce que le jury propose"),
        ({"outcome": "waiting"}, "Donnez le rang"),
        ({"outcome": "reject"}, "Écrivez ce qui sera dit au candidat"),
        ({"votes_for": 4}, "4 voix pour 3 membres"),
    ],
)
def test_what_cannot_be_recorded_changes_nothing(stage, fields, said):
    with pytest.raises(StepRefused, match=said):
        stage.propose(0, **fields)
    assert (JuryDecision.objects.count(), weight(stage)) == (0, 0)


def test_the_waiting_list_has_one_file_a_rank(stage):
    stage.propose(2, "0", outcome="waiting", rank=1)
    with pytest.raises(StepRefused, match="Le rang 1 de la liste d'attente est déjà pris"):
        stage.propose(3, "0", outcome="waiting", rank=1)
    stage.propose(3, "0", outcome="waiting", rank=2)


def test_two_desks_at_once_the_second_is_told(stage):
    stage.propose(0, "9000.00")
    with pytest.raises(StepRefused, match="Une autre personne vient de consigner"):
        stage.propose(0, "8000.00", version=0)
    assert JuryDecision.objects.get().amount == Decimal(9000)
    seen = stage.session.version
    stage.act(holding.suspend)
    with pytest.raises(StepRefused, match="vient de modifier cette séance"):
        holding.close(stage.session, by=stage.secretary, now=NOW, version=seen)


def test_departing_from_the_ranking_asks_why(stage):
    stage.propose(1, "0", outcome="reject", feedback="Trop cher.")
    with pytest.raises(StepRefused, match="classé 3e, passerait devant le 2e"):
        stage.propose(2)
    decision = stage.propose(2, override_reason="Seul projet du quartier.")
    assert decision.override_reason == "Seul projet du quartier."
    with pytest.raises(StepRefused, match="mieux placé que le 3e, qui est retenu"):
        stage.propose(0, "0", outcome="reject", feedback="x")


def test_a_consortium_is_paid_by_partner_to_the_cent(stage):
    file = stage.files[0]
    file.requested = Decimal("9000.00")
    file.save()
    lead = file.partners.get()
    lead.share, lead.amount = Decimal("33.34"), None
    lead.save()
    for share in ("33.33", "33.33"):
        file.partners.create(role="funded", name=f"Partenaire {share}", share=Decimal(share))
    file.partners.create(role="unfunded", name="Ami")
    stage.propose(0, "7000.01")
    parts = list(Award.objects.order_by("pk").values_list("amount", flat=True))
    assert (len(parts), sum(parts)) == (3, Decimal("7000.01"))
    assert max(parts) - min(parts) <= Decimal("0.71")
    lead.redistributes = True
    lead.save()
    stage.propose(0, "7000.01", version=1)
    only = Award.objects.get()
    assert (only.partner, only.amount, only.requested) == (lead, Decimal("7000.01"), 9000)


def test_the_clock_of_a_file_stops_that_of_the_one_before(stage):
    first = holding.start_file(stage.session, stage.files[0], by=stage.secretary, now=NOW)
    holding.start_file(stage.session, stage.files[1], by=stage.secretary, now=NOW)
    first.refresh_from_db()
    assert (first.started_at, first.ended_at) == (NOW, NOW)
    stage.propose(3, override_reason="x")
    running = stage.session.agenda.get(started_at__isnull=False, ended_at=None)
    assert running.application == stage.files[1]
    stage.act(holding.close)
    assert stage.session.agenda.filter(started_at__isnull=False, ended_at=None).count() == 0


def test_members_are_convened_by_letters_that_name_no_applicant(cast):
    stage = Stage(cast.space).start()
    stage.session = make_session(stage.edition, *stage.jurors, place="Salle 3")
    count = stage.act(convening.convene)
    letters = Letter.objects.filter(kind="calls.jury_convened")
    assert (count, letters.count()) == (3, 3)
    assert {one.to for one in letters} == {one.user.email for one in stage.jurors}
    assert all("Association" not in one.subject + one.body for one in letters)
    assert letters[0].link.endswith(f"/jury/seances/{stage.session.pk}/")


def test_calling_and_changing_a_session(cast):
    stage = Stage(cast.space).start()
    plan = holding.SessionPlan("Plénière", NOW, 2, tuple(one.pk for one in stage.jurors))
    stage.session = holding.create_session(stage.edition, plan, by=stage.secretary, now=NOW)
    assert stage.session.seats.count() == 3
    for wrong, said in (
        ({"quorum": 4}, r"Le quorum \(4\) dépasse le nombre de membres convoqués \(3\)"),
        ({"jurors": ()}, "Convoquez au moins un membre"),
        ({"title": " "}, "Donnez un titre"),
    ):
        fields = {"title": "P", "starts_at": NOW, "quorum": 2, "jurors": plan.jurors} | wrong
        with pytest.raises(StepRefused, match=said):
            stage.act(holding.change_session, holding.SessionPlan(**fields))
    elsewhere = make_juror(Stage(cast.space).edition)
    kept = holding.SessionPlan("P", NOW, 1, (stage.jurors[0].pk, elsewhere.pk))
    stage.act(holding.change_session, kept)
    assert [one.juror for one in stage.session.seats.all()] == stage.jurors[:1]
