"""The agents' queue of requests about personal data."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.portal.actions.rights import RightsError, decide_right, name_structure
from maillage.portal.forms.privacy import AnswerForm, StructurePageForm
from maillage.spaces.access import for_agents
from maillage.spaces.models import RightsRequest, Space
from maillage.structures.models import Structure


@require_safe
@for_agents
def queue(request: HttpRequest, space: Space) -> HttpResponse:
    """Open ones first by deadline, then what was answered, newest first."""
    mine = RightsRequest.objects.filter(space=space)
    answered = mine.exclude(state=RightsRequest.State.OPEN).order_by("-decided_at", "-id")
    context = {
        "open_ones": mine.filter(state=RightsRequest.State.OPEN).order_by("due_on", "id")[:200],
        "answered": Paginator(answered, 25).get_page(request.GET.get("page")),
        "today": timezone.localdate(),
    }
    return render(request, "portal/manage/rights.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def one(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    asked = get_object_or_404(
        RightsRequest.objects.select_related("space", "decided_by"), pk=pk, space=space
    )
    structure = Structure.objects.filter(pk=asked.structure_id).first()
    form = AnswerForm(request.POST or None, with_structure=structure is not None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            decide_right(
                asked,
                accept=values["verdict"] == "accept",
                hide=values.get("hide", []),
                answer=values["answer"],
                by=request.user,
                now=timezone.now(),
            )
        except RightsError as error:
            asked.refresh_from_db()
            if asked.state == RightsRequest.State.OPEN:
                form.add_error(None, str(error))
            else:
                messages.error(request, str(error))
        else:
            messages.success(request, "La réponse est partie.")
            return redirect("privacy:rights", space.slug)
    context = {
        "asked": asked,
        "structure": structure,
        "form": form,
        "page_form": StructurePageForm(),
        "today": timezone.localdate(),
    }
    return render(request, "portal/manage/rights_one.html", context)


@require_POST
@for_agents
def name_page(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    asked = get_object_or_404(RightsRequest, pk=pk, space=space)
    form = StructurePageForm(request.POST)
    if form.is_valid():
        try:
            name_structure(asked, form.cleaned_data["page"], by=request.user, now=timezone.now())
        except RightsError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "La fiche est reliée à la demande.")
    else:
        messages.error(request, "Donnez l'adresse de la fiche.")
    return redirect("privacy:rights_one", space.slug, asked.pk)
