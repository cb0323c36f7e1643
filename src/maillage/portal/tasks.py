"""Long work asked by the management pages."""

from django.utils import timezone

from maillage.accounts.models import User
from maillage.core.jobs import Context, job
from maillage.structures.actions.recompute import recompute_statuses


@job("portal.recompute_statuses")
def recompute(context: Context, *, by_id: int | None) -> dict[str, int]:
    """Membership of every structure, after a rule changed. Run twice, it changes nothing more."""
    by = User.objects.filter(pk=by_id).first()

    def tell(done: int, total: int) -> None:
        context.progress(min(99, 100 * done // max(total, 1)), "Appartenances recalculées")

    moved = recompute_statuses(by=by, now=timezone.now(), progress=tell)
    return {"moved": moved}
