"""Jurors, interests and words of an edition, for its managers."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.accounts.models import User
from maillage.calls.actions import interests, jurors
from maillage.calls.actions.reading_texts import set_texts
from maillage.calls.forms.juries import InterestForm, JurorForm, TextsForm
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.reading_texts import charter_of, law_of
from maillage.calls.models import Application, Edition, Juror
from maillage.calls.queries.jury_people import interests_of, jurors_of, spread_of
from maillage.calls.queries.naming import viewpoint
from maillage.calls.views.readings import edition_of
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

if TYPE_CHECKING:
    from django.db.models import QuerySet


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def people(request: HttpRequest, space: Space, edition: int) -> HttpResponse:
    """The jury; the form below names one more person."""
    held, by = edition_of(space, edition), cast("User", request.user)
    form = JurorForm(request.POST or None, edition=held)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            try:
                juror = jurors.name_juror(
                    held,
                    email=said["email"],
                    name=said["name"],
                    profile=form.profile(),
                    by=by,
                    now=timezone.now(),
                )
            except StepRefused as refused:
                form.add_error("email", str(refused))
            else:
                messages.success(request, f"{juror.user} est membre du jury. Un message part.")
                return redirect("readings:jurors", space.slug, edition)
    lines = jurors_of(held, by, timezone.localdate())
    context = {"edition": held, "lines": lines, "form": form}
    return render(request, "calls/readings/jurors.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def juror(request: HttpRequest, space: Space, edition: int, pk: int) -> HttpResponse:
    held, by = edition_of(space, edition), cast("User", request.user)
    found = get_object_or_404(Juror.objects.select_related("user"), pk=pk, edition=held)
    found.edition = held
    form = JurorForm(request.POST or None, edition=held, juror=found)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            jurors.change_juror(found, profile=form.profile(), by=by, now=timezone.now())
            messages.success(request, "C'est enregistré.")
            return redirect("readings:jurors", space.slug, edition)
    context = {
        "edition": held,
        "juror": found,
        "form": form,
        "spread": spread_of(held, found, by),
    }
    return render(request, "calls/readings/juror.html", context, status=status)


@require_POST
@for_agents
def leave(request: HttpRequest, space: Space, edition: int, pk: int) -> HttpResponse:
    held = edition_of(space, edition)
    found = get_object_or_404(Juror.objects.select_related("user"), pk=pk, edition=held)
    found.edition = held
    by, reason = cast("User", request.user), request.POST.get("reason", "")[:1000]
    try:
        freed = jurors.leave_jury(found, reason=reason, by=by, now=timezone.now())
    except StepRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request,
            f"{found.user} a quitté le jury. Lectures rendues au jury : {freed}. Vérifiez la liste : d'autres jurés "
            "les ont reçues quand ils le pouvaient.",
        )
    return redirect("readings:jurors", space.slug, edition)


@require_safe
@for_agents
def interest_list(request: HttpRequest, space: Space, edition: int) -> HttpResponse:
    held, by = edition_of(space, edition), cast("User", request.user)
    lines = interests_of(held, by, timezone.now())
    context = {"edition": held, "lines": lines, "law": law_of(held.reading)}
    context["doubts"] = sum(one.is_doubt for one in lines)
    return render(request, "calls/readings/interests.html", context)


@require_POST
@for_agents
def settle(request: HttpRequest, space: Space, edition: int) -> HttpResponse:
    """Whether somebody stays away from a file, with the reason that stays in the file."""
    held, by = edition_of(space, edition), cast("User", request.user)
    application = _file(request, held, request.POST.get("application", ""))
    person = request.POST.get("user", "")
    user = get_object_or_404(_concerned(held), pk=int(person) if person.isdecimal() and len(person) < 19 else 0)  # fmt: skip
    try:
        interests.decide(
            application,
            user,
            recused=request.POST.get("recused") == "1",
            reason=request.POST.get("reason", "")[:1000],
            by=by,
            now=timezone.now(),
        )
    except StepRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "C'est tranché.")
    return redirect("readings:interests", space.slug, edition)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def declare_mine(request: HttpRequest, space: Space, edition: int, pk: int) -> HttpResponse:
    """An agent says what links them to a file: recused, they will find it nowhere."""
    held, by = edition_of(space, edition), cast("User", request.user)
    application = _file(request, held, str(pk))
    form = InterestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            done = interests.declare(
                application, answer=said["answer"], text=said["text"], by=by, now=timezone.now()
            )
        except StepRefused as refused:
            form.add_error("answer", str(refused))
        else:
            words = "Vous êtes retiré de ce dossier." if done.recused else "C'est noté."
            messages.success(request, words)
            return redirect("readings:list", space.slug, edition)
    seen_by = viewpoint(by, held)
    context = {
        "edition": held,
        "form": form,
        "label": seen_by.label(application),
        "law": law_of(held.reading),
    }
    status = 422 if form.errors else 200
    return render(request, "calls/readings/declare.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def texts(request: HttpRequest, space: Space, edition: int) -> HttpResponse:
    """The charter of the jury and the text of law cited to it."""
    held, by = edition_of(space, edition), cast("User", request.user)
    law = law_of(held.reading)
    start = {"charter": charter_of(held.reading)} | {
        f"law_{key}": law[key] for key in ("ref", "text", "on")
    }
    form = TextsForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        set_texts(held, **form.cleaned_data, by=by, now=timezone.now())
        messages.success(request, "C'est enregistré.")
        return redirect("readings:jurors", space.slug, edition)
    context = {"edition": held, "form": form}
    status = 422 if form.errors else 200
    return render(request, "calls/readings/texts.html", context, status=status)


def _file(request: HttpRequest, edition: Edition, said: str) -> Application:
    if not (said.isdecimal() and len(said) < 19):
        raise Http404
    files = Application.objects.reachable_by(request.user).unsealed(timezone.now())
    application = get_object_or_404(files.select_related("form"), pk=int(said), edition=edition)
    application.edition = edition
    return application


def _concerned(edition: Edition) -> "QuerySet[User]":
    """Jurors of the edition and people with a role in the space: nobody else can be recused."""
    named = edition.jurors.values("user")
    roles = edition.space.roles.values("user")
    return User.objects.filter(pk__in=named) | User.objects.filter(pk__in=roles)
