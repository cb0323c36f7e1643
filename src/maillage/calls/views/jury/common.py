"""What every page of a jury loads first; 404 for what is not of this space, or not for this person."""

from typing import Any, cast

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from maillage.accounts.models import User
from maillage.calls.models import Application, Edition, JurySession, Scenario
from maillage.calls.queries.jury import editions_of, files_of, is_recused_somewhere, may_record
from maillage.spaces.models import Space


def person(request: HttpRequest) -> User:
    return cast("User", request.user)


def load_edition(space: Space, pk: int) -> Edition:
    return get_object_or_404(editions_of(space), pk=pk)


def load_session(space: Space, pk: int) -> JurySession:
    return get_object_or_404(
        JurySession.objects.select_related(
            "edition__space", "edition__envelope", "minutes", "signed_copy", "signed_by"
        ),
        pk=pk,
        edition__in=editions_of(space),
    )


def load_file(edition: Edition, pk: int, user: User) -> Application:
    """A file that this person may know of: recused, it does not exist."""
    return get_object_or_404(files_of(edition, user), pk=pk)


def load_scenario(space: Space, pk: int, user: User) -> Scenario:
    """Scenarios are about every file: for who is recused of one, none exists."""
    one = get_object_or_404(
        Scenario.objects.select_related("edition__space", "edition__envelope"),
        pk=pk,
        edition__in=editions_of(space),
    )
    if is_recused_somewhere(user, one.edition):
        raise Http404
    return one


def version_of(request: HttpRequest) -> int:
    """The version that was read; an absent or absurd one is never the present one."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def around(request: HttpRequest, edition: Edition) -> dict[str, Any]:
    """What every page of an edition's jury shows: its name, whether one may write, the files one may not see."""
    verdict = may_record(request.user, edition)
    return {
        "edition": edition,
        "may_record": verdict.allowed,
        "why_not": verdict.reason,
        "is_recused": is_recused_somewhere(request.user, edition),
    }
