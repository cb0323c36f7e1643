"""Long work asked by the management pages."""

from django.db.models import Q
from django.utils import timezone

from maillage.accounts.models import User
from maillage.core.jobs import Context, job
from maillage.structures.actions.indexing import reindex
from maillage.structures.actions.recompute import recompute_statuses
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
