"""Pages of a juror: their calls, their files, and each file behind its doors."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from maillage.calls.actions import reviewing
from maillage.calls.actions.interests import declare as declare_interest
from maillage.calls.enums import Recommendation, ReviewStatus
from maillage.calls.forms.juries import InterestForm, sheet_of
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.reading_texts import charter_of, law_of
from maillage.calls.models import Juror
from maillage.calls.queries.reading import (
    Door,
    Reading,
    calls_of,
    files_of,
    juror_of,
    reading,
)
from maillage.calls.queries.reading_file import piece_for, sections_of
from maillage.calls.queries.reading_marks import criteria_lines
from maillage.core.views import answer_file
from maillage.spaces.access import allowed
from maillage.spaces.models import Space

if TYPE_CHECKING:
    from maillage.accounts.models import User

CONFIDENCE = ((1, "faible"), (2, "moyenne"), (3, "forte"))


@require_safe
@allowed("calls.read")
def home(request: HttpRequest, space: Space) -> HttpResponse:
    calls = calls_of(cast("User", request.user))
    return render(request, "calls/jury/home.html", {"calls": calls})


@require_safe
@allowed("calls.read")
def call(request: HttpRequest, space: Space, edition: int) -> HttpResponse:
    juror = _juror(request, space, edition)
    lines = files_of(juror, timezone.localdate())
    done = sum(line.review.status == ReviewStatus.SUBMITTED for line in lines)
    return render(
        request,
        "calls/jury/call.html",
        _texts(juror) | {"juror": juror, "edition": juror.edition, "lines": lines, "done": done},
    )


@require_POST
@allowed("calls.read")
def charter(request: HttpRequest, space: Space, edition: int) -> HttpResponse:
    juror = _juror(request, space, edition)
    if "agree" not in request.POST:
        messages.error(request, "Cochez la case : la charte s'accepte avant le premier dossier.")
    else:
        by = cast("User", request.user)
        reviewing.accept_charter(juror, by=by, now=timezone.now())
        messages.success(request, "Merci. Vos dossiers s'ouvrent.")
    return redirect("reviews:call", space.slug, edition)


@require_safe
@allowed("calls.read")
def one(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    return _show(request, _reading(request, space, pk))


@require_POST
@allowed("calls.read")
def declare(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    found = _reading(request, space, pk)
    if found.door == Door.CHARTER:
        return redirect("reviews:call", space.slug, found.review.juror.edition_id)
    form = InterestForm(request.POST)
    if not form.is_valid():
        return _show(request, found, interests=form, status=422)
    by, said = cast("User", request.user), form.cleaned_data
    try:
        held = declare_interest(
            found.application, answer=said["answer"], text=said["text"], by=by, now=timezone.now()
        )
    except StepRefused as refused:
        messages.error(request, str(refused))
        return redirect("reviews:one", space.slug, pk)
    if held.recused:
        messages.success(
            request,
            "Vous êtes retiré de ce dossier : vous ne le verrez plus. Merci de l'avoir dit.",
        )
        return redirect("reviews:call", space.slug, found.review.juror.edition_id)
    return redirect("reviews:one", space.slug, pk)


@require_POST
@allowed("calls.read")
def draft(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """Kept by the button, or by the page itself every few seconds (`Accept: application/json`)."""
    found = _open(request, space, pk)
    by_itself = "application/json" in request.headers.get("Accept", "")
    sheet = sheet_of(request.POST, _criteria(found))
    try:
        held = reviewing.save_draft(
            found.review,
            sheet,
            version=_version(request),
            by=cast("User", request.user),
            now=timezone.now(),
        )
    except StepRefused as refused:
        if by_itself:
            return JsonResponse({"problem": str(refused)}, status=409)
        return _show(request, found, typed=sheet, problem=str(refused), status=409)
    if by_itself:
        total = "" if held.total is None else f"{held.total:.1f}".replace(".", ",")
        return JsonResponse({"version": held.version, "total": total})
    messages.success(request, "Brouillon gardé. Vos notes ne comptent pas encore : rendez-les.")
    return redirect("reviews:one", space.slug, pk)


@require_POST
@allowed("calls.read")
def submit(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    found = _open(request, space, pk)
    sheet = sheet_of(request.POST, _criteria(found))
    by, now, version = cast("User", request.user), timezone.now(), _version(request)
    try:
        reviewing.submit(found.review, sheet, version=version, by=by, now=now)
    except reviewing.IncompleteReviewError as missing:
        return _show(request, found, typed=sheet, problems=missing.problems, status=422)
    except StepRefused as refused:
        return _show(request, found, typed=sheet, problem=str(refused), status=409)
    messages.success(request, "Lecture rendue. Merci. Vous voyez maintenant celles des autres.")
    return redirect("reviews:one", space.slug, pk)


@require_safe
@allowed("calls.read")
def piece(request: HttpRequest, space: Space, pk: int, upload: int) -> FileResponse:
    found = _open(request, space, pk)
    kept = piece_for(found.application, found.seen_by, upload)
    if kept is None:
        raise Http404
    return answer_file(kept)


def _show(
    request: HttpRequest,
    found: Reading,
    *,
    interests: InterestForm | None = None,
    typed: reviewing.Sheet | None = None,
    problem: str = "",
    problems: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The door where the person stands, or the file with what they typed when it was not kept."""
    review, edition = found.review, found.review.juror.edition
    context: dict[str, Any] = _texts(review.juror) | {
        "reading": found,
        "review": review,
        "edition": edition,
        "label": found.label,
    }
    if found.door == Door.CHARTER:
        return redirect("reviews:call", edition.space.slug, edition.pk)
    if found.door != Door.OPEN:
        context["form"] = interests or InterestForm()
        context["names"] = _names(found)
        return render(request, "calls/jury/door.html", context, status=status)
    criteria = _criteria(found)
    locked = review.status == ReviewStatus.SUBMITTED or edition.status != "instruction"
    context |= {
        "title": found.seen_by.title(found.application),
        "sections": sections_of(found.application, found.seen_by),
        "lines": criteria_lines(review, criteria, typed, problems or {}),
        "typed": typed or review,
        "problem": problem,
        "problems": problems or {},
        "locked": locked,
        "recommendations": Recommendation.choices,
        "confidences": CONFIDENCE,
        "withdraw": interests or InterestForm(),
    }
    return render(request, "calls/jury/reading.html", context, status=status)


def _names(found: Reading) -> list[str]:
    """Who applies, to say whether one is linked to them; nobody when the reading is without names."""
    file = found.application
    if not found.seen_by.knows(file):
        return []
    return [one.name for one in file.partners.filter(refused_at=None).order_by("role", "name")] or [
        found.seen_by.name(file)
    ]


def _texts(juror: Juror) -> dict[str, Any]:
    reading_rules = juror.edition.reading
    return {"charter": charter_of(reading_rules), "law": law_of(reading_rules)}


def _juror(request: HttpRequest, space: Space, edition: int) -> Juror:
    found = juror_of(cast("User", request.user), space, edition)
    if found is None:
        raise Http404
    return found


def _reading(request: HttpRequest, space: Space, pk: int) -> Reading:
    found = reading(cast("User", request.user), space, pk, timezone.now())
    if found is None:
        raise Http404
    return found


def _open(request: HttpRequest, space: Space, pk: int) -> Reading:
    """A file that is not open answers as one that does not exist."""
    found = _reading(request, space, pk)
    if found.door != Door.OPEN:
        raise Http404
    return found


def _criteria(found: Reading) -> list[Any]:
    return list(found.review.juror.edition.criteria.all())


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1
