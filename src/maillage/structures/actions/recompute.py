"""Membership of the ESS, computed again after the rules change."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Prefetch, Q

from maillage.core import journal
from maillage.structures.actions.after import after_write
from maillage.structures.actions.ess import derive_ess_status
from maillage.structures.actions.save import facts_of
from maillage.structures.models import Label, Structure
from maillage.structures.queries.perimeter import Form, Perimeter, Trade, load_perimeter

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

_CHUNK = 500
_FIELDS = ("ess_status", "ess_reason")


def _derived(perimeter: Perimeter, today: date) -> Iterator[tuple[Structure, str, str]]:
    """Each unmerged structure without an agent's decision, with its computed status and reason."""
    valid = Label.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today)).select_related(
        "term"
    )
    structures = (
        Structure.objects.unmerged()
        .filter(ess_override="")
        .prefetch_related(Prefetch("labels", valid, to_attr="valid_labels"))
        .only(
            *_FIELDS,
            "legal_category",
            "activity_code",
            "activity_nomenclature",
            "ess_flag_sirene",
            "in_ess_list",
            "ess_override",
            "ess_override_reason",
            "size_band",
            "is_employer",
        )
        .order_by("pk")
    )
    for structure in structures.iterator(chunk_size=_CHUNK):
        labels = {label.term.code for label in structure.valid_labels}
        status, reason = derive_ess_status(facts_of(structure, labels), perimeter)
        yield structure, status, reason


def with_form(perimeter: Perimeter, code: str, *, family: str, rule: str) -> Perimeter:
    """`perimeter` as it would be if the legal category `code` had these values."""
    label = known.label if (known := perimeter.form(code)) else code
    return replace(perimeter, forms={**perimeter.forms, code: Form(label, family, rule)})


def with_trade(perimeter: Perimeter, nomenclature: str, code: str, *, excluded: bool) -> Perimeter:
    """`perimeter` as it would be if this row of the activities had `excluded`."""
    key = (nomenclature, code.replace(".", "").upper())
    known = perimeter.trades.get(key, Trade("", excluded=False, sector=""))
    return replace(perimeter, trades={**perimeter.trades, key: replace(known, excluded=excluded)})


def preview(perimeter: Perimeter, *, today: date) -> Counter[tuple[str, str]]:
    """How many structures would go from one status to another: `{(before, after): n}`."""
    return Counter(
        (structure.ess_status, status)
        for structure, status, _ in _derived(perimeter, today)
        if structure.ess_status != status
    )


def recompute_statuses(
    *,
    by: "AbstractBaseUser | None",
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Write every status and reason that the present rules change; returns how many statuses moved.

    Works by lots, each in its own transaction: cut short, it ends well when run again.
    """
    # Read before writing: SQLite can't write while a cursor is being read.
    found = list(_derived(load_perimeter(), now.date()))
    moved, batch = 0, []
    for seen, (structure, status, reason) in enumerate(found, start=1):
        if (structure.ess_status, structure.ess_reason) != (status, reason):
            batch.append((structure, status, reason))
        if len(batch) == _CHUNK:
            moved += _write(batch, by=by, now=now)
            batch = []
        if progress and seen % _CHUNK == 0:
            progress(seen, len(found))
    return moved + _write(batch, by=by, now=now)


@transaction.atomic
def _write(
    batch: list[tuple[Structure, str, str]], *, by: "AbstractBaseUser | None", now: datetime
) -> int:
    moved = 0
    for structure, status, reason in batch:
        if structure.ess_status != status:
            moved += 1
            journal.record(
                "status_recomputed",
                structure,
                by=by,
                at=now,
                changes={"ess_status": [structure.ess_status, status]},
                reason=reason,
            )
        structure.ess_status, structure.ess_reason = status, reason
    if batch:
        Structure.objects.bulk_update([structure for structure, _, _ in batch], _FIELDS)
        after_write(structures={structure.pk for structure, _, _ in batch}, now=now)
    return moved
