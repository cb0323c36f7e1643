"""The applicant's pages: begin, write, see what is missing, deposit, follow."""

import io
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from maillage.calls.actions.writing import save_answers
from maillage.calls.models import Answer, Application, CallMessage, Correction, Edition
from maillage.core.letters.models import Letter
from maillage.core.uploads.models import Upload
from tests.calls.factories import FORM, deposit, make_application, make_edition
from tests.factories import Cast, make_membership, make_structure, signed_in

pytestmark = pytest.mark.django_db
HOME = "/compte/candidatures/"
PDF = b"%PDF-1.4\n%%EOF"
WITH_FILE = {
    "sections": [
        *FORM["sections"],
        {
            "code": "pieces",
            "title": "Pièces",
            "fields": [
                {"code": "statuts", "type": "file", "label": "Vos statuts", "required": True,
                 "reuse": "statutes", "accepts": ["pdf"]},
            ],
        },
    ]
}  # fmt: skip
PROJECT = {
    "in": ["titre", "resume", "theme", "communes", "equipe"],
    "titre": "Vélos",
    "resume": "Réparer",
    "theme": "climat",
    "communes": ["93048"],
}
BUDGET = {"in": ["demande", "cout"], "demande": "9 000", "cout": "15 000"}


def opened(cast: Cast, **fields: object) -> Edition:
    """A call that is open on the clock of this machine."""
    now = timezone.now()
    fields = {
        "opens_at": now - timedelta(days=10),
        "closes_at": now + timedelta(days=10),
    } | fields
    return make_edition(cast.space, **fields)


def place(application: Application, *parts: str) -> str:
    return f"{HOME}{application.pk}/" + "".join(f"{part}/" for part in parts)


def draft(cast: Cast, **fields: object) -> tuple[Application, Client]:
    application = make_application(opened(cast, **fields))
    return application, signed_in(application.created_by)


def test_begin_for_my_structure_with_what_is_known(cast: Cast) -> None:
    form = {"sections": [{"code": "qui", "title": "Qui", "fields": [
        {"code": "nom", "type": "text", "label": "Nom", "reuse": "structure.name"},
        {"code": "siret", "type": "siret", "label": "SIRET", "reuse": "structure.siret"},
    ]}]}  # fmt: skip
    edition = opened(cast, form=form)
    structure = make_structure("La Fabrique", in_space=cast.space)
    make_membership(structure, cast.denis)
    client = cast.client("denis")
    address = f"{HOME}commencer/{cast.space.slug}/{edition.slug}/"
    assert "La Fabrique" in client.get(address).content.decode()
    answer = client.post(address, {"for_whom": structure.pk})
    made = Application.objects.get()
    assert answer["Location"] == place(made)
    told = dict(Answer.objects.values_list("code", "value"))
    assert told == {"nom": "La Fabrique", "siret": structure.establishments.get().siret}
    assert (made.status, made.lead_name, made.number) == ("draft", "La Fabrique", None)
    again = client.post(address, {"for_whom": structure.pk})
    assert again["Location"] == place(made)
    assert Application.objects.count() == 1


def test_begin_for_one_that_the_directory_does_not_know(cast: Cast) -> None:
    edition = opened(cast)
    client = cast.client("denis")
    address = f"{HOME}commencer/{cast.space.slug}/{edition.slug}/"
    wrong = client.post(address, {"for_whom": "autre", "name": "Neuve", "siret": "123"})
    assert (wrong.status_code, Application.objects.count()) == (422, 0)
    assert "Neuve" in wrong.content.decode()
    client.post(address, {"for_whom": "autre", "name": "Neuve"})
    assert Application.objects.get().partners.get().structure is None


def test_no_new_file_once_closed(cast: Cast) -> None:
    now = timezone.now()
    edition = opened(cast, closes_at=now - timedelta(seconds=1))
    answer = cast.client("denis").post(
        f"{HOME}commencer/{cast.space.slug}/{edition.slug}/", {"for_whom": "autre", "name": "Neuve"}
    )
    assert (answer.status_code, Application.objects.count()) == (422, 0)


def test_from_the_first_page_to_the_receipt_without_scripts(cast: Cast) -> None:
    application, client = draft(cast)
    page = client.get(place(application)).content.decode()
    assert "0 réponse sur 5" in page
    assert "Il manque 5 réponses" in page
    next_page = client.post(
        place(application, "section", "projet"), PROJECT | {"then": "next"}, follow=True
    )
    assert next_page.redirect_chain[-1][0] == place(application, "section", "budget")
    refused = client.post(place(application, "deposer"), {"signed_as": "présidente", "token": "t"})
    assert refused.status_code == 422
    assert (
        "Rien n&#x27;est déposé" in refused.content.decode()
        or "Rien n'est déposé" in refused.content.decode()
    )
    client.post(place(application, "section", "budget"), BUDGET | {"then": "next"})
    page = client.get(place(application)).content.decode()
    assert "Tout est répondu" in page
    offered = client.get(place(application, "deposer"))
    token = offered.context["form"]["token"].value()
    sent = client.post(place(application, "deposer"), {"signed_as": "présidente", "token": token})
    assert sent["Location"] == place(application, "accuse")
    again = client.post(place(application, "deposer"), {"signed_as": "présidente", "token": token})
    assert again["Location"] == place(application, "accuse")
    application.refresh_from_db()
    assert application.deposits == 1
    receipt = client.get(place(application, "accuse")).content.decode()
    assert application.reference in receipt
    assert "L231-4" in receipt
    assert "déposée" in client.get(HOME).content.decode().lower()
    calendar = client.get(f"{HOME}{application.pk}/calendrier.ics").content.decode()
    assert calendar.count("BEGIN:VEVENT") == 2


def test_the_receipt_is_a_tagged_pdf(cast: Cast) -> None:
    application, client = draft(cast)
    deposit(application)
    answer = client.get(f"{HOME}{application.pk}/accuse.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert b"/StructTreeRoot" in answer.content or b"pdfuaid" in answer.content
    assert answer.content == client.get(f"{HOME}{application.pk}/accuse.pdf").content


def test_two_texts_for_one_question_are_both_shown_and_the_person_chooses(cast: Cast) -> None:
    application, client = draft(cast)
    section = place(application, "section", "projet")
    client.post(section, {"in": "titre", "titre": "Le mien", "version-titre": 0})
    save_answers(
        application,
        {"titre": "Le sien"},
        seen={"titre": 1},
        by=application.created_by,
        now=timezone.now(),
    )
    clash = client.post(section, {"in": "titre", "titre": "Le mien, mieux", "version-titre": 1})
    page = clash.content.decode()
    assert clash.status_code == 409
    assert "Le sien" in page
    assert "Le mien, mieux" in page
    assert Answer.objects.get().value == "Le sien"
    kept = client.post(section, {"in": "titre", "titre": "Le mien, mieux", "version-titre": 2})
    assert kept.status_code == 302
    assert Answer.objects.get().value == "Le mien, mieux"
    history = client.get(place(application, "reponse", "titre")).content.decode()
    assert "Le sien" in history
    client.post(place(application, "reponse", "titre"), {"version": 2})
    assert Answer.objects.get().value == "Le sien"


def test_the_other_text_may_be_kept(cast: Cast) -> None:
    application, client = draft(cast)
    Answer.objects.create(
        application=application, code="titre", value="Le sien", version=3, at=timezone.now()
    )
    section = place(application, "section", "projet")
    sent = {"in": ["titre", "resume"], "titre": "Le mien", "resume": "Oui", "theirs": "titre"}
    client.post(section, sent | {"version-titre": 1})
    assert dict(Answer.objects.values_list("code", "value")) == {
        "titre": "Le sien",
        "resume": "Oui",
    }


def test_autosave_answers_in_json_and_says_the_hour(cast: Cast) -> None:
    application, client = draft(cast)
    address = place(application, "section", "projet", "enregistrer")
    said = client.post(
        address, {"in": "titre", "titre": "Vélos", "version-titre": 0, "seconds": 40}
    ).json()
    assert said["told"].startswith("Enregistré à ")
    assert (said["versions"], said["conflicts"]) == ({"titre": 1}, [])
    clash = client.post(address, {"in": "titre", "titre": "Autre", "version-titre": 0}).json()
    assert [(one["mine"], one["theirs"]) for one in clash["conflicts"]] == [("Autre", "Vélos")]
    application.refresh_from_db()
    assert (application.seconds_spent, application.title) == (40, "Vélos")


def test_after_the_deadline_a_draft_is_readable_and_says_when_it_closed(cast: Cast) -> None:
    application, client = draft(cast)
    section = place(application, "section", "projet")
    client.post(section, {"in": "titre", "titre": "Vélos", "version-titre": 0})
    Edition.objects.filter(pk=application.edition_id).update(
        closes_at=timezone.now() - timedelta(minutes=1)
    )
    page = client.get(section).content.decode()
    assert "Vélos" in page
    assert "s'est fermé le" in page.replace("&#x27;", "'")
    late = client.post(section, {"in": "titre", "titre": "Trop tard", "version-titre": 1})
    assert late.status_code == 422
    assert "Trop tard" in late.content.decode()
    assert Answer.objects.get().value == "Vélos"
    assert client.post(section + "enregistrer/", {"in": "titre", "titre": "x"}).status_code == 409


def test_a_file_is_private_kept_for_the_next_call_and_offered_again(cast: Cast) -> None:
    application, client = draft(cast, form=WITH_FILE)
    section = place(application, "section", "pieces")
    file = io.BytesIO(PDF)
    file.name = "statuts.pdf"
    sent = client.post(section, {"attach": "statuts", "file-statuts": file, "keep-statuts": "on"})
    assert sent.status_code == 302
    joined = application.attachments.get()
    assert (joined.upload.is_private, joined.kept.kind) == (True, "statutes")
    address = place(application, "fichier", str(joined.pk))
    assert b"".join(client.get(address).streaming_content) == PDF
    assert cast.client("aicha").get(address).status_code == 404
    other = make_application(
        opened(cast, form=WITH_FILE),
        structure=application.partners.get().structure,
        user=application.created_by,
    )
    offered = client.get(place(other, "section", "pieces")).content.decode()
    assert "Reprendre « statuts.pdf »" in offered
    client.post(place(other, "section", "pieces"), {"reuse": f"statuts:{joined.kept_id}"})
    assert other.attachments.get().upload_id == joined.upload_id
    client.post(section, {"detach": joined.pk})
    assert application.attachments.filter(removed_at=None).count() == 0
    Upload.objects.update(state="infected")
    assert client.get(address).status_code == 404


def test_a_file_that_cannot_be_kept_loses_nothing_that_was_typed(cast: Cast, monkeypatch) -> None:
    form = {"sections": [{"code": "tout", "title": "Tout", "fields": [
        {"code": "titre", "type": "text", "label": "Titre"},
        {"code": "statuts", "type": "file", "label": "Statuts", "accepts": ["pdf"]},
    ]}]}  # fmt: skip
    application, client = draft(cast, form=form)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", full)
    file = io.BytesIO(PDF)
    file.name = "statuts.pdf"
    page = client.post(
        place(application, "section", "tout"),
        {"in": "titre", "titre": "Vélos", "file-statuts": file},
        follow=True,
    ).content.decode()
    assert "sa place manque peut-être" in page
    assert Answer.objects.get().value == "Vélos"
    assert not application.attachments.exists()
    wrong = io.BytesIO(b"MZ")
    wrong.name = "statuts.pdf"
    page = client.post(
        place(application, "section", "tout"), {"file-statuts": wrong}, follow=True
    ).content.decode()
    assert "PDF" in page


def test_a_correction_opens_only_what_it_names(cast: Cast) -> None:
    application, client = draft(cast)
    section = place(application, "section", "projet")
    client.post(section, PROJECT)
    client.post(place(application, "section", "budget"), BUDGET)
    deposit(application)
    now = timezone.now()
    Edition.objects.filter(pk=application.edition_id).update(
        closes_at=now - timedelta(days=1), status="instruction"
    )
    Correction.objects.create(
        application=application, reason="incomplete", items=["titre"], text="Dites où.",
        due_at=now + timedelta(days=3), asked_at=now,
    )  # fmt: skip
    page = client.get(place(application)).content.decode()
    assert "Dites où." in page
    client.post(
        section,
        {
            "in": ["titre", "resume"],
            "titre": "Vélos à Pantin",
            "resume": "Changé",
            "version-titre": 1,
            "version-resume": 1,
        },
    )
    told = dict(Answer.objects.values_list("code", "value"))
    assert (told["titre"], told["resume"]) == ("Vélos à Pantin", "Réparer")
    client.post(place(application, "corriger"), {"token": "c" * 40})
    application.refresh_from_db()
    assert (application.deposits, application.title, application.number) == (2, "Vélos à Pantin", 1)
    assert Correction.objects.get().answered_by == application.created_by
    assert "Rendre les corrections" not in client.get(place(application)).content.decode()


def test_provisional_states_are_never_said(cast: Cast) -> None:
    application, client = draft(cast)
    deposit(application)
    seen = set()
    for status in ("in_review", "reviewed", "deliberated"):
        Application.objects.filter(pk=application.pk).update(status=status)
        pages = client.get(place(application)).content.decode() + client.get(HOME).content.decode()
        assert "En cours d'examen" in pages.replace("&#x27;", "'")
        assert "élibéré" not in pages
        seen.add(client.get(place(application)).content.decode().count("Évaluée"))
    assert seen == {0}


def test_messages_with_the_authority(cast: Cast) -> None:
    application, client = draft(cast)
    address = place(application, "messages")
    assert "une fois votre candidature déposée" in client.get(address).content.decode()
    deposit(application)
    application.assigned_to = cast.chloe
    application.save()
    CallMessage.objects.create(
        application=application,
        side="authority",
        by=cast.chloe,
        at=timezone.now(),
        text="Une question",
    )
    page = client.get(address).content.decode()
    assert "Une question" in page
    assert str(cast.chloe) not in page
    client.post(address, {"text": "Une réponse"})
    assert [(one.side, bool(one.read_at)) for one in CallMessage.objects.order_by("pk")] == [
        ("authority", True),
        ("applicant", False),
    ]
    told = Letter.objects.get(kind="calls.applicant_message")
    assert (told.user, application.title in told.body) == (cast.chloe, False)


def test_begin_the_whole_file_when_invited_to_it(cast: Cast) -> None:
    now = timezone.now()
    application, client = draft(cast)
    edition = application.edition
    version = edition.forms.get()
    edition.forms.create(stage="pre", definition=version.definition, created_at=now, frozen_at=now)
    Edition.objects.filter(pk=edition.pk).update(
        two_stages=True, status="instruction", closes_at=now - timedelta(days=3),
        full_closes_at=now + timedelta(days=9),
    )  # fmt: skip
    Answer.objects.create(application=application, stage="pre", code="titre", value="Vélos", at=now)
    deposit(application, "shortlisted")
    Application.objects.filter(pk=application.pk).update(stage="pre")
    assert "Commencer le dossier complet" in client.get(place(application)).content.decode()
    client.post(place(application, "dossier-complet"))
    application.refresh_from_db()
    assert (application.stage, application.status) == ("full", "shortlisted")
    assert application.answers.get(stage="full").value == "Vélos"
    client.post(place(application, "section", "projet"), PROJECT | {"version-titre": 1})
    client.post(place(application, "section", "budget"), BUDGET)
    client.post(place(application, "deposer"), {"signed_as": "présidente", "token": "z" * 40})
    application.refresh_from_db()
    assert (application.status, application.number, application.deposits) == ("submitted", 1, 2)


def test_the_queries_of_a_page_do_not_grow(cast: Cast, django_assert_max_num_queries) -> None:
    application, client = draft(cast)
    for rank in range(3):
        other = make_application(opened(cast), user=application.created_by)
        deposit(other)
        CallMessage.objects.create(
            application=other, side="authority", at=timezone.now(), text=f"{rank}"
        )
    client.post(place(application, "section", "projet"), PROJECT)
    with django_assert_max_num_queries(13):
        client.get(HOME)
    with django_assert_max_num_queries(18):
        client.get(place(application, "section", "projet"))
    with django_assert_max_num_queries(18):
        client.get(place(application))
