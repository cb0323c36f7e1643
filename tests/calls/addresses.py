"""What the addresses of the calls need to exist, for tests that visit every page: one entry per part of the room."""

from typing import Any

from maillage.accounts.models import User
from maillage.calls.enums import ApplicationStatus, AwardStatus, EditionStatus
from maillage.calls.models import Answer, Attachment, CallMessage, Writer
from maillage.core.uploads.models import Upload
from maillage.spaces.models import Space
from tests.calls.addresses_instruction import instruction_arguments
from tests.calls.award_factories import award_arguments
from tests.calls.factories import (
    deposit,
    make_application,
    make_award,
    make_edition,
    make_session,
    make_submitted,
)
from tests.factories import NOW, make_user


def call_arguments(space: Space) -> dict[str, dict[str, Any]]:
    """Arguments by name of address; those of the space itself are added by who visits."""
    told = make_edition(space, status=EditionStatus.NOTIFIED)
    laureate = make_submitted(told, status=ApplicationStatus.AWARDED)
    make_award(laureate, status=AwardStatus.RUNNING, notified_at=NOW)
    return {
        **applicant_arguments(1, told.slug),
        **form_arguments(space),
        **edition_arguments(space),
        **award_arguments(space),
        "grants:results": {"slug": told.slug},
        "grants:laureate": {"reference": laureate.reference.lower()},
        **instruction_arguments(space),
    }


def edition_arguments(space: Space) -> dict[str, dict[str, Any]]:
    draft = make_edition(space, status=EditionStatus.DRAFT)
    running = make_edition(space)
    of_a_call = ("one", "team", "closing", "preview", "rules_pdf", "extend", "erratum", "cancel")
    public = ("detail", "calendar", "rules_pdf", "form_pdf")
    return {
        **{f"editions:{name}": {"edition": running.pk} for name in of_a_call},
        "editions:step": {"edition": draft.pk, "code": "argent"},
        "editions:advance": {"edition": draft.pk, "verb": "relire"},
        "editions:programme": {"pk": draft.programme_id},
        "editions:envelope": {"pk": draft.envelope_id},
        **{f"calls:{name}": {"slug": running.slug} for name in public},
    }


def form_arguments(space: Space) -> dict[str, dict[str, Any]]:
    written = make_edition(space, status=EditionStatus.DRAFT)
    written.forms.update(frozen_at=None)
    form = {"edition": written.pk, "stage": "full"}
    of_a_form = (
        "build", "start", "act", "undo", "add_section", "preview", "export", "import", "versions",
        "publish", "drop", "pdf",
    )  # fmt: skip
    return {
        "callforms:home": {"edition": written.pk},
        **{f"callforms:{name}": form for name in of_a_form},
        "callforms:section": form | {"code": "projet"},
        "callforms:add": form | {"within": "section", "code": "projet"},
        **{f"callforms:{name}": form | {"code": "titre"} for name in ("question", "sample")},
    }


def jury_arguments(space: Space) -> dict[str, dict[str, Any]]:
    """A session with one file in its agenda, and a scenario; nobody's key opens the room."""
    edition = make_edition(space, status=EditionStatus.JURY)
    file = make_submitted(edition, status=ApplicationStatus.REVIEWED)
    session = make_session(edition)
    session.agenda.create(application=file, position=1)
    scenario = edition.scenarios.create(name="Un", method="manual", created_at=NOW)
    of_call = ("edition", "start", "ranking", "fairness", "decision")
    of_session = ("session", "change", "screen", "minutes", "signed_copy")
    return {
        **{f"jury:{name}": {"pk": edition.pk} for name in of_call},
        "jury:back": {"pk": edition.pk, "file": file.pk},
        **{f"jury:{name}": {"edition": edition.pk} for name in ("create", "scenarios")},
        "jury:create_scenario": {"edition": edition.pk, "method": "manual"},
        "jury:scenario": {"pk": scenario.pk},
        "jury:act_scenario": {"pk": scenario.pk, "verb": "dupliquer"},
        **{f"jury:{name}": {"pk": session.pk} for name in of_session},
        "jury:act": {"pk": session.pk, "verb": "ouvrir"},
        "jury:file": {"pk": session.pk, "file": file.pk},
        "jury:clock": {"pk": session.pk, "file": file.pk, "verb": "debut"},
        "jury:room": {"pk": session.pk, "key": "rien"},
        **{f"reviews:{name}": {"pk": session.pk} for name in ("session", "session_calendar")},
    }


# Where a test puts the bytes of the document that `owned_application` joins.
SERVED = "files/essai-des-portes.pdf"
_OF_ONE = (
    "one", "section", "save", "presence", "history", "file", "writers", "remove_writer", "message",
    "message_file", "deposit", "receipt", "receipt_pdf", "correct", "withdraw", "second_stage", "calendar",
)  # fmt: skip


def applicant_arguments(pk: int, slug: str = "") -> dict[str, dict[str, Any]]:
    """Addresses of the file `pk`, all numbers being 1: nobody's unless told otherwise."""
    others = {
        "section": {"code": "projet"},
        "save": {"code": "projet"},
        "presence": {"code": "projet"},
        "history": {"code": "titre"},
        "file": {"attachment": 1},
        "remove_writer": {"writer": 1},
        "message_file": {"message": 1},
    }
    found = {f"applications:{name}": {"pk": pk, **others.get(name, {})} for name in _OF_ONE}
    if slug:
        found["applications:begin"] = {"slug": slug}
        found["applications:invitation"] = {"key": "rien"}
    return found


def owned_application(space: Space, user: User) -> dict[str, dict[str, Any]]:
    """A file that `user` deposited, with a colleague, an answer, a document and a message."""
    made = deposit(make_application(make_edition(space), "Atelier de Paule", user=user))
    Answer.objects.create(application=made, code="titre", value="Vélos", by=user, at=NOW)
    upload = Upload.objects.create(
        path=SERVED, name="statuts.pdf", media_type="application/pdf", size=4, sha256="0" * 64,
        is_private=True, state=Upload.State.CLEAN, at=NOW,
    )  # fmt: skip
    joined = Attachment.objects.create(application=made, code="statuts", upload=upload, at=NOW)
    said = CallMessage.objects.create(
        application=made, side="authority", at=NOW, text="Bonjour", upload=upload
    )
    colleague = Writer.objects.create(
        application=made, user=make_user(), kind="editor", invited_at=NOW, accepted_at=NOW
    )
    found = applicant_arguments(made.pk)
    found["applications:file"]["attachment"] = joined.pk
    found["applications:message_file"]["message"] = said.pk
    found["applications:remove_writer"]["writer"] = colleague.pk
    return found
