"""Make documents: the words are frozen in the caller's transaction, the PDF is drawn by a job that may be killed.

A `Paper` is found again by its `key`: asked twice, it is made once. The PDF and the e-mail that announces it are kept
in one transaction, so that whatever dies, a document is either announced with its PDF, or still to be made.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse

from maillage.accounts.actions import tell
from maillage.accounts.models import User
from maillage.calls.enums import PaperKind
from maillage.calls.lib.merge import MissingValueError, blocks, merge, missing_in
from maillage.calls.models import Application, Award, Paper
from maillage.calls.notices.awards import OF_PAPER
from maillage.calls.queries.papers import Words
from maillage.core.jobs import enqueue
from maillage.core.letters.kinds import LetterKind
from maillage.core.pdf.making import make
from maillage.core.uploads.store import store

JOB = "calls.make_papers"
TEMPLATE = "calls/paper.typ"
_PDF = frozenset({"pdf"})


def write(
    words: Words,
    values: Mapping[str, str],
    *,
    application: Application,
    award: Award | None,
    key: str,
    now: datetime,
) -> Paper:
    """The row of a document, its words merged; the one that has `key` when there is one. Raises MissingValueError.

    The caller asks for the job once it has written them all (`ask_for`).
    """
    known = Paper.objects.filter(key=key).first()
    if known is not None:
        return known
    merged = merged_of(words, values, application)
    return Paper.objects.create(
        application=application, award=award, kind=words.kind, key=key, merged=merged, made_at=now
    )


def merged_of(words: Words, values: Mapping[str, str], application: Application) -> dict[str, str]:
    """Everything the PDF says. Raises MissingValueError."""
    missing = missing_in(f"{words.subject}\n{words.body}", values)
    if missing:
        raise MissingValueError(missing)
    return {
        "subject": merge(words.subject, values),
        "body": merge(words.body, values),
        "signatory": words.signatory,
        "signatory_title": words.signatory_title,
        "to": values.get("beneficiaire", ""),
        "identifier": values.get("identifiant", ""),
        "date": values.get("date", ""),
        "reference": application.reference,
        "authority": values.get("collectivite", ""),
    }


def ask_for(edition_id: int) -> None:
    """Have every document of the edition that waits made, once the transaction is committed."""
    enqueue(JOB, edition_id=edition_id)


def draw(merged: Mapping[str, Any], kind: str, at: datetime) -> bytes:
    """The tagged PDF of words already merged. Raises PdfError."""
    is_letter = kind != PaperKind.AGREEMENT
    data = {
        "title": merged["subject"],
        "author": merged["authority"],
        "foot": f"{merged['authority']} – {merged['reference']}",
        "authority": merged["authority"],
        "is_letter": is_letter,
        "to": [one for one in (merged["to"], merged["identifier"]) if one],
        "date": merged["date"],
        "reference": merged["reference"],
        "blocks": blocks(merged["body"]),
        "signatory": merged["signatory"],
        "signatory_title": merged["signatory_title"],
    }
    return make(TEMPLATE, data, at=at)


def finish(paper_id: int, *, now: datetime) -> bool:
    """Draw the PDF, keep it and announce it; False when another did. Killed anywhere, nothing is half done."""
    paper = Paper.objects.filter(pk=paper_id, upload=None).first()
    if paper is None:
        return False
    content = draw(paper.merged, paper.kind, paper.made_at)
    with transaction.atomic():
        held = (
            Paper.objects.select_for_update(of=("self",))
            .select_related("application__edition__space")
            .get(pk=paper_id)
        )
        if held.upload_id is not None:
            return False
        held.upload = store(
            ContentFile(content, name=name_of(held)), accept=_PDF, by=None, now=now, private=True
        )
        held.sent_at = now
        held.save(update_fields=["upload", "sent_at"])
        announce(held, now=now)
    return True


def name_of(paper: Paper) -> str:
    return f"{paper.application.reference}-{paper.kind}.pdf"


def announce(paper: Paper, *, now: datetime) -> None:
    """Write to those who write the file: the document waits on their page."""
    kind = OF_PAPER.get(PaperKind(paper.kind))
    if kind is None:
        return
    path = (
        reverse("subsidies:one", args=[paper.award_id])
        if paper.award_id and paper.kind != PaperKind.WAITING
        else reverse("subsidies:list")
    )
    tell_applicants(paper.application, kind, {}, now=now, path=path)


def tell_applicants(
    application: Application,
    kind: LetterKind,
    values: Mapping[str, object],
    *,
    now: datetime,
    path: str,
) -> None:
    """One letter to each person who writes the file, in the caller's transaction."""
    edition = application.edition
    known = {
        "call": edition.title,
        "reference": application.reference,
        "space": edition.space.name,
        **values,
    }
    tell(
        applicants_of(application),
        kind,
        known,
        now=now,
        link=f"{settings.BASE_URL}{path}",
        space_id=edition.space_id,
    )


def applicants_of(application: Application) -> list[User]:
    rows = application.writers.filter(ended_at=None, user__isnull=False).select_related("user")
    return list({one.user_id: one.user for one in rows.order_by("pk") if one.user}.values())
