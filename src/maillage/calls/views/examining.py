"""One file: what was deposited, its examination, the messages. Each act is a POST that comes back to its page."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from maillage.calls.forms.reading import form_for_reading
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Application, Attachment, CallMessage
from maillage.calls.queries import examining as q
from maillage.calls.queries.registers import LABELS
from maillage.calls.views.examining_acts import ACTS
from maillage.core.uploads.kinds import UploadRefusedError
from maillage.core.views import answer_file
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space
from maillage.territories.queries import names_by_code

if TYPE_CHECKING:
    from maillage.accounts.models import User

_PAGES = {
    "one": "calls/instruction/one.html",
    "examine": "calls/instruction/examine.html",
    "talk": "calls/instruction/talk.html",
    "versions": "calls/instruction/versions.html",
}
TABS = {
    "one": "Dossier",
    "examine": "Instruction",
    "talk": "Échanges",
    "versions": "Versions",
}


@require_safe
@for_agents
def one(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    return _show(request, _load(request, space, pk), "one")


@require_safe
@for_agents
def examine(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    return _show(request, _load(request, space, pk), "examine")


@require_safe
@for_agents
def talk(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    return _show(request, _load(request, space, pk), "talk")


@require_safe
@for_agents
def versions(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    return _show(request, _load(request, space, pk), "versions")


@require_POST
@for_agents
def act(request: HttpRequest, space: Space, pk: int, verb: str) -> HttpResponse:
    """Do it and come back; refused, show the same page with everything that was typed."""
    application = _load(request, space, pk)
    if verb not in ACTS:
        raise Http404
    wanted = ACTS[verb]
    form = wanted.form(application, request.POST, request.FILES)
    if form.is_valid():
        try:
            said = wanted.do(
                application, form.cleaned_data, by=cast("User", request.user), now=timezone.now()
            )
        except (StepRefused, UploadRefusedError) as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, said)
            return redirect(f"instruction:{wanted.tab}", space.slug, application.pk)
    fresh = _load(request, space, pk)
    return _show(request, fresh, wanted.tab, bound=(verb, form), status=422)


def _load(request: HttpRequest, space: Space, pk: int) -> Application:
    return q.load(space, cast("User", request.user), pk, timezone.now())


def _show(
    request: HttpRequest,
    application: Application,
    tab: str,
    *,
    bound: tuple[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with the form that was refused in the place of its empty one."""
    now, user = timezone.now(), cast("User", request.user)
    held = dict([bound] if bound else [])
    shown = {
        verb.replace("-", "_"): held.get(verb) or wanted.form(application, None, None)
        for verb, wanted in ACTS.items()
        if wanted.tab == tab
    }
    problem = held[bound[0]].non_field_errors() if bound else []
    context = {
        "file": application,
        "edition": application.edition,
        "tab": tab,
        "tabs": list(TABS.items()),
        "unread": q.unread_of(application),
        "silence": q.silence_of(application, now),
        "correction": q.open_correction_of(application),
        "pending": q.pending_of(application),
        "twins": q.twins_of(application, user),
        "follows": q.follows(application, user),
        "forms": shown,
        "problem": problem[0] if problem else "",
        **_PARTS[tab](application, user),
    }
    return render(request, _PAGES[tab], context, status=status)


def _of_file(application: Application, user: "User") -> dict[str, Any]:
    answers = q.answers_of(application)
    reading = form_for_reading(q.form_for(application), answers, places=names_by_code())
    return {
        "reading": reading,
        "files": q.files_of(application),
        "partners": q.partners_of(application),
    }


def _of_examination(application: Application, user: "User") -> dict[str, Any]:
    checks = q.checks_of(application)
    rules = q.results_of(application)
    overrule = ACTS["regle"]
    return {
        "checks": [(LABELS.get(one.code, one.code), one) for one in checks],
        "rules": [(one, overrule.form(application, None, None)) for one in rules],
        "corrections": list(application.corrections.select_related("asked_by", "answered_by")),
        "labels": dict(q.correctable(q.form_for(application))),
        "notes": list(application.notes.select_related("by")),
        "verdicts": list(
            application.admissibilities.select_related("proposed_by", "confirmed_by", "declined_by")
        ),
        "siret_in_doubt": q.siret_in_doubt(application),
        "is_mine": getattr(q.pending_of(application), "proposed_by_id", None) == user.pk,
    }


def _of_messages(application: Application, user: "User") -> dict[str, Any]:
    return {"talk": q.messages_of(application)}


def _of_versions(application: Application, user: "User") -> dict[str, Any]:
    return {"versions": q.versions_of(application)}


_PARTS: dict[str, Callable[[Application, "User"], dict[str, Any]]] = {
    "one": _of_file,
    "examine": _of_examination,
    "talk": _of_messages,
    "versions": _of_versions,
}


@require_safe
@for_agents
def attachment(request: HttpRequest, space: Space, pk: int) -> FileResponse:
    """A document of a deposit, to who may open its file; one that was never deposited is the applicant's alone."""
    found = get_object_or_404(
        Attachment.objects.select_related("upload"), pk=pk, application__edition__space=space
    )
    application = _load(request, space, found.application_id)
    deposited = {one.pk for _field, one in q.files_of(application)}
    if found.pk not in deposited:
        raise Http404
    return answer_file(found.upload)


@require_safe
@for_agents
def message_file(request: HttpRequest, space: Space, pk: int) -> FileResponse:
    found = get_object_or_404(
        CallMessage.objects.select_related("upload"),
        pk=pk,
        upload__isnull=False,
        application__edition__space=space,
    )
    _load(request, space, found.application_id)
    if found.upload is None:
        raise Http404
    return answer_file(found.upload)
