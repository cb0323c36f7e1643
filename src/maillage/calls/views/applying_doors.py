"""The one door of the pages of a file: only those who write it know that it exists."""

from datetime import datetime
from typing import TYPE_CHECKING, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from maillage.calls.queries.applicant import Room, open_room

if TYPE_CHECKING:
    from maillage.accounts.models import User


def person(request: HttpRequest) -> "User":
    return cast("User", request.user)


def room_at(request: HttpRequest, pk: int, now: datetime) -> Room:
    """The file of the address; 404 for whoever does not write it."""
    room = open_room(person(request), pk, now)
    if room is None:
        raise Http404
    return room


def show(
    request: HttpRequest, room: Room, template: str, status: int = 200, **context: object
) -> HttpResponse:
    """A page of the file, with what all of them share."""
    said = {"room": room, "application": room.application, "edition": room.application.edition}
    return render(request, template, said | context, status=status)


def to_one(pk: int) -> HttpResponse:
    return redirect("applications:one", pk)
