"""A file with a document, a message and a bulk act, for tests that visit every page."""

from typing import Any

from django.core.files.base import ContentFile

from maillage.calls.models import Attachment, CallMessage
from maillage.core.models import Job
from maillage.core.uploads.store import store
from maillage.spaces.models import Space
from tests.calls.factories import make_edition, make_submitted
from tests.factories import NOW

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def make_attachment(application: Any, code: str = "equipe") -> Attachment:
    """A document that the last deposit holds."""
    upload = store(ContentFile(PDF, "statuts.pdf"), accept={"pdf"}, by=None, now=NOW, private=True)
    made = Attachment.objects.create(application=application, code=code, upload=upload, at=NOW)
    last = application.deposit_rows.get()
    last.content["files"].append(
        {"id": made.pk, "code": code, "name": upload.name, "sha256": upload.sha256}
    )
    last.save()
    return made


def instruction_arguments(space: Space) -> dict[str, dict[str, Any]]:
    edition = make_edition(space)
    file = make_submitted(edition)
    piece = make_attachment(file)
    message = CallMessage.objects.create(
        application=file, side="applicant", at=NOW, text="Bonjour", upload=piece.upload
    )
    job = Job.objects.create(
        name="calls.bulk",
        arguments={"space_id": space.pk, "by": 0, "verb": "recevable", "keys": [], "said": {}},
        status=Job.Status.DONE,
        result={"done": [], "errors": []},
        created_at=NOW,
    )
    pages = ("one", "examine", "talk", "versions")
    return {
        **{f"instruction:{name}": {"pk": file.pk} for name in pages},
        "instruction:act": {"pk": file.pk, "verb": "noter"},
        "instruction:attachment": {"pk": piece.pk},
        "instruction:message_file": {"pk": message.pk},
        **{f"instruction:{name}": {"pk": edition.pk} for name in ("figures", "routing")},
        **{f"instruction:{name}": {"pk": job.pk} for name in ("bulk_done", "bulk_undo")},
    }
