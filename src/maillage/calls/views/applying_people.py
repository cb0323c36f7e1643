"""Who writes a file, and messages with the authority."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.calls.actions.corresponding import mark_read, write_message
from maillage.calls.actions.cowriting import (
    accept_writer,
    find_writer,
    invite_writer,
    is_for,
    remove_writer,
    why_closed,
)
from maillage.calls.forms.applying import InviteForm, MessageForm
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import CallMessage, Writer
from maillage.calls.queries.applicant import load, messages_of
from maillage.calls.views.applying_doors import person, room_at, show
from maillage.core.uploads.kinds import UploadRefusedError
from maillage.core.views import answer_file


@require_http_methods(["GET", "HEAD", "POST"])
def writers(request: HttpRequest, pk: int) -> HttpResponse:
    """Those who write, and an invitation."""
    now = timezone.now()
    room = room_at(request, pk, now)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invite_writer(
                room.application,
                form.cleaned_data["email"],
                form.cleaned_data["kind"],
                by=person(request),
                now=now,
            )
        except StepRefused as refused:
            form.add_error(None, str(refused))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"Invitation envoyée à {form.cleaned_data['email']}.")
            return redirect("applications:writers", pk)
    return show(
        request, room, "calls/applying/writers.html", status=422 if form.errors else 200, form=form
    )


@require_POST
def remove(request: HttpRequest, pk: int, writer: int) -> HttpResponse:
    application = load(person(request), pk)
    if application is None:
        raise Http404
    found = get_object_or_404(Writer, pk=writer, application=application, ended_at=None)
    try:
        remove_writer(found, by=person(request), now=timezone.now())
    except StepRefused as refused:
        messages.error(request, str(refused))
        return redirect("applications:writers", pk)
    if found.user_id == request.user.pk:
        messages.success(request, "Vous n'écrivez plus cette candidature.")
        return redirect("applications:list")
    messages.success(request, "Cette personne n'ouvre plus la candidature.")
    return redirect("applications:writers", pk)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, key: str) -> HttpResponse:
    """Opened by mail scanners too: reading it does nothing."""
    now = timezone.now()
    found = find_writer(key)
    if found is None:
        raise Http404
    if request.method == "POST" and request.user.is_authenticated:
        try:
            writer = accept_writer(key, by=person(request), now=now)
        except StepRefused as refused:
            messages.error(request, str(refused))
        else:
            return redirect("applications:one", writer.application_id)
    context = {
        "writer": found,
        "closed": why_closed(found, now=now),
        "is_theirs": request.user.is_authenticated and is_for(found, person(request)),
    }
    return render(request, "calls/applying/invitation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def talk(request: HttpRequest, pk: int) -> HttpResponse:
    """Messages with the authority; the button « J'ai lu » marks them read: a page that is opened writes nothing."""
    now = timezone.now()
    room = room_at(request, pk, now)
    if request.method == "POST" and "read" in request.POST:
        mark_read(room.application, by=person(request), now=now)
        return redirect("applications:message", pk)
    form = MessageForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            write_message(
                room.application,
                form.cleaned_data["text"],
                by=person(request),
                now=now,
                file=form.cleaned_data["file"],
            )
        except StepRefused as refused:
            form.add_error(None, str(refused))
        except UploadRefusedError as refused:
            form.add_error("file", str(refused))
        else:
            mark_read(room.application, by=person(request), now=now)
            messages.success(request, "Votre message est envoyé.")
            return redirect("applications:message", pk)
    said = messages_of(room.application)
    unread = sum(1 for one in said if one.side == "authority" and one.read_at is None)
    status = 422 if form.errors else 200
    return show(
        request,
        room,
        "calls/applying/messages.html",
        status=status,
        form=form,
        said=said,
        unread=unread,
    )


@require_safe
def message_file(request: HttpRequest, pk: int, message: int) -> FileResponse:
    application = load(person(request), pk)
    if application is None:
        raise Http404
    found = get_object_or_404(
        CallMessage.objects.select_related("upload"), pk=message, application=application
    )
    if found.upload is None:
        raise Http404
    return answer_file(found.upload)
