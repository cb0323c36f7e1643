"""The page that a reminder's key opens, without signing in: what we publish, and three answers.

Reading it changes nothing, so that mail scanners may follow the link; each answer is a button.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.core.throttle import allows
from maillage.moderation.actions.contribute import KEY, contribute
from maillage.moderation.enums import Kind
from maillage.portal.forms.acts import refused
from maillage.portal.forms.reminder import CorrectionForm
from maillage.portal.queries.reminders import Told, by_key, told
from maillage.spaces.access import allowed
from maillage.structures.actions.reminders import (
    Answer,
    answer_reminder,
    resume_reminders,
    stop_reminders,
)

View = Callable[..., HttpResponse]


def _with_key(view: View) -> View:
    """The view gets what its key tells. Its answers are kept nowhere, listed nowhere, and leak no key."""

    @wraps(view)
    def keyed(request: HttpRequest, key: str) -> HttpResponse:
        if not allows(request, "reminder", times=120, seconds=600):
            return render(request, "429.html", status=429)
        reminder = by_key(key)
        if reminder is None:
            raise Http404
        known = told(reminder, now=timezone.now())
        request.space = known.space  # type: ignore[attr-defined]  (its name and its colours)
        response = view(request, known, key)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "same-origin"
        return response

    return never_cache(allowed("contribution.send")(keyed))


@require_safe
@_with_key
def page(request: HttpRequest, known: Told, key: str) -> HttpResponse:
    status = 410 if known.is_expired and not known.reminder.answer else 200
    return render(request, "portal/reminder.html", {"told": known, "key": key}, status=status)


@require_POST
@_with_key
def answer(request: HttpRequest, known: Told, key: str) -> HttpResponse:
    """One click. Sent again, or after another answer, it changes nothing."""
    given = request.POST.get("answer", "")
    if known.is_shown and given in {Answer.RIGHT, Answer.CLOSED}:
        answer_reminder(known.reminder, given, now=timezone.now(), space=known.space)
    return redirect("portal:reminder", key)


@require_http_methods(["GET", "HEAD", "POST"])
@_with_key
def correct(request: HttpRequest, known: Told, key: str) -> HttpResponse:
    """Corrections join the agents' queue, as said by who receives the structure's letters."""
    space = known.space
    if space is None or known.is_expired or known.reminder.answer or not known.is_shown:
        return redirect("portal:reminder", key)
    form = CorrectionForm(request.POST or None, values=known.values)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                contribute(
                    space,
                    kind=Kind.CORRECT,
                    by=None,
                    now=timezone.now(),
                    structure=known.structure,
                    fields=form.proposed(),
                    seen=known.values,
                    message=form.cleaned_data["message"],
                    details={"place": known.place.pk} if known.place else {},
                    email=known.reminder.to,
                    trust=KEY,
                    token=form.cleaned_data["token"],
                )
                answer_reminder(known.reminder, Answer.CORRECT, now=timezone.now(), space=space)
        except ValidationError as error:
            refused(form, error)
        else:
            return redirect("portal:reminder", key)
    context = {"told": known, "key": key, "form": form}
    status = 422 if form.errors else 200
    return render(request, "portal/reminder_correct.html", context, status=status)


@csrf_exempt  # a mail reader's one-click button (RFC 8058) comes without our cookie
@require_http_methods(["GET", "HEAD", "POST"])
@_with_key
def stop(request: HttpRequest, known: Told, key: str) -> HttpResponse:
    """End of the reminders about this structure, or their return; an expired key still stops them."""
    if request.method == "POST":
        if request.POST.get("resume"):
            resume_reminders(known.reminder, now=timezone.now())
            messages.success(request, "Les rappels reprendront.")
        else:
            stop_reminders(known.reminder, now=timezone.now())
            messages.success(request, "C'est noté : plus de rappels pour cette fiche.")
        return redirect("portal:reminder_stop", key)
    return render(request, "portal/reminder_stop.html", {"told": known, "key": key})
