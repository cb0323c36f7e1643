"""The documentation of the API, for people: made from the same description as programs read."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.api.access import FREE
from maillage.api.lib import licence
from maillage.api.lib.problems import DETAILS, TITLES
from maillage.api.lib.reference import sections
from maillage.api.views.site import described
from maillage.directory.filters import DirectoryFilters
from maillage.directory.queries.matching import matching
from maillage.spaces.models import Space


@login_not_required
@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """`?espace=` chooses the space of the examples; the first one with structures otherwise."""
    spaces = list(Space.objects.filter(is_public=True).order_by("name", "pk"))
    chosen = next((one for one in spaces if one.slug == request.GET.get("espace")), None)
    chosen = chosen or next(iter(spaces), None)
    context = {
        "sections": sections(described(), known=_known(chosen), base_url=settings.BASE_URL),
        "spaces": spaces,
        "chosen": chosen,
        "errors": [(status, TITLES[status], DETAILS.get(status, "")) for status in TITLES],
        "limit": settings.API_RATE,
        "free": FREE,
        "licence": licence,
        "root": f"{settings.BASE_URL}/api/v1",
    }
    return render(request, "api/docs.html", context)


def _known(space: Space | None) -> dict[str, str]:
    if space is None:
        return {}
    known = {"slug": space.slug, "collection": f"structures-{space.slug}"}
    answer = matching(space, DirectoryFilters(), now=timezone.now())
    first = next(iter(answer.selection.ids()), None)
    if first is not None:
        known |= {"structure_id": str(first), "feature_id": str(first)}
    return known
