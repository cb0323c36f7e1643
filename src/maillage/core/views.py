"""Health of the installation, its living style page, and the pages that say something went wrong."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.db import connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from maillage.core.models import Upload
from maillage.core.ui.charter import SampleForm, sample_charts, sample_errors
from maillage.core.uploads.store import FOLDER

_SANDBOX = "sandbox; default-src 'none'; base-uri 'none'; frame-ancestors 'none'"


@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """200 when the database answers; a load balancer reads nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def upload(request: HttpRequest, name: str) -> FileResponse:
    """A file that somebody sent, to whoever knows its address: a picture is shown, the rest is downloaded.

    Nothing in it may run: no script, no form, no origin (`sandbox`), and the type is the one we recognised.
    """
    stem, _dot, extension = name.rpartition(".")
    path = f"{FOLDER}/{name}"
    kept = get_object_or_404(
        Upload.objects.filter(state=Upload.State.CLEAN, is_private=False),
        path__in=[path, f"{FOLDER}/{stem.removesuffix('-s')}.{extension}"],
    )
    return answer_file(kept, path, cache="public, max-age=31536000, immutable")


def answer_file(kept: Upload, path: str = "", *, cache: str = "private, no-store") -> FileResponse:
    """The file as an answer; a room that keeps private files calls it once it knows who asks. 404 while it is not clean."""
    if kept.state != Upload.State.CLEAN:
        raise Http404
    try:
        file = default_storage.open(path or kept.path)
    except (FileNotFoundError, SuspiciousFileOperation) as error:
        raise Http404 from error
    is_picture = kept.media_type.startswith("image/")
    answer = FileResponse(
        file, content_type=kept.media_type, as_attachment=not is_picture, filename=kept.name
    )
    answer["Cache-Control"] = cache
    answer["Content-Security-Policy"] = _SANDBOX
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


@login_not_required
def charter(request: HttpRequest) -> HttpResponse:
    """Every component and every kind of field, right and wrong: accessibility tests visit this page."""
    context = {"form": SampleForm(), "wrong": sample_errors(), "charts": sample_charts()}
    return render(request, "core/charter.html", context)
