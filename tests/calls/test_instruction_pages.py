"""The inbox and the pages of a file, as agents see them: filters, acts, and files that are nowhere."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from maillage.calls.actions.instruction.checking import check_registers
from maillage.calls.enums import ApplicationStatus as S
from maillage.calls.enums import EditionStatus, Outcome
from maillage.calls.models import (
    CallMessage,
    Correction,
    Deposit,
    EligibilityResult,
    Follower,
    Interest,
)
from maillage.core import journal
from tests.calls.addresses_instruction import PDF, make_attachment
from tests.calls.factories import (
    make_application,
    make_edition,
    make_rule,
    make_submitted,
)
from tests.factories import Cast

pytestmark = pytest.mark.django_db


def inbox(cast: Cast, who: str = "chloe", **asked: str):
    return cast.client(who).get(reverse("instruction:inbox", args=[cast.space.slug]), asked)


def names(answer) -> list[str]:
    return [one.reference for one in answer.context["found"].rows]


def page(cast: Cast, file, name: str = "one", who: str = "chloe"):
    return cast.client(who).get(reverse(f"instruction:{name}", args=[cast.space.slug, file.pk]))


def act(cast: Cast, one, verb: str, who: str = "chloe", **said):
    url = reverse("instruction:act", args=[cast.space.slug, one.pk, verb])
    return cast.client(who).post(url, said, follow=True)


def status_of(cast: Cast, who: str, url: str) -> int:
    """Of a document, read to its end."""
    answer = cast.client(who).get(url)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


def test_an_empty_inbox_says_what_comes_here(cast: Cast):
    assert "Aucune candidature déposée" in inbox(cast).text


def test_drafts_are_counted_and_sealed_files_too_and_nothing_more(cast: Cast):
    open_one = make_edition(cast.space, title="Ouvert")
    sealed = make_edition(cast.space, title="Cacheté", is_sealed=True)
    make_application(open_one, "Brouillon secret")
    hidden = make_submitted(sealed, "Pli secret", title="Projet secret")
    answer = inbox(cast)
    assert answer.context["found"].drafts == 1
    assert [(one.edition, one.count) for one in answer.context["found"].sealed] == [(sealed, 1)]
    assert "secret" not in answer.text
    assert inbox(cast, appel=str(sealed.pk)).context["found"].rows == []
    for name in ("one", "examine", "talk", "versions"):
        assert page(cast, hidden, name).status_code == 404
    figures = cast.client("chloe").get(
        reverse("instruction:figures", args=[cast.space.slug, sealed.pk])
    )
    assert "seul le nombre de dossiers est connu" in figures.text
    assert figures.context["figures"].funnel == [("Commencées", 1), ("Déposées", 1)]
    sealed.unsealed_at = timezone.now()
    sealed.save()
    assert names(inbox(cast)) == [hidden.reference]


def test_filters_find_what_they_say_and_stay_in_the_address(cast: Cast):
    edition = make_edition(cast.space)
    mine = make_submitted(
        edition, "Vélos de Pantin", theme="climat", places=["93055"], assigned_to=cast.chloe
    )
    other = make_submitted(
        edition, "Cuisine", title="Repas partagés", typology="militant", status=S.ADMISSIBLE
    )
    make_submitted(make_edition(cast.other_space), "Ailleurs")
    Follower.objects.create(application=other, user=cast.chloe, at=timezone.now())
    lead = other.partners.get()
    both = [mine.reference, other.reference]
    for asked, expected in (
        ({}, both),
        ({"qui": "moi"}, [mine.reference]),
        ({"qui": "suivies"}, [other.reference]),
        ({"qui": "personne"}, [other.reference]),
        ({"qui": str(cast.chloe.pk)}, [mine.reference]),
        ({"theme": "climat"}, [mine.reference]),
        ({"typologie": "militant"}, [other.reference]),
        ({"commune": "93055"}, [mine.reference]),
        ({"etat": "admissible"}, [other.reference]),
        ({"q": "repas"}, [other.reference]),
        ({"q": "pantin"}, [mine.reference]),
        ({"q": other.reference.lower()}, [other.reference]),
        ({"q": lead.siret}, [other.reference]),
        ({"appel": str(edition.pk)}, both),
        ({"drapeau": "non-lus"}, []),
        ({"etat": "draft", "theme": "inconnu", "page": "zéro"}, both),
    ):
        assert names(inbox(cast, **asked)) == expected, asked
    found = inbox(cast, etat="admissible")
    assert found.context["found"].counts == [
        ("submitted", "déposée", 1),
        ("admissible", "recevable", 1),
    ]
    filtered = inbox(cast, theme="climat", qui="moi").text
    assert "?page=" not in filtered or "theme=climat" in filtered
    assert "qui=moi&amp;theme=climat" in filtered


def test_flags_tell_what_deserves_a_look(cast: Cast):
    edition = make_edition(cast.space)
    now = timezone.now()
    plain = make_submitted(edition)
    file = make_submitted(edition, implicit_rejection_on=timezone.localdate() + timedelta(days=15))
    CallMessage.objects.create(application=file, side="authority", at=now - timedelta(days=9), text="?", reply_by=timezone.localdate() - timedelta(days=1))  # fmt: skip
    Correction.objects.create(application=file, reason="incorrect", items=["titre"], text="x", asked_at=now, due_at=now - timedelta(hours=1))  # fmt: skip
    twin = make_submitted(edition)
    twin.partners.update(siret=file.partners.get().siret)
    for flag, expected in (
        ("non-lus", []),
        ("reponse", [file.reference]),
        ("correction", [file.reference]),
        ("correction-retard", [file.reference]),
        ("silence", [file.reference]),
        ("a-confirmer", []),
        ("registre", []),
        ("double", [file.reference, twin.reference]),
    ):
        assert names(inbox(cast, drapeau=flag)) == expected, flag
    CallMessage.objects.create(application=file, side="applicant", at=now, text="voici")
    assert names(inbox(cast, drapeau="non-lus")) == [file.reference]
    assert names(inbox(cast, drapeau="reponse")) == []
    assert plain.reference in names(inbox(cast))


def test_the_list_asks_as_many_questions_for_one_file_as_for_many(cast: Cast):
    edition = make_edition(cast.space)
    client = cast.client("chloe")
    url = reverse("instruction:inbox", args=[cast.space.slug])
    make_submitted(edition)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for _ in range(8):
        make_submitted(edition, assigned_to=cast.chloe)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)


def test_sorts_and_pages(cast: Cast, monkeypatch):
    edition = make_edition(cast.space)
    small = make_submitted(edition, requested=100)
    big = make_submitted(edition, requested=9000)
    monkeypatch.setattr("maillage.calls.queries.inbox.PAGE_SIZE", 1)
    assert names(inbox(cast, tri="montant")) == [big.reference]
    assert names(inbox(cast, tri="montant", page="2")) == [small.reference]
    assert names(inbox(cast, tri="recent", page="99")) == [small.reference]


@pytest.fixture
def recused(cast: Cast):
    """A file that chloe is recused of, and one that she may see."""
    edition = make_edition(cast.space)
    seen = make_submitted(edition, "Vue")
    file = make_submitted(
        edition, "Association de chloé", title="Projet caché", places=["93055"], requested=777
    )
    make_attachment(file)
    Interest.objects.create(application=file, user=cast.chloe, recused=True)
    return edition, seen, file


def test_a_recused_agent_finds_the_file_nowhere(cast: Cast, recused):
    edition, seen, file = recused
    file.partners.update(siret=seen.partners.get().siret)
    journal.record(
        "application_admitted", file, by=cast.aicha, at=timezone.now(), space_id=cast.space.pk
    )
    answer = inbox(cast)
    assert names(answer) == [seen.reference]
    assert answer.context["found"].counts == [("submitted", "déposée", 1)]
    assert names(inbox(cast, drapeau="double")) == []
    assert names(inbox(cast, "aicha", drapeau="double")) == [seen.reference, file.reference]
    for asked in ({"q": "cachée"}, {"q": file.reference}, {"commune": "93055"}):
        assert names(inbox(cast, **asked)) == []
    for name in ("one", "examine", "talk", "versions"):
        assert page(cast, file, name).status_code == 404
        assert page(cast, file, name, "aicha").status_code == 200
    for verb in ("recevable", "noter", "suivre"):
        assert act(cast, file, verb, text="x").status_code == 404
    piece = file.attachments.get()
    url = reverse("instruction:attachment", args=[cast.space.slug, piece.pk])
    assert (status_of(cast, "chloe", url), status_of(cast, "aicha", url)) == (404, 200)
    figures = cast.client("chloe").get(
        reverse("instruction:figures", args=[cast.space.slug, edition.pk])
    )
    assert (figures.context["figures"].funnel[:2], figures.context["figures"].asked) == (
        [("Commencées", 1), ("Déposées", 1)],
        seen.requested,
    )
    export = cast.client("chloe").post(
        reverse("instruction:export", args=[cast.space.slug]),
        {"columns": ["number", "title"], "format": "csv"},
    )
    assert b"".join(export.streaming_content).decode("utf-8-sig").splitlines() == [
        "Numéro;Projet",
        f"{seen.reference};{seen.title}",
    ]
    dashboard = cast.client("chloe").get(reverse("manage:dashboard", args=[cast.space.slug]))
    assert [deed.entry.subject_id for deed in dashboard.context["acts"]] == []
    other = cast.client("aicha").get(reverse("manage:dashboard", args=[cast.space.slug]))
    assert [deed.entry.subject_id for deed in other.context["acts"]] == [str(file.pk)]


def test_the_journal_hides_lines_about_a_file_and_what_hangs_on_it(cast: Cast, recused):
    edition, seen, file = recused
    now = timezone.now()
    note = file.notes.create(at=now, text="x")
    for subject in (file, note, seen, edition):
        journal.record("application_noted", subject, by=cast.chloe, at=now, space_id=cast.space.pk)
    Interest.objects.create(application=file, user=cast.aicha, recused=True)
    url = reverse("manage:journal", args=[cast.space.slug])
    found = cast.client("aicha").get(url).context["found"]
    shown = {(line.entry.subject_type, line.entry.subject_id) for line in found.lines}
    assert shown == {("calls.application", str(seen.pk)), ("calls.edition", str(edition.pk))}
    whole = cast.client("aicha").post(url)
    assert str(file.pk) not in b"".join(whole.streaming_content).decode().split(";")


def test_the_file_shows_answers_as_deposited_documents_and_partners(cast: Cast):
    file = make_submitted(make_edition(cast.space), "La Fabrique")
    deposit = file.deposit_rows.get()
    deposit.content["answers"] = {"titre": "Titre déposé", "equipe": "Nous"}
    deposit.save()
    file.answers.create(code="titre", value="Titre en cours", at=timezone.now())
    piece = make_attachment(file)
    file.attachments.create(code="equipe", upload=piece.upload, at=timezone.now())  # not deposited
    answer = page(cast, file)
    text = answer.text
    assert ("Titre déposé" in text, "Titre en cours" in text) == (True, False)
    assert [one.pk for _field, one in answer.context["files"]] == [piece.pk]
    assert "La Fabrique" in text
    hidden = file.attachments.exclude(pk=piece.pk).get()
    url = reverse("instruction:attachment", args=[cast.space.slug, hidden.pk])
    assert cast.client("chloe").get(url).status_code == 404


def test_versions_say_what_each_deposit_changed(cast: Cast):
    file = make_submitted(make_edition(cast.space))
    first = file.deposit_rows.get()
    first.content["answers"] = {"titre": "Avant", "demande": "9000.00"}
    first.save()
    Deposit.objects.create(
        application=file, form=file.form, stage="full", rank=2, at=first.at, until=first.until,
        content={"answers": {"titre": "Après", "demande": "9000.00"}, "partners": [
            {"id": 1, "name": "Allié", "share": "40", "engaged_at": "x"}], "files": []},
    )  # fmt: skip
    found = page(cast, file, "versions").context["versions"]
    assert [one.deposit.rank for one in found] == [2, 1]
    assert [(one.label, one.before, one.after) for one in found[0].changes] == [
        ("Titre", "Avant", "Après"),
        ("Partenaire : Allié", "Absent", "40 %, sans montant, sans tâche dite, engagé"),
    ]
    assert found[1].changes == []


def test_the_examination_shows_rules_checks_and_notes(cast: Cast):
    edition = make_edition(cast.space)
    make_rule(edition, "siret_alive", code="r1", label="SIRET en activité")
    file = make_submitted(edition)
    evidence = {
        "sentence": "Ouvert depuis 2019.",
        "sources": [{"words": "actif", "source": "register", "on": "2026-11-01"}],
    }
    EligibilityResult.objects.create(application=file, code="r1", outcome=Outcome.YES, evidence=evidence, at=timezone.now())  # fmt: skip
    EligibilityResult.objects.create(
        application=file, code="partie", outcome=Outcome.NO, at=timezone.now()
    )
    before = page(cast, file, "examine").text
    assert "Les registres n'ont pas encore été interrogés" in before.replace("&#x27;", "'")
    check_registers(file, now=timezone.now())
    file.notes.create(by=cast.aicha, at=timezone.now(), text="À rappeler")
    text = page(cast, file, "examine").text
    for words in (
        "Ouvert depuis 2019.",
        "actif (registre, 2026-11-01)",
        "Établissement en activité",
        "À rappeler",
        "partie",
    ):
        assert words in text, words


def test_each_act_says_what_it_did_and_a_refusal_keeps_what_was_typed(cast: Cast):
    edition = make_edition(cast.space)
    file = make_submitted(edition)
    check_registers(file, now=timezone.now())
    assert "Note gardée." in act(cast, file, "noter", text="Bonjour").text
    refused = act(cast, file, "noter", text=" ")
    assert refused.status_code == 422
    assert "Vous suivez ce dossier" in act(cast, file, "suivre").text
    assert "Vous ne suivez plus" in act(cast, file, "ne-plus-suivre").text
    assert (
        "Dossier confié à Chloé Martin" in act(cast, file, "confier", user=str(cast.chloe.pk)).text
    )
    assert "Aucune règle d" in act(cast, file, "aiguiller").text
    due = (timezone.now() + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M")
    wrong = act(
        cast, file, "correction", reason="incorrect", text="Le titre est vague.", due_at=due
    )
    assert (wrong.status_code, "Le titre est vague." in wrong.text) == (422, True)
    asked = act(
        cast, file, "correction", reason="incorrect", items=["titre"], text="Vague.", due_at=due
    )
    assert "seules ces réponses sont rouvertes" in asked.text
    assert "Une correction est attendue" in act(cast, file, "recevable").text
    assert "Correction close" in act(cast, file, "clore-correction").text
    assert "est recevable" in act(cast, file, "recevable").text
    assert act(cast, file, "inventer").status_code == 404


def test_messages_are_sent_read_and_their_file_is_served(cast: Cast):
    file = make_submitted(make_edition(cast.space))
    sent = act(cast, file, "ecrire", text="Un devis ?", file=SimpleUploadedFile("devis.pdf", PDF))
    assert "Message envoyé." in sent.text
    message = file.messages.get()
    url = reverse("instruction:message_file", args=[cast.space.slug, message.pk])
    assert status_of(cast, "aicha", url) == 200
    bad = act(cast, file, "ecrire", text="Gardé", file=SimpleUploadedFile("x.pdf", b"MZ nope"))
    assert (bad.status_code, "Gardé" in bad.text) == (422, True)
    file.messages.create(side="applicant", at=timezone.now(), text="Voici")
    assert page(cast, file, "talk").context["unread"] == 1
    assert "Messages marqués comme lus" in act(cast, file, "lus").text
    assert page(cast, file, "talk").context["unread"] == 0


def test_figures_of_a_call_tell_nothing_before_the_notification(cast: Cast):
    edition = make_edition(cast.space, status=EditionStatus.JURY)
    make_submitted(
        edition, status=S.DELIBERATED, theme="climat", places=["93048"], seconds_spent=600
    )
    make_submitted(edition, status=S.REVIEWED)
    make_submitted(edition, status=S.SUBMITTED)
    url = reverse("instruction:figures", args=[cast.space.slug, edition.pk])
    found = cast.client("chloe").get(url).context["figures"]
    assert found.funnel == [("Commencées", 3), ("Déposées", 3), ("Recevables", 2), ("Lues", 0)]
    assert found.states == [("Déposée", 1), ("Évaluées ou en jury", 2)]
    assert (found.granted, found.minutes, found.asked) == (None, 10.0, 27000)
    assert found.themes == [("Sans thème", 2), ("Climat", 1)]
    assert [count for _name, count in found.places] == [1]
    edition.status = EditionStatus.NOTIFIED
    edition.notified_at = timezone.now()
    edition.save()
    edition.applications.filter(status=S.DELIBERATED).update(status=S.AWARDED)
    found = cast.client("chloe").get(url).context["figures"]
    assert found.funnel[-1] == ("Retenues", 1)
    assert found.granted == 0
