"""What is forgotten of files, on its day and not before; numbers stay."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from maillage.calls.actions.forgetting import (
    DRAFT_DAYS,
    REFUSED_DAYS,
    forget_drafts,
    forget_refused,
)
from maillage.calls.enums import ApplicationStatus, EditionStatus
from maillage.calls.models import (
    Answer,
    Application,
    Attachment,
    CallMessage,
    Deposit,
    Interest,
    KeptFile,
    Score,
    Writer,
)
from maillage.core.models import Upload
from maillage.core.uploads.store import store
from tests.calls.factories import (
    make_application,
    make_award,
    make_edition,
    make_juror,
    make_review,
    make_submitted,
)
from tests.factories import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def attach(file, user, kept=None):
    upload = store(ContentFile(PDF, "statuts.pdf"), accept={"pdf"}, by=user, now=NOW, private=True)
    Attachment.objects.create(application=file, code="statuts", upload=upload, at=NOW, kept=kept)
    return upload


def test_a_draft_goes_half_a_year_after_the_closing_with_its_files(
    cast, django_capture_on_commit_callbacks
):
    edition = make_edition(cast.space, closes_at=NOW)
    draft, sent = make_application(edition), make_submitted(edition)
    Answer.objects.create(application=draft, code="titre", value="Repas", at=NOW)
    upload = attach(draft, cast.denis)
    limit = NOW + DRAFT_DAYS * DAY
    assert forget_drafts(limit) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_drafts(limit + DAY) == 1
    assert list(Application.objects.all()) == [sent]
    assert not Upload.objects.filter(pk=upload.pk).exists()
    assert not default_storage.exists(upload.path)


def test_a_document_that_the_structure_keeps_outlives_the_draft(cast):
    edition = make_edition(cast.space, closes_at=NOW)
    draft = make_application(edition)
    upload = attach(draft, cast.denis)
    kept = KeptFile.objects.create(
        structure=draft.partners.get().structure, kind="statuts", upload=upload, at=NOW
    )
    Attachment.objects.update(kept=kept)
    assert forget_drafts(NOW + (DRAFT_DAYS + 1) * DAY) == 1
    assert Upload.objects.filter(pk=upload.pk).exists()


@pytest.fixture
def refused(cast):
    edition = make_edition(cast.space, status=EditionStatus.NOTIFIED, notified_at=NOW)
    file = make_submitted(
        edition,
        "Les Ateliers du Pont",
        status=ApplicationStatus.REJECTED,
        title="Repas partagés",
        summary="Un repas par semaine.",
        theme="quotidien",
        places=["93048"],
        outcome_reasons="Le budget reste fragile.",
    )
    Answer.objects.create(application=file, code="titre", value="Repas partagés", at=NOW)
    Deposit.objects.update(
        content={"answers": {"titre": "Repas partagés"}, "partners": [], "files": []}
    )
    CallMessage.objects.create(application=file, side="applicant", at=NOW, text="Bonjour")
    review = make_review(file, make_juror(edition), 3, 2)
    Score.objects.filter(review=review).update(justification="Les Ateliers du Pont savent faire.")
    Interest.objects.update(text="Je connais Les Ateliers du Pont.")
    attach(file, cast.denis)
    return file


def test_a_refused_file_loses_names_and_words_two_years_later_and_keeps_numbers(refused):
    limit = NOW + REFUSED_DAYS * DAY
    assert forget_refused(limit) == 0
    assert forget_refused(limit + DAY) == 1
    assert forget_refused(limit + DAY) == 0
    refused.refresh_from_db()
    assert (refused.title, refused.summary, refused.outcome_reasons, refused.created_by) == (
        "",
        "",
        "",
        None,
    )
    assert (refused.theme, refused.places, refused.requested, refused.status) == (
        "quotidien",
        ["93048"],
        9000,
        "rejected",
    )
    lead = refused.partners.get()
    assert (lead.name, lead.siret, lead.structure) == ("Anonymisé", "", None)
    assert Deposit.objects.get().content == {}
    assert [one.value for one in Score.objects.order_by("pk")] == [3, 2]
    for model in (Answer, Attachment, CallMessage, Writer):
        assert not model.objects.exists()
    everything = [
        *Score.objects.values_list("justification", flat=True),
        *Interest.objects.values_list("text", flat=True),
        refused.lead_name,
    ]
    assert [words for words in everything if "Ateliers" in words] == []


@pytest.mark.parametrize("status", [ApplicationStatus.AWARDED, ApplicationStatus.IN_REVIEW])
def test_files_that_live_are_left_alone(refused, status):
    Application.objects.update(status=status)
    assert forget_refused(NOW + 2 * REFUSED_DAYS * DAY) == 0


def test_a_laureate_who_withdrew_is_kept_with_the_money_it_had(refused):
    make_award(refused)
    Application.objects.update(status=ApplicationStatus.WITHDRAWN)
    assert forget_refused(NOW + 2 * REFUSED_DAYS * DAY) == 0
