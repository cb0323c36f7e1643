"""Pages by which anybody proposes, corrects or reports, with or without an account."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.core.throttle import allows
from maillage.moderation.actions.contribute import Sent, contribute
from maillage.moderation.enums import Kind
from maillage.moderation.forms.guard import GuardedForm
from maillage.moderation.forms.notice import NoticeForm
from maillage.moderation.forms.public import ClosedForm, CorrectForm, ProposeForm, ReportForm
from maillage.moderation.queries.public import load_public, sectors, shown_of
from maillage.moderation.queries.queue import communes_of
from maillage.moderation.queries.similar import Lookalike, lookalikes
from maillage.spaces.access import allowed
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes, spaces_containing

LOOKS = 60  # searches of look-alikes from one connection, in an hour
_RENAMED = {"municipality_code": "commune"}
_METHODS = require_http_methods(["GET", "HEAD", "POST"])


@_METHODS
@allowed("contribution.send")
def propose(request: HttpRequest, space: Space) -> HttpResponse:
    """Valid and without a look-alike, or said to be another one: it is sent."""
    form = ProposeForm(
        request.POST or None,
        request=request,
        communes=communes_of(space),
        sectors=sectors(),
        initial={"name": request.GET.get("nom", "")[:250]},
    )
    alike: list[Lookalike] = []
    elsewhere: list[Space] = []
    if request.method == "POST" and form.is_valid():
        values = form.values()
        if form.commune_code not in perimeter_codes(space):
            elsewhere = list(spaces_containing({form.commune_code}).filter(is_public=True))
            form.add_error(
                "commune", f"Cette commune n'est pas dans le territoire de {space.name}."
            )
        elif "new" in request.POST:
            pass
        elif not allows(request, "look-alike", times=LOOKS, seconds=3600):
            # Names are compared with those of a whole commune: no robot has that done for nothing.
            _too_many(form)
        else:
            alike = lookalikes(
                space,
                name=values["name"],
                municipality_code=form.commune_code,
                siren=values.get("siret", "").replace(" ", "")[:9],
                rna=values.get("rna", ""),
            )
        if form.is_valid() and not alike:
            details = {"proof": form.cleaned_data["proof"]}
            if answer := _send(
                request, space, form, kind=Kind.PROPOSE, fields=values, details=details
            ):
                return answer
    context = {"form": form, "alike": alike, "elsewhere": elsewhere}
    return _page(request, "moderation/propose.html", context, form)


@_METHODS
@allowed("contribution.send")
def correct(request: HttpRequest, space: Space, slug: str) -> HttpResponse:
    structure = load_public(space, slug)
    asked = request.POST.get("place") or request.GET.get("lieu", "")
    place = int(asked) if asked.isdecimal() and len(asked) < 19 else None
    shown = shown_of(structure, space, place)
    form = CorrectForm(
        request.POST or None,
        request=request,
        shown=shown,
        communes=communes_of(space),
        sectors=sectors(),
    )
    if request.method == "POST" and form.is_valid():
        answer = _send(
            request,
            space,
            form,
            kind=Kind.CORRECT,
            structure=structure,
            fields=form.values(),
            seen=form.seen_values(),
            message=form.cleaned_data["message"],
            details=form.details(),
        )
        if answer:
            return answer
    context = {"form": form, "structure": structure, "shown": shown}
    return _page(request, "moderation/correct.html", context, form)


@_METHODS
@allowed("contribution.send")
def closed(request: HttpRequest, space: Space, slug: str) -> HttpResponse:
    return _about(request, space, slug, ClosedForm, Kind.CLOSED, "moderation/closed.html")


@_METHODS
@allowed("contribution.send")
def report(request: HttpRequest, space: Space, slug: str) -> HttpResponse:
    return _about(request, space, slug, ReportForm, Kind.REPORT, "moderation/report.html")


@_METHODS
@allowed("contribution.send")
def notice(request: HttpRequest, space: Space, slug: str = "") -> HttpResponse:
    return _about(request, space, slug, NoticeForm, Kind.NOTICE, "moderation/notice.html")


@require_safe
@allowed("contribution.send")
def sent(request: HttpRequest, space: Space) -> HttpResponse:
    return render(request, "moderation/sent.html")


def _about(
    request: HttpRequest,
    space: Space,
    slug: str,
    make: Callable[..., Any],
    kind: str,
    template: str,
) -> HttpResponse:
    structure = load_public(space, slug) if slug else None
    form = make(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        answer = _send(
            request,
            space,
            form,
            kind=kind,
            structure=structure,
            message=form.cleaned_data["message"],
            details=form.details(),
        )
        if answer:
            return answer
    return _page(request, template, {"form": form, "structure": structure}, form)


def _send(
    request: HttpRequest, space: Space, form: GuardedForm, **given: Any
) -> HttpResponse | None:
    """Where to go once sent; None when it is refused, the form saying why."""
    if not allows(request, "contribute", times=20, seconds=3600):
        _too_many(form)
        return None
    by = request.user if request.user.is_authenticated else None
    try:
        done = contribute(space, by=by, now=timezone.now(), token=form.token, **form.who(), **given)
    except ValidationError as error:
        _refused(form, error)
        return None
    return _after(request, space, done)


def _too_many(form: GuardedForm) -> None:
    form.add_error(
        None, "Beaucoup d'envois viennent de votre connexion : réessayez dans une heure."
    )
    form.too_many = True  # type: ignore[attr-defined]


def _refused(form: GuardedForm, error: ValidationError) -> None:
    """Beside the fields, what the action refused."""
    found = error.error_dict if hasattr(error, "error_dict") else {"": [error]}
    for name, errors in found.items():
        known = _RENAMED.get(name, name)
        for one in errors:
            form.add_error(known if known in form.fields else None, one)


def _after(request: HttpRequest, space: Space, done: Sent) -> HttpResponse:
    if done.contribution.contributor_id and done.contribution.contributor == request.user:
        said = "C'est publié." if done.is_live else "Merci, un agent lira votre envoi."
        messages.success(request, said)
        return redirect("moderation_account:one", done.contribution.pk)
    if done.key:
        return redirect("moderation_follow:follow", done.key)
    return redirect("moderation_public:sent", space.slug)


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], form: GuardedForm
) -> HttpResponse:
    return render(request, template, context, status=429 if hasattr(form, "too_many") else 200)
