"""Calls as their managers see them: the list, one of them and what remains, its steps, its team."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.calls.actions.editions import configure, create
from maillage.calls.actions.editions.holding import StaleEditionError
from maillage.calls.actions.editions.money import save_programme
from maillage.calls.actions.editions.publish import second_look
from maillage.calls.enums import EditionStatus
from maillage.calls.forms.edition_steps import FORMS, StepForm
from maillage.calls.forms.editions import NewEditionForm, TeamForm
from maillage.calls.lib import checks, steps
from maillage.calls.lib.closing import at_the_closing
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.steps import Step
from maillage.calls.models import Edition, Envelope, Programme
from maillage.calls.queries import editions as queries
from maillage.calls.queries.publication import remarks_of
from maillage.core import journal
from maillage.moderation.queries.scope import agents_of
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

if TYPE_CHECKING:
    from maillage.accounts.models import User

_HISTORY = 12
_FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
@for_agents
def listing(request: HttpRequest, space: Space) -> HttpResponse:
    found = Paginator(queries.editions_of(space), queries.PER_PAGE)
    page = found.get_page(request.GET.get("page"))
    counts = queries.counts_of(page.object_list, cast("User", request.user))
    rows = [(edition, counts.get(edition.pk, queries.Counts())) for edition in page.object_list]
    context = {"rows": rows, "page": page, "now": timezone.now()}
    return render(request, "calls/editions/list.html", context)


@require_http_methods(_FORM_METHODS)
@for_agents
def new(request: HttpRequest, space: Space) -> HttpResponse:
    """Three ways to begin; each makes a draft and opens it."""
    by, now = cast("User", request.user), timezone.now()
    programmes = Programme.objects.filter(space=space, is_active=True)
    way = request.POST.get("way", "")
    form = NewEditionForm(
        request.POST if way == "empty" else None,
        programmes=programmes,
        initial={"year": timezone.localdate().year + 1},
    )
    edition = None
    if way == "profile":
        edition = create.create_from_profile(space, by=by, now=now)
    elif way == "clone":
        edition = create.clone(_source(space, request.POST.get("source", "")), by=by, now=now)
    elif way == "empty" and form.is_valid():
        said = form.cleaned_data
        programme = said["programme"] or save_programme(
            space, None, {"name": said["name"]}, by=by, now=now
        )
        edition = create.create_empty(
            space, programme=programme, title=said["title"], year=said["year"], by=by, now=now
        )
    if edition is not None:
        messages.success(request, f"« {edition.title} » est prêt à être complété.")
        return redirect("editions:one", space.slug, edition.pk)
    sources = queries.editions_of(space).exclude(status=EditionStatus.CANCELLED)[:30]
    context = {"form": form, "sources": sources}
    return render(request, "calls/editions/new.html", context)


def _source(space: Space, said: str) -> Edition:
    if not said.isdecimal() or len(said) > 9:
        raise Http404
    return queries.load(space, int(said))


@require_safe
@for_agents
def one(request: HttpRequest, space: Space, edition: int) -> HttpResponse:
    found, now, by = queries.load(space, edition), timezone.now(), cast("User", request.user)
    remarks = remarks_of(found, now) if found.status in configure.EDITABLE else []
    counts = queries.counts_of([found], by).get(found.pk, queries.Counts())
    rows = _rows(found, remarks)
    by_step = {row["step"].code: row for row in rows}
    context = {
        "edition": found,
        "counts": counts,
        "rows": rows,
        "todo": [
            (remark, by_step[remark.step])
            for remark in sorted(remarks, key=lambda remark: not remark.blocking)
        ],
        "remarks": remarks,
        "blocking": checks.blocking(remarks),
        "editable": found.status in configure.EDITABLE,
        "second_look": second_look(found, by),
        "deadline": queries.running_deadline(found),
        "cancellable": found.status
        in {"draft", "checking", "scheduled", "open", "closed", "instruction", "jury"},
        "correctable": found.status
        in {"scheduled", "open", "closed", "instruction", "jury", "decided"},
        "events": found.events.select_related("by"),
        "history": journal.history(found)[:_HISTORY],
        "now": now,
    }
    return render(request, "calls/editions/one.html", context)


def _rows(edition: Edition, remarks: list[checks.Remark]) -> list[dict[str, Any]]:
    """Each step with what remains in it, and where it is."""
    return [
        {
            "step": one,
            "url": address_of(edition, one),
            "remarks": [remark for remark in remarks if remark.step == one.code],
            "blocked": any(remark.step == one.code and remark.blocking for remark in remarks),
        }
        for one in steps.ALL
    ]


def address_of(edition: Edition, one: Step) -> str:
    """Pages of other parts are under the call's own address."""
    home = reverse("editions:one", args=[edition.space.slug, edition.pk])
    if one in steps.STEPS:
        return reverse("editions:step", args=[edition.space.slug, edition.pk, one.code])
    return f"{home}{one.code}/"


@require_http_methods(_FORM_METHODS)
@for_agents
def step(request: HttpRequest, space: Space, edition: int, code: str) -> HttpResponse:
    """« Enregistrer et continuer » goes to the next step; a stale page keeps what was typed."""
    found, wanted = queries.load(space, edition), steps.step_of(code)
    if wanted is None:
        raise Http404
    form = _step_form(request, found, wanted)
    version = found.version if request.method != "POST" else _version(request)
    if request.method == "POST" and form.is_valid():
        try:
            configure.save_step(
                found,
                wanted,
                form.values(),
                by=cast("User", request.user),
                now=timezone.now(),
                version=_version(request),
            )
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
            if isinstance(refusal, StaleEditionError):
                version = queries.load(space, edition).version
        else:
            messages.success(request, f"« {wanted.title} » : enregistré.")
            return redirect(_after(request, found, wanted))
    now = timezone.now()
    stored = queries.load(space, edition)
    remarks = remarks_of(stored, now) if stored.status in configure.EDITABLE else []
    context = {
        "edition": stored,
        "step": wanted,
        "form": form,
        "version": version,
        "rows": _rows(stored, remarks),
        "remarks": [one for one in remarks if one.step == wanted.code],
        "editable": stored.status in configure.EDITABLE,
    }
    return render(request, "calls/editions/step.html", context)


def _step_form(request: HttpRequest, found: Edition, wanted: Step) -> StepForm:
    extra = {}
    if wanted == steps.MONEY:
        extra = {"envelopes": Envelope.objects.filter(space=found.space)}
    return FORMS[wanted.code](request.POST or None, instance=found, **extra)


def _version(request: HttpRequest) -> int | None:
    said = request.POST.get("version", "")
    return int(said) if said.isdecimal() and len(said) < 10 else None


def _after(request: HttpRequest, found: Edition, wanted: Step) -> str:
    home = reverse("editions:one", args=[found.space.slug, found.pk])
    if "next" not in request.POST:
        return home
    rank = steps.STEPS.index(wanted) + 1
    return address_of(found, steps.STEPS[rank]) if rank < len(steps.STEPS) else home


@require_http_methods(_FORM_METHODS)
@for_agents
def team(request: HttpRequest, space: Space, edition: int) -> HttpResponse:
    found, by, now = queries.load(space, edition), cast("User", request.user), timezone.now()
    leaving = request.POST.get("member", "")
    if leaving.isdecimal() and len(leaving) < 10:
        member = found.team.filter(pk=int(leaving)).first()
        if member is not None:
            configure.remove_member(member, by=by, now=now)
            messages.success(request, "Rôle retiré.")
        return redirect("editions:team", space.slug, found.pk)
    form = TeamForm(request.POST or None, agents=agents_of(space))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            configure.name_member(found, said["user"], said["kind"], by=by, now=now)
        except StepRefused as refusal:
            form.add_error("kind", str(refusal))
        else:
            messages.success(request, f"{said['user']} : rôle donné.")
            return redirect("editions:team", space.slug, found.pk)
    context = {"edition": found, "form": form, "members": found.team.select_related("user")}
    return render(request, "calls/editions/team.html", context)


@require_safe
@for_agents
def closing(request: HttpRequest, space: Space, edition: int) -> HttpResponse:
    """What will happen at the instant, exactly."""
    found = queries.load(space, edition)
    user = cast("User", request.user)
    counts = queries.counts_of([found], user).get(found.pk, queries.Counts())
    lines = at_the_closing(found, drafts=counts.drafts, deposited=counts.deposited)
    context = {"edition": found, "lines": lines, "now": timezone.now()}
    return render(request, "calls/editions/closing.html", context)
