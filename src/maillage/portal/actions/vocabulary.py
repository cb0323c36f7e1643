"""Terms, edited where the search follows."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from maillage.core.jobs import enqueue
from maillage.structures.actions.taxonomy import edit_term
from maillage.structures.models import Term

if TYPE_CHECKING:
    from maillage.accounts.models import User
    from maillage.spaces.models import Space


@transaction.atomic
def save_term(
    term: Term, fields: dict[str, Any], *, by: "User", now: datetime, space: "Space"
) -> Term:
    """Edit a term; when its words change, the structures that hold it are indexed again by a job."""
    before = Term.objects.values_list("label", flat=True).get(pk=term.pk)
    saved = edit_term(term, fields, by=by, now=now, space_id=space.pk)
    if saved.label != before:
        enqueue("portal.reindex_term", term_id=saved.pk)
    return saved
