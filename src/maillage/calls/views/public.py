"""Calls as everybody sees them: those open, coming and past; one of them; its calendar and its rules on paper."""

from collections import OrderedDict
from threading import Lock

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.calls.exports.rules_pdf import rules_pdf as make_pdf
from maillage.calls.feeds import Calls, PublishedLately
from maillage.calls.lib.calendar import calendar_of
from maillage.calls.lib.rulebook import Rulebook, rulebook_of
from maillage.calls.lib.window import window_of
from maillage.calls.models import Edition
from maillage.calls.queries import editions as queries
from maillage.core.throttle import allows
from maillage.spaces.access import allowed, for_agents
from maillage.spaces.models import Space

_FEED = 30
_HOURLY, _HOUR, _KEPT = 60, 3600, 24
_FULL = (
    "Beaucoup de documents viennent d'être faits pour votre connexion : réessayez dans une heure."
)
_made: "OrderedDict[str, bytes]" = OrderedDict()
_lock = Lock()


@require_safe
@allowed("public.read")
def listing(request: HttpRequest, space: Space) -> HttpResponse:
    now = timezone.now()
    context = {"board": queries.board(space, now), "now": now}
    return render(request, "calls/public/list.html", context)


@require_safe
@allowed("public.read")
def feed(request: HttpRequest, space: Space) -> HttpResponseBase:
    rows = list(
        queries.published_in(space)
        .prefetch_related("events")
        .order_by("-published_at", "-id")[:_FEED]
    )
    return Calls()(request, found=PublishedLately(space, rows))


@require_safe
@allowed("public.read")
def detail(request: HttpRequest, space: Space, slug: str) -> HttpResponse:
    return _page(request, queries.public_edition(space, slug))


@require_safe
@for_agents
def preview(request: HttpRequest, space: Space, edition: int) -> HttpResponse:
    """The public page, as it will be."""
    return _page(request, queries.load(space, edition), is_preview=True)


def _page(request: HttpRequest, edition: Edition, *, is_preview: bool = False) -> HttpResponse:
    now = timezone.now()
    window = window_of(edition)
    first = window_of(edition, "pre") if edition.two_stages else window
    context = {
        "edition": edition,
        "book": _book(edition),
        "events": edition.events.all(),
        "is_open": first.is_open(now) and edition.closes_at is not None and now < edition.closes_at,
        "is_coming": edition.status in {"scheduled", "open"}
        and edition.opens_at is not None
        and now < edition.opens_at,
        "is_preview": is_preview,
        "now": now,
    }
    return render(request, "calls/public/detail.html", context)


def _book(edition: Edition) -> Rulebook:
    return rulebook_of(
        edition,
        list(edition.rules.all()),
        list(edition.criteria.all()),
        list(edition.events.all()),
    )


@require_safe
@allowed("public.read")
def calendar(request: HttpRequest, space: Space, slug: str) -> HttpResponse:
    del request
    edition = queries.public_edition(space, slug)
    url = f"{settings.BASE_URL}{edition.get_absolute_url()}"
    content = calendar_of(edition, url=url, now=edition.published_at or edition.created_at)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{edition.slug}.ics"'
    return response


@require_safe
@allowed("public.read")
def rules_pdf(request: HttpRequest, space: Space, slug: str) -> HttpResponse:
    edition = queries.public_edition(space, slug)
    return _paper(request, edition, public=True)


@require_safe
@for_agents
def rules_of_draft(request: HttpRequest, space: Space, edition: int) -> HttpResponse:
    return _paper(request, queries.load(space, edition), public=False)


def _paper(request: HttpRequest, edition: Edition, *, public: bool) -> HttpResponse:
    """Published, the document is made once for each version of the call and each day."""
    now = timezone.now()
    key = f"{edition.pk} {edition.slug} {edition.version} {edition.published_at} {timezone.localdate(now)}"
    with _lock:
        content = _made.get(key) if public else None
    if content is None:
        if public and not allows(request, "call-rules-pdf", times=_HOURLY, seconds=_HOUR):
            answer = HttpResponse(_FULL, status=429, content_type="text/plain; charset=utf-8")
            answer["Retry-After"] = str(_HOUR)
            return answer
        content = make_pdf(edition, _book(edition), at=now)
        if public:
            _keep(key, content)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="reglement-{edition.slug}.pdf"'
    response["Cache-Control"] = f"{'public' if public else 'private'}, max-age=0, must-revalidate"
    return response


def _keep(key: str, content: bytes) -> None:
    with _lock:
        _made[key] = content
        while len(_made) > _KEPT:
            _made.popitem(last=False)
