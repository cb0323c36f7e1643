"""What search engines read: sitemap.xml, one map per space, robots.txt."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from maillage.directory.queries.sitemap import entries, indexed_spaces

# sitemaps.org allows 50 000 addresses and 50 MB a file.
PAGE_SIZE = 10_000
_XML = "application/xml; charset=utf-8"


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def sitemap_index(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    files = []
    for space in indexed_spaces():
        path = reverse("directory_site:sitemap", args=[space.slug])
        pages = -(-len(entries(space, now=now)) // PAGE_SIZE)
        files += [f"{path}?p={number}" if number > 1 else path for number in range(1, pages + 1)]
    context = {"files": files, "base_url": settings.BASE_URL}
    return render(request, "directory/sitemap_index.xml", context, content_type=_XML)


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def sitemap(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(indexed_spaces(), slug=slug)
    pages = Paginator(entries(found, now=timezone.now()), PAGE_SIZE)
    asked = request.GET.get("p", "1")
    if not asked.isdecimal() or len(asked) > 6 or int(asked) not in pages.page_range:
        raise Http404
    context = {"entries": pages.page(int(asked)), "base_url": settings.BASE_URL}
    return render(request, "directory/sitemap.xml", context, content_type=_XML)


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    context = {"sitemap_url": settings.BASE_URL + reverse("directory_site:sitemap_index")}
    return render(
        request, "directory/robots.txt", context, content_type="text/plain; charset=utf-8"
    )
