"""A report as a document: made at once, kept while what it tells is the same."""

import hashlib
import json
from collections import OrderedDict
from datetime import datetime, time
from threading import Lock

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from maillage.core.pdf.making import make
from maillage.core.throttle import allows
from maillage.observatory.lib.report import Report

TEMPLATE = "observatory/report.typ"
_KEPT = 24
HOURLY, HOUR = 60, 3600  # documents made for one address; those that are kept cost nothing
_FULL = (
    "Beaucoup de documents viennent d'être faits pour votre connexion : réessayez dans une heure. "
    "La page du rapport reste lisible."
)
_made: "OrderedDict[str, bytes]" = OrderedDict()
_lock = Lock()
# One document at a time in a process: a crowd that asks for many leaves the other pages their share.
_press = Lock()


def pdf_answer(request: HttpRequest, report: Report, name: str, *, public: bool) -> HttpResponse:
    """The PDF of `report`; 304 for who has it, 429 for an address that has too many made. `name` is made of slugs and codes."""
    data, images = report.as_data()
    said = json.dumps(data, ensure_ascii=False, sort_keys=True).encode()
    digest = hashlib.sha256(said)
    for key in sorted(images):
        digest.update(images[key])
    day = timezone.localdate(report.at)
    print_of = f"{digest.hexdigest()[:40]}-{day.isoformat()}"
    etag = f'"{print_of}"'
    if etag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
    else:
        content = _kept(print_of)
        if content is None:
            if public and not allows(request, "report-pdf", times=HOURLY, seconds=HOUR):
                answer = HttpResponse(_FULL, status=429, content_type="text/plain; charset=utf-8")
                answer["Retry-After"] = str(HOUR)
                return answer
            at = timezone.make_aware(datetime.combine(day, time(12)))
            with _press:
                content = _kept(print_of) or make(TEMPLATE, data, images=images, at=at)
                _keep(print_of, content)
        response = HttpResponse(content, content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["ETag"] = etag
    response["Cache-Control"] = f"{'public' if public else 'private'}, max-age=0, must-revalidate"
    return response


def _kept(key: str) -> bytes | None:
    with _lock:
        content = _made.get(key)
        if content is not None:
            _made.move_to_end(key)
        return content


def _keep(key: str, content: bytes) -> None:
    with _lock:
        _made[key] = content
        while len(_made) > _KEPT:
            _made.popitem(last=False)
