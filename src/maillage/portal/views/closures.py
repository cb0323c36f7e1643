"""What is proposed for archive: archive, or keep and say why, one by one or many at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from maillage.core.templatetags.house import plural
from maillage.portal.forms.acts import ticked
from maillage.portal.forms.calls import ClosureForm
from maillage.portal.queries.closures import closures_page
from maillage.portal.queries.structures import managed_structures
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space
from maillage.structures.actions.closure import end_structure, keep_structure


@require_safe
@for_agents
def closures(request: HttpRequest, space: Space) -> HttpResponse:
    return _page(request, space, ClosureForm(), chosen=[])


@require_POST
@for_agents
def decide(request: HttpRequest, space: Space) -> HttpResponse:
    """Only structures of the space, and only those that nobody decided meanwhile."""
    chosen = ticked(request.POST.getlist("ids"))
    form = ClosureForm(request.POST)
    if not chosen:
        form.add_error(None, "Cochez au moins une structure.")
    if not form.is_valid():
        return _page(request, space, form, chosen=chosen)
    who = {"by": request.user, "now": timezone.now(), "space": space}
    done = 0
    for one in managed_structures(space).filter(pk__in=chosen).order_by("pk"):
        if form.cleaned_data["act"] == ClosureForm.END:
            done += end_structure(one, **who)
        else:
            done += keep_structure(one, reason=form.cleaned_data["reason"], **who)
    word = "archivée" if form.cleaned_data["act"] == ClosureForm.END else "gardée"
    if done:
        messages.success(request, f"{done} structure{plural(done)} {word}{plural(done)}.")
    if done < len(chosen):
        messages.warning(request, "Les autres avaient déjà été tranchées.")
    return redirect("manage:closures", space.slug)


def _page(
    request: HttpRequest, space: Space, form: ClosureForm, *, chosen: list[int]
) -> HttpResponse:
    number = request.GET.get("page", "1")
    context = {"found": closures_page(space, number), "form": form, "chosen": chosen}
    status = 422 if form.errors else 200
    return render(request, "portal/manage/closures.html", context, status=status)
