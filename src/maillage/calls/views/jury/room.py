"""What members and the projector see: no score of anybody, nothing of a file to who is recused of it."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.calls.lib.room_key import opens
from maillage.calls.lib.session_calendar import session_calendar
from maillage.calls.models import JurySession
from maillage.calls.queries.jury import (
    elapsed,
    files_of,
    is_recused_somewhere,
    money_of,
    room_of,
    seats_of,
    voters,
)
from maillage.calls.queries.naming import reader_viewpoint, room_viewpoint
from maillage.calls.queries.scenarios import amounts_of
from maillage.calls.views.jury.common import person
from maillage.spaces.access import allowed
from maillage.spaces.models import Space


@require_safe
@allowed("public.read")
def room(request: HttpRequest, space: Space, pk: int, key: str) -> HttpResponse:
    """The screen of the room, by its secret link; 404 when it is over, or was never right."""
    now = timezone.now()
    session = JurySession.objects.filter(pk=pk, edition__space=space).select_related("edition")
    one = session.first()
    if one is None or not opens(one.live, key, now):
        raise Http404
    context = {"session": one, "edition": one.edition} | _on_screen(one)
    part = request.headers.get("HX-Request") == "true"
    template = "calls/jury/_screen.html" if part else "calls/jury/screen.html"
    answer = render(request, template, context)
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _on_screen(session: JurySession) -> dict[str, Any]:
    """The file under discussion, the clock, the money; names as the rules of reading say."""
    now, seats = timezone.now(), seats_of(session)
    items = list(session.agenda.select_related("application__form").order_by("position", "pk"))
    current = next(
        (n for n, one in enumerate(items) if one.started_at and one.ended_at is None), None
    )
    seen = room_viewpoint(session.edition)
    shown: dict[str, Any] = {
        "count": len(items),
        "money": money_of(session.edition),
        "voting": len(voters(seats)),
        "current": None,
    }
    if current is None:
        return shown
    item = items[current]
    around = room_of(session, item.application, seats)
    return shown | {
        "current": item,
        "rank": current + 1,
        "label": seen.label(item.application),
        "title": seen.title(item.application),
        "asked": item.application.requested,
        "seconds": elapsed(item.started_at, item.ended_at, now),
        "out": [str(one.juror.user) for one in around.out],
        "voting": around.count,
    }


def _member_session(request: HttpRequest, space: Space, pk: int) -> JurySession:
    return get_object_or_404(
        JurySession.objects.select_related("edition__space"),
        pk=pk,
        edition__space=space,
        seats__juror__user=request.user.pk,
        seats__juror__left_at=None,
    )


@require_safe
@allowed("calls.read")
def member(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """A session for one of its members: agenda, who sits, scenarios that are shown. Nothing can be written."""
    one = _member_session(request, space, pk)
    by = person(request)
    files = files_of(one.edition, by)
    seen = reader_viewpoint(by, one.edition)
    items = one.agenda.filter(application__in=files).select_related("application__form")
    whole = not is_recused_somewhere(by, one.edition)
    shared = one.edition.scenarios.filter(is_shared=True) if whole else ()
    context = {
        "session": one,
        "edition": one.edition,
        "seats": seats_of(one),
        "rows": [
            (item, seen.name(item.application), seen.title(item.application)) for item in items
        ],
        "scenarios": [
            (
                each,
                [
                    (seen.label(file), amount)
                    for file in files.select_related("form")
                    if (amount := amounts_of(each).get(file.pk))
                ],
            )
            for each in shared
        ],
    }
    return render(request, "calls/jury/member.html", context)


@require_safe
@allowed("calls.read")
def member_calendar(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    one = _member_session(request, space, pk)
    path = reverse("reviews:session", args=[space.slug, pk])
    content = session_calendar(
        uid=f"jury-{one.pk}@{request.get_host().partition(':')[0]}",
        title=f"Jury {one.edition.title} : {one.title}",
        starts_at=one.starts_at,
        place=one.place or one.video_url,
        url=f"{settings.BASE_URL}{path}",
        now=timezone.now(),
        rank=one.version,
    )
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="seance-du-jury.ics"'
    return answer
