"""A person's box: list, read, sort out, choose a rhythm."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.notices.actions import inbox as actions
from maillage.notices.forms.inbox import RhythmForm
from maillage.notices.lib.categories import label_of
from maillage.notices.lib.keys import ALL
from maillage.notices.queries import inbox as queries
from maillage.spaces.access import allowed


def page_number(request: HttpRequest) -> int:
    raw = request.GET.get("page", "1")
    return int(raw) if raw.isdecimal() and len(raw) < 7 else 1


@require_safe
@allowed("account.keep")
def inbox(request: HttpRequest) -> HttpResponse:
    unread_only = request.GET.get("vue") == "non-lus"
    context = {
        "page": queries.inbox(request.user, unread_only=unread_only, page=page_number(request)),
        "unread": queries.unread_count(request.user),
        "unread_only": unread_only,
    }
    return render(request, "notices/inbox.html", context)


@require_safe
@allowed("account.keep")
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Reading does not mark: GET never writes. The page's own button does."""
    found = get_object_or_404(queries.letters_for(request.user), pk=pk)
    context = {"letter": found, "category": label_of(found.category) if found.category else ""}
    return render(request, "notices/letter.html", context)


@require_POST
@allowed("account.keep")
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark as read, unread, or read and go where the letter leads."""
    found = get_object_or_404(queries.letters_for(request.user), pk=pk)
    act = request.POST.get("act", "read")
    actions.mark(found, is_read=act != "unread", by=request.user, now=timezone.now())
    if act == "open" and found.link:
        return redirect(found.link)
    return redirect("inbox:list")


@require_POST
@allowed("account.keep")
def mark_all(request: HttpRequest) -> HttpResponse:
    count = actions.mark_all_read(by=request.user, now=timezone.now())
    plural = "s" if count > 1 else ""
    messages.success(request, f"{count} message{plural} marqué{plural} comme lu{plural}.")
    return redirect("inbox:list")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("account.keep")
def preferences(request: HttpRequest) -> HttpResponse:
    form = RhythmForm(request.POST or None, user=request.user)
    if request.method == "POST":
        now = timezone.now()
        if request.POST.get("act") == "stop":
            actions.stop(request.user, ALL, now=now)
            messages.success(
                request,
                "Plus aucun e-mail de ces sujets : tout reste lisible ici, dans vos messages.",
            )
            return redirect("inbox:preferences")
        if form.is_valid():
            actions.set_rhythms(form.cleaned_data, by=request.user, now=now)
            messages.success(request, "Vos choix sont enregistrés.")
            return redirect("inbox:preferences")
    return render(request, "notices/preferences.html", {"form": form})
