"""What search engines read: sitemap.xml, one map per space, robots.txt."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from maillage.directory.queries.sitemap import entries, indexed_spaces, pages

_XML = "application/xml; charset=utf-8"


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def sitemap_index(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    files = []
    for space in indexed_spaces():
        path = reverse("directory_site:sitemap", args=[space.slug])
        numbers = range(1, pages(space, now=now) + 1)
        files += [f"{path}?p={number}" if number > 1 else path for number in numbers]
    context = {"files": files, "base_url": settings.BASE_URL}
    return render(request, "directory/sitemap_index.xml", context, content_type=_XML)


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def sitemap(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(indexed_spaces(), slug=slug)
    asked, now = request.GET.get("p", "1"), timezone.now()
    if not asked.isdecimal() or len(asked) > 6 or not 1 <= int(asked) <= pages(found, now=now):
        raise Http404
    context = {"entries": entries(found, int(asked), now=now), "base_url": settings.BASE_URL}
    return render(request, "directory/sitemap.xml", context, content_type=_XML)


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    context = {"sitemap_url": settings.BASE_URL + reverse("directory_site:sitemap_index")}
    return render(
        request, "directory/robots.txt", context, content_type="text/plain; charset=utf-8"
    )
