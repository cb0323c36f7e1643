"""A file and its sections: what is asked, what is missing, what is saved as it is typed."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.calls.actions.depositing import token_of
from maillage.calls.actions.writing import (
    Saved,
    note_presence,
    save_answers,
    take_back,
)
from maillage.calls.forms.answering import answers_from_post, asks_for_lines
from maillage.calls.forms.sections import drawn_section
from maillage.calls.lib.answer_words import said
from maillage.calls.lib.delays import hour_words
from maillage.calls.lib.form import Field, Section, form_of
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import AnswerPast, Application
from maillage.calls.permissions import may_write
from maillage.calls.queries.applicant import Room, load
from maillage.calls.queries.awards import told_of
from maillage.calls.queries.forms_in_force import form_in_force
from maillage.calls.views.applying_doors import person, room_at, show
from maillage.calls.views.applying_files import change_files


@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the file is: completeness, what waits, what comes next."""
    room = room_at(request, pk, timezone.now())
    letters, awards = told_of(person(request), room.application) if room.is_told else ([], [])
    said = {"token": token_of(room.application), "letters": letters, "awards": awards}
    return show(request, room, "calls/applying/one.html", **said)


@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One page of the form. Without scripts its button saves; two texts for one question are both shown."""
    now = timezone.now()
    room = room_at(request, pk, now)
    found = _section(room, code)
    if request.method != "POST":
        return _page(request, room, found)
    try:
        saved = _save(request, room.application, found)
    except StepRefused as refused:
        messages.error(request, str(refused))
        return _page(request, room, found, typed=_answers(found, request.POST), status=422)
    return _saved(request, found, saved, pk, now)


def _saved(
    request: HttpRequest, found: Section, saved: Saved, pk: int, now: datetime
) -> HttpResponse:
    """After a save without scripts: the other text, the lines asked for, the documents, or the next page."""
    if saved.conflicts or asks_for_lines(request.POST):
        room = room_at(request, pk, now)
        if saved.conflicts:
            return _page(request, room, found, saved=saved, status=409)
        return _page(request, room, found, typed=_answers(found, request.POST))
    room = room_at(request, pk, now)
    pieces = change_files(request, room.application, found)
    if pieces is None:
        messages.success(request, f"Enregistré à {hour_words(now)}.")
        if request.POST.get("then", "") == "next":
            after = _neighbour(room, found.code, 1)
            if after is None:
                return redirect("applications:one", pk)
            return redirect("applications:section", pk, after)
    answer = redirect("applications:section", pk, found.code)
    if pieces:
        answer["Location"] += f"#f-{pieces}-group"
    return answer


@require_POST
def save(request: HttpRequest, pk: int, code: str) -> JsonResponse:
    """What the page sends while one types: only the questions that changed. JSON, for the script of the page."""
    now = timezone.now()
    application = load(person(request), pk)
    if application is None:
        raise Http404
    found = _section_of(application, code)
    try:
        saved = _save(request, application, found)
    except StepRefused as refused:
        return JsonResponse({"error": str(refused)}, status=409)
    fields = {one.code: one for one in found.fields}
    return JsonResponse(
        {
            "told": f"Enregistré à {hour_words(now)}",
            "versions": saved.versions,
            "conflicts": [
                {
                    "code": one.code,
                    "label": fields[one.code].label,
                    "mine": said(fields[one.code], one.mine),
                    "theirs": said(fields[one.code], one.theirs),
                    "who": str(one.by) if one.by else "Quelqu'un",
                    "when": hour_words(one.at),
                    "version": one.version,
                }
                for one in saved.conflicts
            ],
        }
    )


@require_POST
def presence(request: HttpRequest, pk: int, code: str) -> JsonResponse:
    """Say that the person is on this page; the answer says who else writes, and where."""
    now = timezone.now()
    room = room_at(request, pk, now)
    note_presence(room.application, code, by=person(request), now=now)
    return JsonResponse({"others": [{"who": who, "where": where} for who, where in room.elsewhere]})


@require_http_methods(["GET", "HEAD", "POST"])
def history(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """What an answer was; a writer takes one back."""
    now = timezone.now()
    room = room_at(request, pk, now)
    field = next((one for one in room.content.form.fields if one.code == code), None)
    answer = room.content.rows.get(code)
    if field is None or answer is None:
        raise Http404
    if request.method == "POST":
        number = request.POST.get("version", "")
        version = int(number) if number.isascii() and number.isdigit() and len(number) < 8 else 0
        try:
            take_back(room.application, code, version, by=person(request), now=now)
        except StepRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(
                request, "L'ancien texte est repris ; l'autre reste dans l'historique."
            )
        return redirect("applications:history", pk, code)
    past = AnswerPast.objects.filter(answer=answer).select_related("by").order_by("-version", "-pk")
    rows = [(one, said(field, one.value)) for one in past[:50]]
    return show(
        request,
        room,
        "calls/applying/history.html",
        field=field,
        answer=answer,
        current=said(field, answer.value),
        rows=rows,
        section=_place(room, code),
        may_take=room.may_write and room.writable.allows(code),
    )


def _section(room: Room, code: str) -> Section:
    found = next((one for one in room.content.form.sections if one.code == code), None)
    if found is None:
        raise Http404
    return found


def _section_of(application: Application, code: str) -> Section:
    form = form_of(form_in_force(application).definition)
    found = next((one for one in form.sections if one.code == code), None)
    if found is None:
        raise Http404
    return found


def _place(room: Room, code: str) -> str:
    return next(
        one.code
        for one in room.content.form.sections
        if any(field.code == code for field in one.fields)
    )


def _answers(found: Section, post: QueryDict) -> dict[str, object]:
    return answers_from_post(found, post)


def _save(request: HttpRequest, application: Application, found: Section) -> Saved:
    """`version-code` is the version that the page showed; `theirs`, repeated, names questions whose other text is kept."""
    verdict = may_write(request.user, application)
    if not verdict:
        raise StepRefused(verdict.reason)
    post = request.POST
    dropped = set(post.getlist("theirs"))
    changes = {code: value for code, value in _answers(found, post).items() if code not in dropped}
    return save_answers(
        application,
        changes,
        seen={one.code: _number(post.get(f"version-{one.code}", "")) for one in found.fields},
        by=person(request),
        now=timezone.now(),
        seconds=_number(post.get("seconds", "")),
        section=found.code,
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _neighbour(room: Room, code: str, step: int) -> str | None:
    """The section before or after, of those that are asked."""
    codes = [one.section.code for one in room.steps]
    if code not in codes:
        return codes[0] if codes else None
    at = codes.index(code) + step
    return codes[at] if 0 <= at < len(codes) else None


def _page(
    request: HttpRequest,
    room: Room,
    found: Section,
    *,
    saved: Saved | None = None,
    typed: dict[str, object] | None = None,
    status: int = 200,
) -> HttpResponse:
    conflicts = {one.code: one for one in saved.conflicts} if saved else {}
    values = dict(room.content.answers)
    values |= typed or {}
    values |= {code: one.mine for code, one in conflicts.items()}
    codes = [one.section.code for one in room.steps]
    fields: dict[str, Field] = {one.code: one for one in found.fields}
    return show(
        request,
        room,
        "calls/applying/section.html",
        status=status,
        section=found,
        rank=codes.index(found.code) + 1 if found.code in codes else 1,
        count=max(len(codes), 1),
        before=_neighbour(room, found.code, -1),
        after=_neighbour(room, found.code, 1),
        body=drawn_section(room, found, values, checks=bool(room.application.deposits)),
        conflicts=[
            {
                "code": code,
                "label": fields[code].label,
                "theirs": said(fields[code], one.theirs),
                "who": str(one.by) if one.by else "Quelqu'un",
                "at": one.at,
            }
            for code, one in conflicts.items()
        ],
        can_write=room.may_write and any(room.writable.allows(one.code) for one in found.fields),
    )
