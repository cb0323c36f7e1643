"""The order in which files are examined: by lot (a draw that can be done again), by theme, by deposit, by hand."""

import secrets
from datetime import datetime

from django.db import transaction

from maillage.accounts.models import User
from maillage.calls.actions.jury.holding import S, held, must_be, write
from maillage.calls.enums import ApplicationStatus
from maillage.calls.lib.agenda import BY_LOT, BY_THEME, ORDERS, drawn
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import AgendaItem, Application, JurySession
from maillage.calls.queries.jury import pending_decisions


@transaction.atomic
def lay_agenda(
    session: JurySession, order: str, *, by: User, now: datetime, version: int, seed: str = ""
) -> JurySession:
    """Every file still to propose, in `order`; those already begun keep their place in front.

    All files are laid, also those that `by` may not see: leaving one out would be deciding of it.
    """
    mine = held(session, by=by, version=version)
    must_be(mine, S.PREPARED, S.OPEN, S.SUSPENDED)
    if order not in ORDERS:
        raise StepRefused("Choisissez un ordre dans la liste.")
    begun = list(mine.agenda.exclude(started_at=None).values_list("application", flat=True))
    settled = (
        pending_decisions(mine.edition).exclude(session=mine).values_list("application", flat=True)
    )
    waiting = list(
        Application.objects.filter(edition=mine.edition, status=ApplicationStatus.REVIEWED)
        .exclude(pk__in=[*begun, *settled])
        .order_by("number")
    )
    keys = [one.pk for one in waiting]
    if order == BY_LOT:
        seed = seed[:64] or secrets.token_hex(8)
        keys = drawn(keys, seed)
    elif order == BY_THEME:
        keys = [one.pk for one in sorted(waiting, key=lambda one: (one.theme, one.number or 0))]
    if not (keys or begun):
        raise StepRefused("Aucun dossier n'attend le jury : les évaluations ne sont pas closes.")
    mine.agenda.filter(started_at=None).delete()
    first = max(mine.agenda.values_list("position", flat=True), default=0) + 1
    AgendaItem.objects.bulk_create(
        AgendaItem(session=mine, application_id=key, position=place)
        for place, key in enumerate(keys, start=first)
    )
    mine.order = {"by": order} | ({"seed": seed} if order == BY_LOT else {})
    write(mine, "jury_agenda", by=by, now=now, ordre=order, graine=mine.order.get("seed", ""))
    return mine


@transaction.atomic
def move_file(
    session: JurySession, item: AgendaItem, *, up: bool, by: User, now: datetime, version: int
) -> JurySession:
    """One place up or down among those not begun; the order is then « à la main », beside the draw."""
    mine = held(session, by=by, version=version)
    must_be(mine, S.PREPARED, S.OPEN, S.SUSPENDED)
    rows = list(mine.agenda.filter(started_at=None).order_by("position", "pk"))
    place = next((n for n, row in enumerate(rows) if row.pk == item.pk), None)
    if place is None:
        raise StepRefused("Ce dossier est déjà abordé : il garde sa place.")
    other = place - 1 if up else place + 1
    if 0 <= other < len(rows):
        rows[place].position, rows[other].position = rows[other].position, rows[place].position
        AgendaItem.objects.bulk_update([rows[place], rows[other]], ["position"])
        mine.order = mine.order | {"moved": True}
        write(mine, "jury_agenda", by=by, now=now, ordre="à la main")
    return mine
