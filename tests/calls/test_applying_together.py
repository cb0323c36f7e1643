"""Several people on one file, what is reminded before the closing, what is put right after it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from maillage.calls.actions.cowriting import accept_writer, invite_writer, remove_writer
from maillage.calls.actions.settling import remind, settle
from maillage.calls.actions.writing import note_presence, save_answers
from maillage.calls.enums import WriterKind
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Answer, AnswerPast, Application, Edition, Writer
from maillage.calls.queries.applicant import open_room
from maillage.calls.queries.written import deposited_answers
from maillage.core.letters.models import Letter
from tests.calls.factories import make_application, make_edition
from tests.calls.test_applying_deposit import ready, send
from tests.factories import NOW, Cast, make_user, signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def key_of(email: str) -> str:
    letter = Letter.objects.filter(kind="calls.writer_invited", to=email).latest("pk")
    return letter.link.rstrip("/").rpartition("/")[2]


def test_a_colleague_is_invited_by_a_key_that_serves_once(cast: Cast) -> None:
    application = make_application(make_edition(cast.space))
    owner, lea = application.created_by, make_user("lea@test.example")
    invite_writer(application, "Lea@test.example", WriterKind.EDITOR, by=owner, now=NOW)
    key = key_of("lea@test.example")
    assert Writer.objects.filter(key_hash__contains=key).count() == 0
    with pytest.raises(StepRefused, match="autre adresse"):
        accept_writer(key, by=cast.denis, now=NOW)
    with pytest.raises(StepRefused, match="plus valable"):
        accept_writer(key, by=lea, now=NOW + 15 * DAY)
    writer = accept_writer(key, by=lea, now=NOW)
    with pytest.raises(StepRefused):
        accept_writer(key, by=lea, now=NOW)
    assert save_answers(application, {"titre": "Vélos"}, seen={}, by=lea, now=NOW).written == (
        "titre",
    )
    with pytest.raises(StepRefused):
        send(application, by=lea)
    remove_writer(writer, by=owner, now=NOW)
    with pytest.raises(StepRefused):
        save_answers(application, {"titre": "Encore"}, seen={"titre": 1}, by=lea, now=NOW)
    assert signed_in(lea).get(f"/compte/candidatures/{application.pk}/").status_code == 404


def test_who_reads_does_not_write_and_the_last_who_deposits_stays(cast: Cast) -> None:
    application = make_application(make_edition(cast.space))
    owner = application.created_by
    Writer.objects.create(application=application, user=cast.denis, kind="reader", invited_at=NOW)
    with pytest.raises(StepRefused, match="lire"):
        save_answers(application, {"titre": "Vélos"}, seen={}, by=cast.denis, now=NOW)
    with pytest.raises(StepRefused):
        invite_writer(application, "x@test.example", "reader", by=cast.denis, now=NOW)
    with pytest.raises(StepRefused, match="déposer"):
        remove_writer(application.writers.get(user=owner), by=owner, now=NOW)
    with pytest.raises(ValidationError):
        invite_writer(application, owner.email, "editor", by=owner, now=NOW)


def test_what_a_colleague_did_not_touch_never_meets_what_another_wrote(cast: Cast) -> None:
    application = make_application(make_edition(cast.space))
    owner = application.created_by
    save_answers(application, {"titre": "Un", "resume": "A"}, seen={}, by=owner, now=NOW)
    save_answers(application, {"titre": "Deux"}, seen={"titre": 1}, by=owner, now=NOW)
    page = {"titre": "Un", "resume": "B"}  # the other tab, where only the summary was typed
    saved = save_answers(application, page, seen={"titre": 1, "resume": 1}, by=owner, now=NOW)
    assert (saved.written, saved.conflicts) == (("resume",), ())
    assert dict(Answer.objects.values_list("code", "value")) == {"titre": "Deux", "resume": "B"}
    assert [(one.value, one.version) for one in AnswerPast.objects.order_by("pk")] == [
        ("Un", 1),
        ("A", 1),
    ]


def test_who_writes_now_is_said_for_two_minutes(cast: Cast) -> None:
    application = make_application(make_edition(cast.space))
    Writer.objects.create(application=application, user=cast.denis, kind="editor", invited_at=NOW)
    note_presence(application, "budget", by=cast.denis, now=NOW)
    room = open_room(application.created_by, application.pk, NOW + timedelta(seconds=60))
    assert room.elsewhere == [(str(cast.denis), "Budget")]
    assert (
        open_room(application.created_by, application.pk, NOW + timedelta(seconds=121)).elsewhere
        == []
    )


def test_reminders_go_to_who_has_not_deposited_each_once(cast: Cast) -> None:
    edition = make_edition(cast.space)
    late, done = make_application(edition), ready(cast, edition)
    send(done)
    told = []
    for days in (8, 7, 6, 3, 2, 1, 0.5):
        now = edition.closes_at - timedelta(days=days)
        told.append(remind(now) + remind(now))
    assert told == [0, 1, 0, 1, 0, 1, 0]
    letters = Letter.objects.filter(kind="calls.draft_reminder").order_by("pk")
    assert {one.user for one in letters} == {late.created_by}
    assert [one.subject.partition(" pour")[0] for one in letters] == [
        "Une semaine",
        "Trois jours",
        "Un jour",
    ]
    late.refresh_from_db()
    assert late.reminded == ["full-J7", "full-J3", "full-J1"]


def test_after_the_closing_the_file_is_what_was_deposited_and_the_rest_is_in_its_history(
    cast: Cast,
) -> None:
    application = ready(cast)
    owner = application.created_by
    send(application)
    save_answers(
        application,
        {"titre": "Pas déposé"},
        seen={"titre": 1},
        by=owner,
        now=NOW + timedelta(hours=1),
    )
    application.refresh_from_db()
    assert application.title == "Ateliers de réparation"
    assert deposited_answers(application)["titre"] == "Ateliers de réparation"
    closes = application.edition.closes_at
    assert settle(closes + timedelta(hours=2)) == 0  # the clock has not closed the call yet
    Edition.objects.update(status="closed")
    assert settle(closes + timedelta(hours=2)) == 1
    assert settle(closes + timedelta(hours=2)) == 0
    answer = Answer.objects.get(application=application, code="titre")
    assert (answer.value, answer.version) == ("Ateliers de réparation", 3)
    assert "Pas déposé" in [one.value for one in answer.past.all()]


def test_a_deposit_does_not_wait_for_the_mail(cast: Cast, settings) -> None:
    """The letter is a row of the same transaction; what sends it may be down for days."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    application = ready(cast)
    assert send(application).rank == 1
    assert Letter.objects.filter(kind="calls.receipt", status=Letter.Status.WAITING).count() == 1
    assert Application.objects.get(pk=application.pk).number == 1
