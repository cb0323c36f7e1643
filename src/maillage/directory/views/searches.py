"""Keep a search, and find one's searches again."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.directory.actions import searches as actions
from maillage.directory.filters import parse
from maillage.directory.forms import SavedSearchForm
from maillage.directory.models import SavedSearch
from maillage.directory.queries.page import directory_page
from maillage.spaces.access import allowed
from maillage.spaces.models import Space
from maillage.spaces.permissions import can_see


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("account.keep")
def save(request: HttpRequest, space: Space) -> HttpResponse:
    """The state is in the address, so that signing in brings back to it."""
    now = timezone.now()
    filters = parse(request.GET).filters
    page = directory_page(space, filters, now=now)
    first = ", ".join(chip.label for chip in page.chips)[:120]
    form = SavedSearchForm(request.POST or None, initial={"name": first})
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_search(space, filters, form.cleaned_data["name"], by=request.user, now=now)
        except actions.SearchRefusedError as refused:
            form.add_error(None, forms.ValidationError(str(refused)))
        else:
            messages.success(
                request, "Recherche enregistrée : ce qu'elle trouvera de nouveau vous sera dit."
            )
            return redirect("searches:list")
    return render(request, "directory/save_search.html", {"form": form, "page": page})


@dataclass(frozen=True)
class _Line:
    search: SavedSearch
    url: str


@require_safe
@allowed("account.keep")
def searches(request: HttpRequest) -> HttpResponse:
    found = SavedSearch.objects.filter(user=request.user).select_related("space")
    lines = [
        _Line(one, f"{reverse('directory:list', args=[one.space.slug])}?{one.querystring}")
        for one in found
        if can_see(request.user, one.space)
    ]
    return render(request, "directory/searches.html", {"lines": lines})


@require_POST
@allowed("account.keep")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the new ones were seen, or forget the search."""
    search = get_object_or_404(SavedSearch, pk=pk, user=request.user)
    if request.POST.get("act") == "forget":
        actions.forget_search(search, by=request.user)
        messages.success(request, f"La recherche « {search.name} » est effacée.")
    else:
        actions.mark_seen(search, by=request.user)
    return redirect("searches:list")
