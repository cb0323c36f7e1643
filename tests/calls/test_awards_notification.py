"""The whole call is told at once, or nothing is: outcomes, reasons, letters, payments, reports."""

import threading
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from maillage.calls.actions.awards import papers
from maillage.calls.actions.awards.notify import notify, write_reasons
from maillage.calls.actions.awards.papers import finish
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import (
    Application,
    Award,
    AwardReport,
    Edition,
    Instalment,
    Paper,
    PaperTemplate,
)
from maillage.calls.queries.notification import plan_of
from maillage.core.jobs import drain
from maillage.core.models import Letter, Upload
from tests import pdf_checks
from tests.calls.award_factories import decide, make_decided
from tests.calls.factories import make_juror, make_review
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(cast):
    return make_decided(cast.space, cast.chloe)


@pytest.fixture
def files(edition):
    return [
        decide(edition, "award", "7000.01"),
        decide(edition, "waiting", rank=2),
        decide(edition, "waiting", rank=1),
        decide(edition, "reject"),
    ]


def tell(edition, by):
    edition.refresh_from_db()
    return notify(edition, by=by, now=NOW, version=edition.version)


def untouched(edition):
    states = set(Application.objects.filter(edition=edition).values_list("status", flat=True))
    return (
        states == {"deliberated"}
        and Edition.objects.get(pk=edition.pk).status == "decided"
        and not Paper.objects.exists()
        and not Instalment.objects.exists()
        and not Letter.objects.exists()
    )


def test_the_preview_says_everything_and_writes_nothing(edition, files):
    plan = plan_of(edition, now=NOW)
    assert plan.counts == [
        ("lettre d'attribution", 1),
        ("lettre de liste d'attente", 2),
        ("lettre de refus", 1),
    ]
    assert [line.rank for line in plan.lines] == [None, 2, 1, None]
    assert (plan.total, plan.letters, plan.stopped) == (Decimal("7000.01"), 4, [])
    assert untouched(edition)


def test_everyone_is_told_at_once(edition, files, cast):
    tell(edition, cast.chloe)
    rows = Application.objects.filter(edition=edition).order_by("number")
    assert [(one.status, one.waiting_rank) for one in rows] == [
        ("awarded", None),
        ("waiting", 2),
        ("waiting", 1),
        ("rejected", None),
    ]
    assert all(one.outcome_reasons for one in rows)
    award = Award.objects.get()
    assert (award.status, award.notified_at, award.year_ends_on) == (
        "granted",
        NOW,
        date(2026, 12, 31),
    )
    payments = award.instalments.order_by("rank")
    assert [(one.amount, one.status, one.due_on) for one in payments] == [
        (Decimal("4900.01"), "to_pay", date(2027, 1, 21)),
        (Decimal("2100.00"), "waiting", None),
    ]
    assert AwardReport.objects.get().due_on == date(2027, 6, 30)
    # No letter leaves before its PDF is there.
    assert not Letter.objects.exists()
    drain()
    assert Paper.objects.filter(upload__isnull=False, sent_at__isnull=False).count() == 4
    subjects = sorted(Letter.objects.values_list("kind", flat=True))
    assert subjects == [
        "calls.awarded",
        "calls.rejected",
        "calls.waiting_list",
        "calls.waiting_list",
    ]


def test_letters_are_tagged_pdfs_that_say_the_decision(edition, files, cast):
    tell(edition, cast.chloe)
    drain()
    paper = Paper.objects.select_related("upload").get(kind="award")
    assert (paper.upload.is_private, paper.upload.state) == (True, Upload.State.CLEAN)
    with default_storage.open(paper.upload.path) as file:
        content = file.read()
    reading = pdf_checks.read(content)
    assert reading.faults == []
    text = pdf_checks.text_of(content)
    for words in (
        "7\N{NO-BREAK SPACE}000,01",
        "CP-2026-118",
        "12 octobre 2026",
        "2023/2831",
        "30 juin 2027",
    ):
        assert " ".join(words.split()) in text


def test_a_missing_value_stops_everything_and_is_named(edition, files, cast):
    Edition.objects.filter(pk=edition.pk).update(decision_on=None)
    Award.objects.update(decision_on=None)
    with pytest.raises(StepRefused, match="il manque « date_deliberation » à la lettre du dossier"):
        tell(edition, cast.chloe)
    assert untouched(edition)


def test_reasons_are_for_everyone(edition, cast):
    decide(edition, "reject", reasons="")
    with pytest.raises(StepRefused, match="« motifs »"):
        tell(edition, cast.chloe)
    assert untouched(edition)


def test_only_the_authority_notifies(edition, files, cast):
    with pytest.raises(StepRefused, match="ordonnatrice"):
        tell(edition, cast.aicha)
    assert untouched(edition)


def test_the_second_of_two_managers_reads_who_was_first(edition, files, cast):
    tell(edition, cast.chloe)
    with pytest.raises(StepRefused, match="Chloé Martin a déjà notifié cet appel"):
        tell(edition, cast.chloe)
    assert Paper.objects.count() == 4


def test_a_preview_that_was_read_before_a_change_is_refused(edition, files, cast):
    with pytest.raises(StepRefused, match="relisez l'aperçu"):
        notify(edition, by=cast.chloe, now=NOW, version=edition.version + 1)
    assert untouched(edition)


def test_a_recused_authority_does_not_notify(edition, files, cast):
    files[0].interests.create(user=cast.chloe, recused=True)
    with pytest.raises(StepRefused, match="récusé"):
        tell(edition, cast.chloe)
    assert untouched(edition)


def test_a_proposal_without_money_stops_everything(edition, cast):
    file = decide(edition, "award", "5000")
    file.awards.all().delete()
    with pytest.raises(StepRefused, match="aucune subvention n'est attribuée"):
        tell(edition, cast.chloe)


def test_the_words_of_a_call_win_over_the_space_s(edition, cast):
    decide(edition, "reject")
    shared = {"space": cast.space, "kind": "rejection", "body": "Motifs : {{ motifs }}"}
    PaperTemplate.objects.create(subject="De l'espace", **shared)
    PaperTemplate.objects.create(subject="De l'appel", edition=edition, **shared)
    tell(edition, cast.chloe)
    assert Paper.objects.get().merged["subject"] == "De l'appel"


def test_feedback_names_criteria_and_never_a_score_or_a_juror(edition, cast):
    file = decide(edition, "reject", reasons="")
    juror = make_juror(edition)
    make_review(file, juror, 4, 1, comment_applicant="Précisez le calendrier.")
    line = plan_of(edition, now=NOW).lines[0]
    text = line.application.outcome_reasons
    assert "Points les plus forts du projet : « Besoin »." in text
    assert "ce qui l'aurait fait avancer au classement : « Equipe »." in text
    assert "- Précisez le calendrier." in text
    assert not any(sign.isdigit() for sign in text)
    assert str(juror.user) not in text


def test_reasons_that_name_a_juror_are_refused(edition, cast):
    file = decide(edition, "reject")
    juror = make_juror(edition)
    with pytest.raises(StepRefused, match="personne du jury"):
        write_reasons(
            file, text=f"Selon {juror.user}, non.", by=cast.chloe, now=NOW, version=file.version
        )
    write_reasons(file, text="Trop tôt.", by=cast.chloe, now=NOW, version=file.version)
    assert plan_of(edition, now=NOW).lines[0].application.outcome_reasons == "Trop tôt."


def test_a_worker_killed_in_the_batch_loses_and_doubles_nothing(edition, files, cast, monkeypatch):
    """Whatever the instant of the death: before the PDF, with it drawn, or with the file written."""
    tell(edition, cast.chloe)
    whole, calls = papers.announce, []

    def dies(paper, *, now):
        calls.append(paper.pk)
        if len(calls) == 2:
            raise KeyboardInterrupt
        whole(paper, now=now)

    monkeypatch.setattr(papers, "announce", dies)
    with pytest.raises(KeyboardInterrupt):
        drain()
    assert Paper.objects.filter(upload__isnull=False).count() == 1
    assert Letter.objects.count() == 1
    monkeypatch.setattr(papers, "announce", whole)
    for paper in Paper.objects.all():
        finish(paper.pk, now=NOW)
        assert finish(paper.pk, now=NOW) is False
    assert Letter.objects.count() == 4
    assert Upload.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_two_managers_at_once_one_wins(cast, postgres):
    edition = make_decided(cast.space, cast.chloe)
    decide(edition, "reject")
    edition.refresh_from_db()
    said, barrier = [], threading.Barrier(2)

    def go():
        barrier.wait()
        try:
            notify(edition, by=cast.chloe, now=NOW, version=edition.version)
            said.append("")
        except StepRefused as refused:
            said.append(str(refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(map(bool, said)) == [False, True]
    assert "a déjà notifié" in max(said)
    assert Paper.objects.count() == 1


def test_a_file_decided_anew_after_the_notification_is_told_alone(cast, edition, files):
    tell(edition, cast.chloe)
    told = Edition.objects.get(pk=edition.pk).notified_at
    with pytest.raises(StepRefused):
        tell(edition, cast.chloe)
    appeal = decide(edition, "award", "3000.00")
    page = cast.client("chloe").get(
        f"/{cast.space.slug}/gestion/subventions/appels/{edition.pk}/notifier/"
    )
    assert [line.application for line in page.context["plan"].lines] == [appeal]
    tell(edition, cast.chloe)
    appeal.refresh_from_db()
    edition.refresh_from_db()
    assert (appeal.status, edition.status, edition.notified_at) == ("awarded", "notified", told)
    assert Paper.objects.filter(application=appeal).count() == 1
    assert Paper.objects.exclude(application=appeal).count() == len(files)
