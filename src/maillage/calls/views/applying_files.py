"""Documents of a file: sent, used again, taken out with the page of their question; read at an address of their own."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from maillage.calls.actions.attaching import attach, attach_kept, detach
from maillage.calls.lib.form import FieldType, Section
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Application, Attachment
from maillage.calls.queries.applicant import load
from maillage.calls.views.applying_doors import person
from maillage.core.uploads.kinds import UploadRefusedError
from maillage.core.views import answer_file

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


def change_files(request: HttpRequest, application: Application, found: Section) -> str | None:
    """Do what the page asks of documents: the code of the question, None when it asks nothing.

    A document that is refused is said in one sentence; the answers of the page are saved already.
    """
    asked = [one.code for one in found.fields if one.type == FieldType.FILE]
    done: str | None = None
    try:
        for code in asked:
            if f"file-{code}" in request.FILES:
                done = code
                _attach(request, application, code)
        done = _reuse(request, application, asked) or _take_out(request, application) or done
    except (StepRefused, UploadRefusedError) as refused:
        messages.error(request, str(refused))
        return done or ""
    chosen = request.POST.get("attach", "")
    if done is None and chosen in asked:
        messages.error(request, "Choisissez d'abord un fichier.")
        return chosen
    return done


def _attach(request: HttpRequest, application: Application, code: str) -> None:
    until = request.POST.get(f"until-{code}", "")[:10]
    try:
        day = parse_date(until) if until else None
    except ValueError:
        day = None
    attach(
        application,
        code,
        cast("UploadedFile[bytes]", request.FILES[f"file-{code}"]),
        by=person(request),
        now=timezone.now(),
        keep=f"keep-{code}" in request.POST,
        valid_until=day,
    )
    messages.success(request, "Votre fichier est joint.")


def _reuse(request: HttpRequest, application: Application, asked: list[str]) -> str | None:
    code, _colon, number = request.POST.get("reuse", "").partition(":")
    if code not in asked or not _is_number(number):
        return None
    attach_kept(application, code, int(number), by=person(request), now=timezone.now())
    messages.success(request, "La pièce de votre structure est jointe.")
    return code


def _take_out(request: HttpRequest, application: Application) -> str | None:
    number = request.POST.get("detach", "")
    if not _is_number(number):
        return None
    found = get_object_or_404(Attachment, pk=int(number), application=application)
    detach(found, by=person(request), now=timezone.now())
    messages.success(request, "Le fichier est retiré.")
    return found.code


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18


@require_safe
def read(request: HttpRequest, pk: int, attachment: int) -> FileResponse:
    """404 while it waits for the scanner, and for ever when it was refused."""
    application = load(person(request), pk)
    if application is None:
        raise Http404
    found = get_object_or_404(
        Attachment.objects.select_related("upload"), pk=attachment, application=application
    )
    return answer_file(found.upload)
