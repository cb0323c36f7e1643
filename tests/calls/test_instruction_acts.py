"""What agents do with a file: four eyes, corrections, messages, routing, checks, bulk, and the clock of silence."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from maillage.calls.actions.instruction import admissibility as adm
from maillage.calls.actions.instruction.assigning import assign, route, save_rules
from maillage.calls.actions.instruction.bulk import ask_bulk, ask_undo, undoing_of
from maillage.calls.actions.instruction.checking import ask_checks, check_registers, note_siret
from maillage.calls.actions.instruction.corrections import ask_correction, close_correction
from maillage.calls.actions.instruction.overruling import overrule
from maillage.calls.actions.instruction.silence import remind_of_silence
from maillage.calls.actions.instruction.talking import send_message
from maillage.calls.enums import ApplicationStatus as S
from maillage.calls.enums import Outcome, StateAid
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Admissibility, AidRecord, Application, Interest, RoutingRule
from maillage.calls.queries.due import unchecked
from maillage.calls.queries.guards import lacking_reviews, obstacles_to_jury
from maillage.core.jobs import drain
from maillage.core.models import JournalEntry, Letter
from tests.calls.factories import (
    make_edition,
    make_juror,
    make_review,
    make_rule,
    make_submitted,
)
from tests.factories import NOW, Cast, make_label, make_term, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(cast: Cast) -> Application:
    """A file just deposited whose registers were asked."""
    edition = make_edition(cast.space)
    make_rule(edition, "legal_form", code="r1", label="Une association")
    made = make_submitted(edition, "La Fabrique")
    check_registers(made, now=NOW)
    return made


def state(one: Application) -> str:
    one.refresh_from_db()
    return one.status


def acts_on(one: Application) -> list[str]:
    rows = JournalEntry.objects.filter(subject_type="calls.application", subject_id=str(one.pk))
    return list(rows.order_by("pk").values_list("action", flat=True))


def letters(kind: str) -> list[Letter]:
    return list(Letter.objects.filter(kind=kind).order_by("pk"))


def propose(one: Application, cast: Cast, **said: Any) -> Admissibility:
    said = {
        "cause": "rule:r1",
        "reason": "Ce n'est pas une association.",
        "by": cast.chloe,
        "now": NOW,
    } | said
    return adm.propose_inadmissible(one, **said)


def test_one_person_admits(file, cast: Cast):
    made = adm.admit(file, by=cast.chloe, now=NOW)
    assert (state(file), made.verdict, made.confirmed_by) == (
        S.ADMISSIBLE,
        "admissible",
        cast.chloe,
    )
    assert JournalEntry.objects.get(action="application_admitted").changes == {
        "status": ["submitted", "admissible"]
    }
    with pytest.raises(StepRefused, match="ce n'est pas possible à cette étape"):
        adm.admit(file, by=cast.chloe, now=NOW)


def test_inadmissible_needs_two_people_and_tells_the_reason_once(file, cast: Cast):
    made = propose(file, cast)
    assert (state(file), letters("calls.inadmissible")) == (S.SUBMITTED, [])
    with pytest.raises(StepRefused, match="Une autre personne doit confirmer"):
        adm.confirm(made, by=cast.chloe, now=NOW)
    assert state(file) == S.SUBMITTED
    with pytest.raises(StepRefused, match="déjà proposée"):
        propose(file, cast, by=cast.aicha)
    with pytest.raises(StepRefused, match="confirmez-la ou écartez-la"):
        adm.admit(file, by=cast.aicha, now=NOW)
    adm.confirm(made, by=cast.aicha, now=NOW)
    assert state(file) == S.INADMISSIBLE
    assert file.outcome_reasons == "Ce n'est pas une association."
    told = letters("calls.inadmissible")
    assert [one.to for one in told] == [file.created_by.email]
    assert "R421-1" in told[0].body
    assert "Ce n'est pas une association." in told[0].body
    with pytest.raises(StepRefused, match="déjà été tranchée"):
        adm.confirm(made, by=cast.aicha, now=NOW)
    assert acts_on(file) == ["inadmissibility_proposed", "inadmissibility_confirmed"]


def test_the_database_itself_wants_four_eyes_and_a_cause(file, cast: Cast):
    made = propose(file, cast)
    for wrong in ({"confirmed_by": cast.chloe}, {"rule_code": "", "missing": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Admissibility.objects.filter(pk=made.pk).update(**wrong)


@pytest.mark.parametrize(
    "said",
    [{"cause": "rule:inconnue"}, {"cause": "missing:rien"}, {"cause": ""}, {"reason": "  "}],
)
def test_a_proposal_says_what_is_missing_and_why(file, cast: Cast, said):
    with pytest.raises(StepRefused):
        propose(file, cast, **said)
    assert not Admissibility.objects.exists()


def test_a_declined_proposal_lets_the_file_go_on_and_a_refused_file_is_examined_again(
    file, cast: Cast
):
    adm.decline(propose(file, cast, cause="missing:titre"), by=cast.chloe, now=NOW)
    adm.confirm(propose(file, cast), by=cast.aicha, now=NOW)
    with pytest.raises(StepRefused, match="Dites pourquoi"):
        adm.reexamine(file, reason="", by=cast.chloe, now=NOW)
    adm.reexamine(file, reason="Pièce retrouvée", by=cast.chloe, now=NOW)
    assert (state(file), file.outcome_reasons) == (S.SUBMITTED, "")
    assert file.notes.get().text == "Réexamen : Pièce retrouvée"
    assert JournalEntry.objects.get(action="application_reexamined").reason == ""
    with pytest.raises(StepRefused):
        adm.reexamine(file, reason="x", by=cast.chloe, now=NOW)


def correct(one: Application, cast: Cast, **said: Any):
    said = {
        "reason": "incomplete",
        "items": ["titre", "inconnu"],
        "text": "Précisez.",
        "due_at": NOW + timedelta(days=3),
        "by": cast.chloe,
        "now": NOW,
    } | said
    return ask_correction(one, **said)


def test_a_correction_reopens_named_answers_only_and_holds_the_verdict(file, cast: Cast):
    made = correct(file, cast)
    assert made.items == ["titre"]
    told = letters("calls.correction_asked")[0]
    assert "- Titre" in told.body
    assert "(heure de Paris)" in told.body
    for verdict in (
        lambda: adm.admit(file, by=cast.chloe, now=NOW),
        lambda: propose(file, cast),
    ):
        with pytest.raises(StepRefused, match="Une correction est attendue"):
            verdict()
    with pytest.raises(StepRefused, match="déjà attendue"):
        correct(file, cast)
    close_correction(file, by=cast.chloe, now=NOW)
    with pytest.raises(StepRefused, match="Aucune correction"):
        close_correction(file, by=cast.chloe, now=NOW)
    adm.admit(file, by=cast.chloe, now=NOW)
    correct(file, cast)  # still possible once admissible
    assert file.corrections.count() == 2


@pytest.mark.parametrize(
    "said", [{"items": []}, {"due_at": NOW}, {"text": ""}, {"reason": "autre"}]
)
def test_a_correction_that_says_too_little_changes_nothing(file, cast: Cast, said):
    with pytest.raises(StepRefused):
        correct(file, cast, **said)
    assert not file.corrections.exists()


def test_no_verdict_while_nobody_knows_whether_the_siret_is_alive(cast: Cast):
    edition = make_edition(cast.space)
    file = make_submitted(edition)
    with pytest.raises(StepRefused, match="SIRET"):
        adm.admit(file, by=cast.chloe, now=NOW)
    file.partners.update(siret="99999999999999")
    check_registers(file, now=NOW)
    assert file.checks.get(code="siret").outcome == Outcome.TO_CHECK
    with pytest.raises(StepRefused, match="SIRET"):
        adm.admit(file, by=cast.chloe, now=NOW)
    seen = {"source": "Annuaire des entreprises", "by": cast.chloe, "now": NOW}
    with pytest.raises(StepRefused, match="à venir"):
        note_siret(file, alive=True, source_on=date(2030, 1, 1), **seen)
    note_siret(file, alive=True, source_on=date(2026, 11, 20), **seen)
    check_registers(file, now=NOW)  # registers are still silent: what was seen by hand holds
    adm.admit(file, by=cast.chloe, now=NOW)
    assert state(file) == S.ADMISSIBLE


def test_dropping_closes_the_correction_and_tells_why(file, cast: Cast):
    correct(file, cast)
    adm.drop(file, reason="Déposée deux fois", by=cast.chloe, now=NOW)
    assert (state(file), file.ended_reason) == (S.DROPPED, "Déposée deux fois")
    assert file.corrections.get().closed_at == NOW
    assert "Déposée deux fois" in letters("calls.dropped")[0].body
    with pytest.raises(StepRefused):
        adm.drop(file, reason="encore", by=cast.chloe, now=NOW)


def test_the_second_stage_is_for_calls_in_two(file, cast: Cast):
    with pytest.raises(StepRefused, match="qu'un temps"):
        adm.shortlist(file, by=cast.chloe, now=NOW)
    file.edition.two_stages = True
    file.edition.save()
    Application.objects.filter(pk=file.pk).update(stage="pre")
    adm.shortlist(file, by=cast.chloe, now=NOW)
    assert (state(file), len(letters("calls.shortlisted"))) == (S.SHORTLISTED, 1)


def test_reading_opens_with_readers_who_have_no_interest(file, cast: Cast):
    adm.admit(file, by=cast.chloe, now=NOW)
    with pytest.raises(StepRefused, match="Confiez d'abord"):
        adm.open_review(file, by=cast.chloe, now=NOW)
    juror = make_juror(file.edition)
    make_review(file, juror)
    Interest.objects.filter(application=file, user=juror.user).update(recused=True)
    with pytest.raises(StepRefused, match="récusée"):
        adm.open_review(file, by=cast.chloe, now=NOW)
    Interest.objects.filter(application=file).update(recused=False)
    adm.open_review(file, by=cast.chloe, now=NOW)
    assert state(file) == S.IN_REVIEW


def test_the_jury_waits_for_readings_or_a_waiver_with_its_reason(file, cast: Cast):
    edition = file.edition
    assert obstacles_to_jury(edition) == [f"Recevabilité à décider : {file.reference}."]
    adm.admit(file, by=cast.chloe, now=NOW)
    make_review(file, make_juror(edition), 3, 3)
    assert [(one.pk, one.done) for one in lacking_reviews(edition)] == [(file.pk, 1)]
    Interest.objects.create(application=file, user=cast.aicha, recused=True)
    assert obstacles_to_jury(edition, cast.aicha) == []
    assert obstacles_to_jury(edition, cast.chloe) != []
    adm.waive_reviews(file, reason="Seul dossier du thème", by=cast.chloe, now=NOW)
    assert obstacles_to_jury(edition) == []
    adm.waive_reviews(file, reason="", by=cast.chloe, now=NOW)
    make_review(file, make_juror(edition), 2, 2)
    assert obstacles_to_jury(edition) == []


def test_a_recused_agent_can_do_nothing(file, cast: Cast):
    made = propose(file, cast)
    Interest.objects.create(application=file, user=cast.aicha, recused=True)
    for refused in (
        lambda: adm.confirm(made, by=cast.aicha, now=NOW),
        lambda: send_message(file, text="x", by=cast.aicha, now=NOW),
        lambda: assign(file, cast.chloe, by=cast.aicha, now=NOW),
    ):
        with pytest.raises(StepRefused, match="pas accessible"):
            refused()
    with pytest.raises(StepRefused, match="ne peut pas suivre"):
        assign(file, cast.aicha, by=cast.chloe, now=NOW)
    with pytest.raises(StepRefused, match="agent de cet espace"):
        assign(file, cast.bruno, by=cast.chloe, now=NOW)


def test_files_are_routed_at_their_deposit_by_the_first_rule_that_fits(cast: Cast):
    edition = make_edition(cast.space)
    climate = {"field": "_theme", "op": "eq", "value": "climat"}
    away = make_user()
    rules = [("Parti", {}, away), ("Climat", climate, cast.aicha), ("Toujours", {}, cast.chloe)]
    assert save_rules(edition, rules, by=cast.chloe, now=NOW) == 3
    first = make_submitted(edition, theme="climat")
    second = make_submitted(edition)
    mine = make_submitted(edition, theme="climat", assigned_to=cast.chloe)
    for one, expected in ((first, cast.aicha), (second, cast.chloe), (mine, cast.chloe)):
        one.refresh_from_db()
        assert one.assigned_to == expected
    assert route(mine, now=NOW) is None
    assert route(mine, now=NOW, again=True) == cast.aicha
    Interest.objects.create(application=first, user=cast.aicha, recused=True)
    assert route(first, now=NOW, again=True) == cast.chloe
    assert save_rules(edition, [], by=cast.chloe, now=NOW) == 0
    assert route(first, now=NOW, again=True) is None


def test_checks_say_where_and_when_they_looked(cast: Cast):
    esus = make_term("label", "lab-esus", "ESUS")
    edition = make_edition(cast.space, de_minimis_ceiling=Decimal(300000))
    make_rule(edition, "label", code="r1", value={"labels": ["lab-esus"]})
    file = make_submitted(
        edition, "La Fabrique", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)
    )
    lead = file.partners.get()
    held = make_label(lead.structure, esus, valid_from=date(2025, 1, 1), valid_to=date(2027, 1, 1))
    place = lead.structure.establishments.get()
    place.provenance = {"state": {"source": "sirene", "date": "2026-11-01"}}
    place.save()
    aid = {"space": cast.space, "siren": lead.siret[:9], "name": "x", "giver": "Ville"}
    AidRecord.objects.create(**aid, amount=Decimal(8000), decided_on=date(2026, 3, 1))

    def said() -> dict[str, tuple[str, str]]:
        made = check_registers(file, now=NOW)
        return {one.code: (one.outcome, one.evidence["text"]) for one in made}

    found = said()
    assert found["siret"][0] == Outcome.YES
    check = file.checks.filter(code="siret").last()
    assert (check.source_on, check.partner_id) == (date(2026, 11, 1), lead.pk)
    assert found["label"] == (
        Outcome.YES,
        "Agrément ESUS : valable le 2 décembre 2026, jusqu'au 1er janvier 2027.",
    )
    assert found["aids"] == (Outcome.YES, "1 aide connue, la dernière le 1er mars 2026.")
    assert found["de_minimis"][0] == Outcome.TO_CHECK  # no file was read
    assert found["double_funding"][0] == Outcome.TO_CHECK  # 8 000 known + 9 000 asked > 15 000
    held.valid_to = date(2026, 12, 1)
    held.save()
    AidRecord.objects.create(
        **aid, amount=Decimal(231000), decided_on=date(2026, 2, 1), is_de_minimis=True
    )
    place.state = "ceased"
    place.closed_on = date(2026, 10, 1)
    place.save()
    found = said()
    assert found["label"][0] == Outcome.NO
    assert found["siret"] == (
        Outcome.NO,
        f"L'établissement {place.siret} a cessé depuis le 1er octobre 2026.",
    )
    assert found["de_minimis"][0] == Outcome.TO_CHECK
    assert "plus de 80 %" in found["de_minimis"][1]
    AidRecord.objects.create(
        **aid, amount=Decimal(70000), decided_on=date(2026, 2, 1), is_de_minimis=True
    )
    assert said()["de_minimis"][0] == Outcome.NO


def test_a_silent_register_never_says_no(cast: Cast):
    edition = make_edition(cast.space, state_aid=StateAid.DE_MINIMIS)
    make_rule(edition, "form_or_label", code="r1", value={"labels": ["lab-esus"]})
    file = make_submitted(edition, total_cost=None)
    file.partners.update(siret="", structure=None)
    made = check_registers(file, now=NOW)
    assert {(one.code, one.outcome) for one in made} == {
        ("siret", Outcome.TO_CHECK),
        ("label", Outcome.TO_CHECK),
        ("aids", Outcome.TO_CHECK),
    }


def test_public_money_above_the_cost_is_told(cast: Cast):
    file = make_submitted(make_edition(cast.space))
    last = file.deposit_rows.get()
    lines = [
        {"account": "74", "amount": "9000.00"},
        {"account": "741", "amount": "7000"},
        {"account": "70", "amount": "x"},
    ]
    last.content["answers"] = {"budget": {"charges": [], "produits": lines}}
    last.save()
    made = {one.code: one for one in check_registers(file, now=NOW)}["double_funding"]
    assert (made.outcome, made.evidence["public"]) == (Outcome.NO, "16000.00")


def test_new_files_are_checked_by_the_clock_once(cast: Cast):
    file = make_submitted(make_edition(cast.space))
    assert list(unchecked(NOW)) == [file]
    ask_checks(cast.space, [file.pk], by=cast.chloe)
    assert [job.result for job in drain() if job.name == "calls.check_registers"] == [
        {"checked": 1}
    ]
    assert not unchecked(NOW).exists()


def test_an_agent_overrules_with_a_reason(file, cast: Cast):
    file.results.create(code="r1", outcome=Outcome.NO, at=NOW)
    said = {"code": "r1", "by": cast.chloe, "now": NOW}
    with pytest.raises(StepRefused, match="Dites pourquoi"):
        overrule(file, outcome="yes", reason=" ", **said)
    overrule(file, outcome="yes", reason="Statuts vus", **said)
    result = file.results.get()
    assert (result.overruled, result.overruled_by, result.overruled_reason) == (
        "yes",
        cast.chloe,
        "Statuts vus",
    )
    overrule(file, outcome="", reason="", **said)
    result.refresh_from_db()
    assert (result.overruled, result.overruled_by) == ("", None)
    for wrong in ({"code": "r9", "outcome": "yes"}, {"code": "r1", "outcome": "peut-être"}):
        with pytest.raises(StepRefused):
            overrule(file, reason="x", by=cast.chloe, now=NOW, **wrong)


def test_messages_are_told_without_their_text(file, cast: Cast):
    send_message(
        file, text="Un devis, s'il vous plaît", by=cast.chloe, now=NOW, reply_by=NOW.date()
    )
    told = letters("calls.authority_message")
    assert (len(told), "devis" in told[0].body) == (1, False)
    with pytest.raises(StepRefused, match="passée"):
        send_message(file, text="x", by=cast.chloe, now=NOW, reply_by=date(2026, 1, 1))


def bulk(cast: Cast, verb: str, files: list[Application], key: str = "k", **said: Any):
    job = ask_bulk(cast.space, verb, [one.pk for one in files], said, by=cast.chloe, key=key)
    drain()
    job.refresh_from_db()
    return job


def test_a_bulk_act_does_each_row_and_is_undone_where_it_can_be(file, cast: Cast):
    other = make_submitted(file.edition)  # its registers were never asked
    gone = make_submitted(file.edition)
    Interest.objects.create(application=gone, user=cast.chloe, recused=True)
    job = bulk(cast, "recevable", [file, other, gone])
    assert job.result["done"] == [[file.pk, None]]
    assert [(pk, number) for pk, number, _why in job.result["errors"]] == [
        (other.pk, other.reference),
        (gone.pk, ""),
    ]
    assert bulk(cast, "recevable", [other], key="k").pk == job.pk  # the same page sent twice
    ask_undo(job, by=cast.chloe)
    drain()
    assert undoing_of(job).result == {"done": [[file.pk, None]], "errors": []}
    assert state(file) == S.SUBMITTED


def test_bulk_assignment_message_and_correction(file, cast: Cast):
    other = make_submitted(file.edition, assigned_to=cast.aicha)
    both = [file, other]
    job = bulk(cast, "confier", both, key="1", user=cast.chloe.pk)
    assert job.result["done"] == [[file.pk, None], [other.pk, cast.aicha.pk]]
    ask_undo(job, by=cast.chloe)
    drain()
    assert [Application.objects.get(pk=one.pk).assigned_to_id for one in both] == [
        None,
        cast.aicha.pk,
    ]
    sent = bulk(cast, "message", both, key="2", text="Bonjour", reply_by="")
    assert (len(sent.result["done"]), len(letters("calls.authority_message"))) == (2, 2)
    with pytest.raises(StepRefused, match="ne peut pas être défait"):
        ask_undo(sent, by=cast.chloe)
    due = (timezone.now() + timedelta(days=2)).isoformat()
    asked = bulk(
        cast,
        "correction",
        both,
        key="3",
        reason="outdated",
        items=["titre"],
        text="Refaites",
        due_at=due,
    )
    assert len(asked.result["done"]) == 2
    ask_undo(asked, by=cast.chloe)
    drain()
    assert not file.corrections.filter(closed_at=None).exists()


def test_a_bulk_job_that_runs_again_goes_on_where_it_stopped(file, cast: Cast):
    job = ask_bulk(
        cast.space, "message", [file.pk], {"text": "Bonjour"}, by=cast.chloe, key="again"
    )
    job.result = {
        "done": [[file.pk, None]],
        "errors": [],
    }  # as a process killed after its block left it
    job.save()
    drain()
    assert (file.messages.count(), len(letters("calls.authority_message"))) == (0, 0)


def test_the_pages_of_a_bulk_act_preview_then_do(file, cast: Cast):
    client, url = cast.client("chloe"), reverse("instruction:bulk", args=[cast.space.slug])
    assert (
        "Cochez au moins un dossier" in client.post(url, {"verbe": "recevable"}, follow=True).text
    )
    other = make_submitted(file.edition, status=S.ADMISSIBLE)
    preview = client.post(url, {"verbe": "recevable", "tout": "1", "query": ""})
    assert (preview.context["possible"], len(preview.context["files"])) == (1, 2)
    assert state(file) == S.SUBMITTED
    assert client.post(url, {"verbe": "rien", "ids": [file.pk]}).status_code == 404
    asked = client.post(
        url, {"verbe": "message", "ids": [file.pk], "faire": "1", "cle": "x", "text": ""}
    )
    assert asked.status_code == 422
    done = client.post(
        url,
        {
            "verbe": "recevable",
            "ids": [file.pk, other.pk],
            "faire": "1",
            "cle": preview.context["key"],
        },
    )
    assert "en attente" in client.get(done.url).text
    assert (
        client.get(done.url, HTTP_HX_REQUEST="true")
        .text.lstrip()
        .startswith('<div id="avancement"')
    )
    drain()
    text = client.get(done.url).text
    assert (other.reference in text, "Défaire ce geste" in text) == (True, True)
    Interest.objects.create(application=other, user=cast.aicha, recused=True)
    assert other.reference not in cast.client("aicha").get(done.url).text
    undone = client.post(
        reverse("instruction:bulk_undo", args=[cast.space.slug, int(done.url.split("/")[-2])]),
        follow=True,
    )
    drain()
    assert undone.status_code == 200
    assert "remis comme avant" in client.get(done.url).text
    assert state(file) == S.SUBMITTED


def test_silence_is_told_fifteen_and_five_days_before_once_each(cast: Cast):
    edition = make_edition(cast.space)
    on = timezone.localdate(NOW) + timedelta(days=15)
    file = make_submitted(
        edition, "Nom du candidat", implicit_rejection_on=on, assigned_to=cast.chloe
    )
    make_submitted(edition, implicit_rejection_on=on)  # nobody follows it
    make_submitted(edition, implicit_rejection_on=on, assigned_to=cast.chloe, status=S.INADMISSIBLE)
    hidden = make_submitted(edition, implicit_rejection_on=on, assigned_to=cast.aicha)
    Interest.objects.create(application=hidden, user=cast.aicha, recused=True)
    told = [remind_of_silence(NOW + timedelta(days=days)) for days in (-1, 0, 1, 9, 10, 12, 15, 16)]
    assert told == [0, 1, 0, 0, 1, 0, 0, 0]
    found = letters("calls.silence_near")
    assert [one.subject for one in found] == [
        f"Sans réponse dans {days} jours, rejet implicite : {file.reference}" for days in (15, 5)
    ]
    assert "Nom du candidat" not in found[0].body
    panel = cast.client("chloe").get(reverse("manage:dashboard", args=[cast.space.slug]))
    assert panel.status_code == 200


def test_exports_choose_columns_and_note_personal_ones(file, cast: Cast):
    file.partners.update(contact_name="=Léa", contact_email="lea@test.example")
    last = file.deposit_rows.get()
    last.content["answers"] = {"titre": "=1+1"}
    last.save()
    client, url = cast.client("chloe"), reverse("instruction:export", args=[cast.space.slug])
    asked = {
        "query": f"appel={file.edition_id}",
        "columns": ["number", "email", "r_titre"],
        "format": "csv",
    }
    refused = client.post(url, asked)
    assert (refused.status_code, "Cochez cette case" in refused.text) == (422, True)
    assert not JournalEntry.objects.filter(action="files_exported").exists()
    table = b"".join(client.post(url, asked | {"personal": "1"}).streaming_content).decode(
        "utf-8-sig"
    )
    assert table.splitlines() == [
        "Numéro;Adresse e-mail du contact;Titre",
        f"{file.reference};lea@test.example;'=1+1",
    ]
    entry = JournalEntry.objects.get(action="files_exported")
    assert (entry.changes, entry.by) == ({"files": ["", 1]}, cast.chloe)
    book = client.post(url, {"columns": ["number"], "format": "xlsx"})
    assert b"".join(book.streaming_content)[:2] == b"PK"
    assert JournalEntry.objects.filter(action="files_exported").count() == 1
    assert client.get(url).context["count"] == 1


def test_the_routing_page_keeps_rules_in_order(cast: Cast):
    edition = make_edition(cast.space)
    client, url = (
        cast.client("chloe"),
        reverse("instruction:routing", args=[cast.space.slug, edition.pk]),
    )
    assert client.get(url).status_code == 200
    said = {
        "rows": "3",
        "r0-field": "_theme", "r0-op": "eq", "r0-value": "climat", "r0-user": cast.aicha.pk,
        "r1-field": "titre", "r1-op": "contains", "r1-value": "", "r1-user": cast.chloe.pk,
        "r2-user": cast.chloe.pk,
    }  # fmt: skip
    assert "Donnez la valeur." in client.post(url, said).text
    client.post(url, said | {"r1-value": "vélo"})
    assert list(edition.routing.values_list("condition", "user", "position")) == [
        ({"field": "_theme", "op": "eq", "value": "climat"}, cast.aicha.pk, 0),
        ({"field": "titre", "op": "contains", "value": "vélo"}, cast.chloe.pk, 1),
        ({}, cast.chloe.pk, 2),
    ]
    assert RoutingRule.objects.count() == 3
    assert client.get(url).context["rows"][1].initial["value"] == "vélo"
