"""Receive what somebody asks about their data, and answer within the month."""

import re
from collections.abc import Collection
from datetime import datetime
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from maillage.accounts.actions import tell
from maillage.accounts.models import User
from maillage.core import journal
from maillage.core.letters.outbox import post
from maillage.portal.notices import RIGHTS_ANSWERED, RIGHTS_RECEIVED, RIGHTS_TO_TREAT
from maillage.portal.queries.my_data import about_address
from maillage.sources.models import Suggestion
from maillage.spaces.lib.dates import one_month_after
from maillage.spaces.models import Right, RightsRequest, Role, Space
from maillage.structures.actions.suppress import SUPPRESSIBLE, suppress
from maillage.structures.models import Structure

_SHEET = re.compile(r"/structures/([-\w]+)/?$")


class RightsError(Exception):
    """The request can't be treated so. The message is one French sentence for the agent."""


def structure_of(space: Space, page: str) -> Structure | None:
    """The structure of the space whose page is at this address (whole, or its path only)."""
    found = _SHEET.search(unquote(urlsplit(page.strip()).path))
    if not found:
        return None
    mine = Structure.objects.unmerged().in_space(space)
    return mine.filter(slug=found[1]).first()


@transaction.atomic
def ask_right(
    space: Space,
    right: str,
    *,
    page: str,
    reason: str,
    email: str,
    now: datetime,
    user: User | None = None,
) -> RightsRequest:
    """Keep the request, tell its author the number and the date, and whoever administers the space."""
    about = structure_of(space, page)
    asked = RightsRequest.objects.create(
        space=space,
        right=right,
        page=page[:300],
        structure_id=about.pk if about else None,
        reason=reason,
        email=email.strip().lower(),
        user=user,
        received_at=now,
        due_on=one_month_after(timezone.localdate(now)),
    )
    journal.record("rights_asked", asked, by=user, at=now, space_id=space.pk)
    due = date_format(asked.due_on, "j F Y")
    words = {"space": space.name, "number": asked.pk, "due": due}
    post(RIGHTS_RECEIVED, to=asked.email, values=words, now=now, space_id=space.pk)
    administrators = User.objects.filter(
        space_roles__space=space, space_roles__kind=Role.Kind.ADMINISTRATOR
    ).order_by("pk")
    link = f"{settings.BASE_URL}{reverse('privacy:rights_one', args=[space.slug, asked.pk])}"
    tell(administrators, RIGHTS_TO_TREAT, words, now=now, link=link, space_id=space.pk)
    return asked


@transaction.atomic
def decide_right(
    asked: RightsRequest,
    *,
    accept: bool,
    hide: Collection[str],
    answer: str,
    by: User,
    now: datetime,
) -> None:
    """Take `hide` (keys of `SUPPRESSIBLE`) off the structure's page, and send the answer.

    Raises:
        RightsError: answered already, or there is nothing to hide it from.
    """
    held = RightsRequest.objects.select_for_update().get(pk=asked.pk)
    if held.state != RightsRequest.State.OPEN:
        raise RightsError("Cette demande a déjà reçu sa réponse.")
    if hide and not accept:
        raise RightsError("Une demande refusée ne retire rien : décochez ce qui devait l'être.")
    if hide:
        structure = Structure.objects.filter(pk=held.structure_id or 0).first()
        if structure is None:
            raise RightsError("Dites d'abord de quelle fiche il s'agit.")
        suppress(structure, hide, by=by, now=now, space=held.space, request_id=held.pk)
        Suggestion.objects.filter(structure=structure, field__in=hide).delete()
    held.state = RightsRequest.State.ACCEPTED if accept else RightsRequest.State.REFUSED
    held.hidden, held.answer = sorted(hide), answer
    held.decided_at, held.decided_by = now, by
    held.save()
    journal.record(
        "rights_answered",
        held,
        by=by,
        at=now,
        changes={"state": ["open", str(held.state)], "hidden": [None, held.hidden]},
        space_id=held.space_id,
    )
    taken = ", ".join(SUPPRESSIBLE[name] for name in held.hidden)
    said = f"{answer}\n\nRetiré de la publication : {taken}." if taken else answer
    if accept and held.right == Right.ACCESS and held.email:
        said += f"\n\nCe qui est gardé sur cette adresse :\n\n{about_address(held.email)}"
    values = {
        "space": held.space.name,
        "number": held.pk,
        "state": held.get_state_display(),
        "answer": said,
    }
    if held.email:
        post(RIGHTS_ANSWERED, to=held.email, values=values, now=now, space_id=held.space_id)
    asked.refresh_from_db()


@transaction.atomic
def name_structure(asked: RightsRequest, page: str, *, by: User, now: datetime) -> Structure:
    """Say which page of the directory an open request is about. Raises `RightsError`."""
    structure = structure_of(asked.space, page)
    if structure is None:
        raise RightsError("Cette adresse n'est pas celle d'une fiche de votre annuaire.")
    if asked.state != RightsRequest.State.OPEN:
        raise RightsError("Cette demande a déjà reçu sa réponse.")
    asked.structure_id = structure.pk
    asked.save(update_fields=["structure_id"])
    journal.record("rights_page_named", asked, by=by, at=now, space_id=asked.space_id)
    return structure
