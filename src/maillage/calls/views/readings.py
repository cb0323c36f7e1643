"""Readings as the manager sees them: the list, one file, sharing, reopening."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.calls.actions import assigning, reviewing
from maillage.calls.actions.handing import check_reading
from maillage.calls.forms.juries import DueForm
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Application, Edition, Juror, Review
from maillage.calls.queries.naming import viewpoint
from maillage.calls.queries.planning import situation
from maillage.calls.queries.reading_marks import criteria_lines
from maillage.calls.queries.reviewers import (
    SHOWN,
    SORTS,
    TABS,
    progress_of,
    reviewers_page,
)
from maillage.calls.queries.sharing import shown_plan
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

if TYPE_CHECKING:
    from maillage.accounts.models import User

READ_STEPS = ("instruction", "jury", "decided", "notified", "execution", "finished")


@require_safe
@for_agents
def home(request: HttpRequest, space: Space) -> HttpResponse:
    """Editions of the space, with how far their readings are."""
    by, now = cast("User", request.user), timezone.now()
    editions = (
        Edition.objects.filter(space=space)
        .exclude(status__in=["draft", "checking", "cancelled"])
        .order_by("-year", "-pk")[:20]
    )
    rows = [(one, progress_of(one, by, now, timezone.localdate())) for one in editions]
    return render(request, "calls/readings/home.html", {"rows": rows})


@require_safe
@for_agents
def listing(request: HttpRequest, space: Space, edition: int) -> HttpResponse:
    held = edition_of(space, edition)
    asked = request.GET.get("etat", "tous")
    tab, sort = asked if asked in TABS else "tous", request.GET.get("tri", "numero")
    sort = sort if sort in SORTS else "numero"
    number = request.GET.get("page", "1")
    found = reviewers_page(
        held,
        cast("User", request.user),
        timezone.now(),
        tab=tab,
        sort=sort,
        page=int(number) if number.isdecimal() and len(number) < 7 else 1,
        today=timezone.localdate(),
    )
    context = {
        "edition": held,
        "found": found,
        "tabs": TABS.items(),
        "tab": tab,
        "sort": sort,
        "page_base": f"?etat={tab}&tri={sort}&page=",
    }
    return render(request, "calls/readings/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def share(request: HttpRequest, space: Space, edition: int) -> HttpResponse:
    """The plan with its reasons; the button writes that very plan, or says that it changed."""
    held, by, now = edition_of(space, edition), cast("User", request.user), timezone.now()
    today = timezone.localdate()
    form = DueForm(request.POST or None, today=today)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            mark, due = request.POST.get("mark", ""), form.cleaned_data["due_on"]
            given, taken = assigning.apply_plan(held, mark=mark, due_on=due, by=by, now=now)
        except StepRefused as refused:
            problem = str(refused)
        else:
            several = "s" if given > 1 else ""
            messages.success(
                request, f"{given} lecture{several} confiée{several}, {taken} reprises."
            )
            return redirect("readings:list", space.slug, edition)
    try:
        check_reading(held)
    except StepRefused as refused:
        problem = problem or str(refused)
    around = situation(held, now, by=by)
    plan = around.plan()
    context = {
        "edition": held,
        "plan": shown_plan(around, plan),
        "mark": around.mark(plan),
        "form": form,
        "problem": problem,
    }
    return render(request, "calls/readings/share.html", context, status=409 if problem and request.POST else 200)  # fmt: skip


@require_safe
@for_agents
def file(request: HttpRequest, space: Space, edition: int, pk: int) -> HttpResponse:
    """Every reading of one file, with its levels and its comments."""
    held = edition_of(space, edition)
    application = _file(request, held, pk)
    criteria = list(held.criteria.all())
    reviews = list(
        application.reviews.exclude(status="replaced")
        .select_related("juror__user")
        .prefetch_related("scores")
        .order_by("juror")
    )
    around = situation(held, timezone.now(), by=cast("User", request.user), only=pk)
    busy = {one.juror_id for one in reviews} | {reader for _file, reader in around.forbidden}
    seen_by = viewpoint(cast("User", request.user), held)
    context = {
        "edition": held,
        "application": application,
        "label": seen_by.label(application),
        "title": seen_by.title(application),
        "reviews": [(one, criteria_lines(one, criteria, None, {})) for one in reviews],
        "free": [one for one in around.jurors.values() if one.pk not in busy],
        "form": DueForm(today=timezone.localdate()),
    }
    return render(request, "calls/readings/file.html", context)


@require_POST
@for_agents
def give(request: HttpRequest, space: Space, edition: int, pk: int) -> HttpResponse:
    held = edition_of(space, edition)
    application = _file(request, held, pk)
    form = DueForm(request.POST, today=timezone.localdate())
    juror = _juror(held, request.POST.get("juror", ""))
    if not form.is_valid() or juror is None:
        words = " ".join(form.errors.get("due_on", [])) or "Choisissez une personne dans la liste."
        messages.error(request, words)
        return redirect("readings:file", space.slug, edition, pk)
    by, due = cast("User", request.user), form.cleaned_data["due_on"]
    _tried(
        request,
        lambda: assigning.give(application, juror, due_on=due, by=by, now=timezone.now()),
        f"Dossier confié à {juror.user}.",
    )
    return redirect("readings:file", space.slug, edition, pk)


@require_POST
@for_agents
def act(request: HttpRequest, space: Space, edition: int, pk: int, verb: str) -> HttpResponse:
    """Take back, give to somebody else, or reopen one reading."""
    held, by, now = edition_of(space, edition), cast("User", request.user), timezone.now()
    review = get_object_or_404(
        Review.objects.select_related("juror__user", "juror__edition__space"),
        pk=pk,
        juror__edition=held,
    )
    review.application = _file(request, held, review.application_id)
    reason = request.POST.get("reason", "")[:1000]
    if verb == "reprendre":
        _tried(
            request,
            lambda: assigning.take_back(review, reason=reason, by=by, now=now),
            "Lecture reprise.",
        )
    elif verb == "rouvrir":
        _tried(
            request,
            lambda: reviewing.reopen(review, reason=reason, by=by, now=now),
            "Lecture rouverte. Le juré est prévenu.",
        )
    elif verb == "changer":
        juror = _juror(held, request.POST.get("juror", ""))
        if juror is None:
            messages.error(request, "Choisissez une personne dans la liste.")
        else:
            _tried(
                request,
                lambda: assigning.reassign(review, juror, reason=reason, by=by, now=now),
                f"Dossier confié à {juror.user}.",
            )
    else:
        raise Http404
    return redirect("readings:file", space.slug, edition, review.application_id)


def edition_of(space: Space, pk: int) -> Edition:
    held = get_object_or_404(Edition, pk=pk, space=space)
    held.space = space
    return held


def _file(request: HttpRequest, edition: Edition, pk: int) -> Application:
    files = Application.objects.reachable_by(request.user).unsealed(timezone.now())
    application = get_object_or_404(
        files.select_related("form"), pk=pk, edition=edition, status__in=SHOWN
    )
    application.edition = edition
    return application


def _juror(edition: Edition, said: str) -> Juror | None:
    if not (said.isdecimal() and len(said) < 19):
        return None
    return edition.jurors.filter(pk=int(said)).select_related("user").first()


def _tried(request: HttpRequest, verb: Any, done: str) -> None:
    try:
        verb()
    except StepRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
