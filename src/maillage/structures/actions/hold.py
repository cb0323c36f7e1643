"""Two tabs on one page: whoever writes second writes over what is stored, not over what was read."""

from maillage.structures.models import Structure


def hold(*structures: Structure) -> None:
    """Read these structures again and keep their rows until the end of the transaction.

    Rows are taken in the order of their keys, so that two merges the other way round don't wait for
    each other. Call it before setting anything on them.
    """
    keys = [structure.pk for structure in structures]
    rows = Structure.objects.select_for_update(of=("self",)).filter(pk__in=keys)
    list(rows.order_by("pk").values_list("pk", flat=True))
    for structure in structures:
        structure.refresh_from_db()
