"""The history of a page, and the way back to one of its versions."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.portal.actions import versions
from maillage.portal.queries.history import acts_page, provenance_of
from maillage.portal.queries.versions import entry_of, plan_to
from maillage.portal.views.desk import Desk


@require_safe
def history(request: HttpRequest, desk: Desk) -> HttpResponse:
    one = desk.structure
    reader = None if desk.by_agent else request.user
    page = acts_page(one, request.GET.get("page"), reader=reader)  # type: ignore[arg-type]
    for place, act in enumerate(page.object_list):
        # The newest line is the page as it is now.
        newest = page.number == 1 and place == 0
        act.entry.restore_url = "" if newest else desk.url("restore_version", entry=act.entry.pk)
    context = {
        "desk": desk,
        "structure": one,
        "title": "Historique",
        "page": page,
        "provenance": provenance_of(one),
    }
    return render(request, "portal/desk/history.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def restore(request: HttpRequest, desk: Desk, entry: int) -> HttpResponse:
    """What would change, then the change itself if nothing moved meanwhile."""
    one = desk.structure
    known = entry_of(one, entry)
    if known is None:
        raise Http404
    moved, problem = False, ""
    plan = plan_to(one, known, by_agent=desk.by_agent)
    if request.method == "POST":
        try:
            found = versions.restore(
                one,
                known,
                request.POST.get("seen", ""),
                by=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
                space=desk.space,
            )
        except ValidationError as error:
            problem = " ".join(error.messages)
        else:
            if found is None:
                messages.success(request, f"« {one.name} » est revenue à cette version.")
                return redirect(desk.url("history"))
            plan, moved = found, True
    context = {
        "desk": desk,
        "structure": one,
        "title": "Revenir à une version",
        "entry": known,
        "plan": plan,
        "moved": moved,
        "problem": problem,
        "back": desk.url("history"),
    }
    return render(request, "portal/desk/restore.html", context, status=409 if moved else 200)
