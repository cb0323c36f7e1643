"""The juror's workbook: out, then back in two steps, what it would do and doing it."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.calls.actions.sheet_in import look_at, write_rows
from maillage.calls.exports.reading_sheet import workbook
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.sheet_rows import SheetRow
from maillage.calls.lib.sheets import Mark, Sheet
from maillage.calls.models import Juror
from maillage.calls.queries.reading import juror_of, open_lines
from maillage.core.tabular.writing import XLSX_TYPE
from maillage.spaces.access import allowed
from maillage.spaces.models import Space

if TYPE_CHECKING:
    from maillage.accounts.models import User

_LARGEST = 2_000_000
_SALT = "calls.reading_sheet"
_AGE = 3600


@require_safe
@allowed("calls.read")
def download(request: HttpRequest, space: Space, edition: int) -> HttpResponse:
    juror = _juror(request, space, edition)
    lines = [one for one in open_lines(juror, timezone.now()) if one.review.submitted_at is None]
    content = workbook(lines, list(juror.edition.criteria.all()))
    answer = HttpResponse(content, content_type=XLSX_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="lectures-{juror.edition.slug}.xlsx"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("calls.read")
def read(request: HttpRequest, space: Space, edition: int) -> HttpResponse:
    """Say what the workbook would do; nothing is written."""
    juror = _juror(request, space, edition)
    context: dict[str, Any] = {"edition": juror.edition, "juror": juror}
    if request.method != "POST":
        return render(request, "calls/jury/sheet.html", context)
    try:
        report = look_at(_content(request), juror, now=timezone.now())
    except StepRefused as refused:
        return render(request, "calls/jury/sheet.html", context | {"problem": refused}, status=422)
    held = [_packed(row) for row in report.ready]
    key = signing.dumps({"juror": juror.pk, "rows": held}, salt=_SALT, compress=True)
    context |= {"report": report, "key": key if report.ready else ""}
    return render(request, "calls/jury/sheet.html", context)


@require_POST
@allowed("calls.read")
def write(request: HttpRequest, space: Space, edition: int) -> HttpResponse:
    juror = _juror(request, space, edition)
    try:
        held = signing.loads(request.POST.get("key", ""), salt=_SALT, max_age=_AGE)
    except signing.BadSignature:
        held = {}
    if held.get("juror") != juror.pk:
        messages.error(request, "Cette lecture de feuille a expiré : déposez-la de nouveau.")
        return redirect("reviews:sheet_in", space.slug, edition)
    by = cast("User", request.user)
    rows = [_unpacked(one) for one in held["rows"]]
    done = write_rows(rows, juror, by=by, now=timezone.now())
    several = done["written"] > 1
    if done["written"]:
        messages.success(
            request,
            f"{done['written']} brouillons écrits. Relisez-les, puis rendez-les un à un."
            if several
            else "Un brouillon écrit. Relisez-le, puis rendez-le.",
        )
    if done["left"]:
        messages.warning(
            request, f"Changés en ligne entre-temps, donc laissés : {', '.join(done['left'])}."
        )
    return redirect("reviews:call", space.slug, edition)


def _content(request: HttpRequest) -> bytes:
    file = request.FILES.get("file")
    if file is None:
        raise StepRefused("Choisissez la feuille remplie.")
    if (file.size or 0) > _LARGEST:
        raise StepRefused("Ce fichier est trop lourd : une feuille de lecture pèse moins de 2 Mo.")
    return bytes(file.read())


def _packed(row: SheetRow) -> dict[str, Any]:
    said = row.sheet
    return {
        "line": row.line,
        "reading": row.reading,
        "version": row.version,
        "label": row.label,
        "marks": {str(pk): [one.value, one.why] for pk, one in said.marks.items()},
        "rest": [
            said.comment_jury,
            said.comment_applicant,
            said.recommendation,
            said.confidence,
            said.abstains,
        ],
    }


def _unpacked(held: dict[str, Any]) -> SheetRow:
    jury, applicant, opinion, confidence, abstains = held["rest"]
    marks = {
        int(pk): Mark(value, is_said=True, why=why) for pk, (value, why) in held["marks"].items()
    }
    sheet = Sheet(
        marks=marks,
        comment_jury=jury,
        comment_applicant=applicant,
        recommendation=opinion,
        confidence=confidence,
        abstains=abstains,
    )
    return SheetRow(held["line"], held["reading"], held["version"], held["label"], sheet)


def _juror(request: HttpRequest, space: Space, edition: int) -> Juror:
    found = juror_of(cast("User", request.user), space, edition)
    if found is None:
        raise Http404
    return found
