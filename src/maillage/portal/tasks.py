"""Long work asked by the management pages."""

from datetime import time

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from maillage.accounts.models import User
from maillage.core import schedule
from maillage.core.jobs import Context, job
from maillage.portal.actions.closures import note_register_closures
from maillage.spaces.models import Space
from maillage.structures.actions.indexing import reindex
from maillage.structures.actions.recompute import recompute_statuses
from maillage.structures.actions.reminders import Links, send_reminders
from maillage.structures.models import Structure


@job("portal.recompute_statuses")
def recompute(context: Context, *, by_id: int | None) -> dict[str, int]:
    """Membership of every structure, after a rule changed. Run twice, it changes nothing more."""
    by = User.objects.filter(pk=by_id).first()

    def tell(done: int, total: int) -> None:
        context.progress(min(99, 100 * done // max(total, 1)), "Appartenances recalculées")

    moved = recompute_statuses(by=by, now=timezone.now(), progress=tell)
    return {"moved": moved}


@job("portal.reindex_term")
def reindex_term(context: Context, *, term_id: int) -> dict[str, int]:
    """The search learns the new words of a term: structures that hold it, or one of its children."""
    held = Structure.objects.filter(
        Q(terms=term_id) | Q(terms__parent=term_id) | Q(labels__term=term_id)
    )
    ids = sorted(set(held.values_list("pk", flat=True)))
    for done in range(0, len(ids), 500):
        reindex(ids[done : done + 500])
        context.progress(100 * done // len(ids), "Recherche mise à jour")
    return {"indexed": len(ids)}


@schedule.daily("portal.note_closures", at=time(2, 15))
@job("portal.note_closures")
def note_closures(context: Context) -> dict[str, int]:
    """Structures that a register says have ceased, though a person had confirmed them."""
    return {"noted": note_register_closures(now=timezone.now())}


@schedule.daily("portal.send_reminders", at=time(5, 30))
@job("portal.send_reminders")
def send_all_reminders(context: Context) -> dict[str, int]:
    """Letters about pages that grow old, space by space; a space that is not open writes to nobody."""
    sent = 0
    for space in Space.objects.filter(is_public=True).order_by("pk"):
        sent += send_reminders(space, now=timezone.now(), links=_links, heartbeat=context.renew)
    return {"sent": sent}


def _links(key: str) -> Links:
    return Links(
        page=f"{settings.BASE_URL}{reverse('portal:reminder', args=[key])}",
        stop=f"{settings.BASE_URL}{reverse('portal:reminder_stop', args=[key])}",
    )
