"""Publish grants as open data: rows are frozen, and replaced when what they say changes."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from maillage.calls.lib import scdl
from maillage.calls.models import Award, PublishedGrant
from maillage.calls.queries.grants import rows_of
from maillage.core import journal

if TYPE_CHECKING:
    from maillage.accounts.models import User
    from maillage.spaces.models import Space


@dataclass
class Publication:
    """What one publication did. `held` are awards that wait, with what is wrong in their row."""

    added: int = 0
    replaced: int = 0
    withdrawn: int = 0
    unchanged: int = 0
    held: list[tuple[Award, list[str]]] = field(default_factory=list)

    @property
    def changed(self) -> int:
        return self.added + self.replaced + self.withdrawn


@transaction.atomic
def publish_grants(space: "Space", *, by: "User | None", now: datetime) -> Publication:
    """Bring what is published in line with the awards. Twice in a row changes nothing.

    A row that the standard refuses is not published: its award is in `held`. One that was published and no
    longer holds (renounced, revoked) is withdrawn; the frozen row stays, with its dates.
    """
    done = Publication()
    current = {
        one.award_id: one
        for one in PublishedGrant.objects.select_for_update(of=("self",)).filter(
            award__application__edition__space=space, withdrawn_at=None
        )
    }
    for award, row in rows_of(space):
        before = current.pop(award.pk, None)
        wrong = scdl.problems(row)
        if wrong:
            done.held.append((award, wrong))
            continue
        if before is not None and _said(before.row) == _said(row):
            done.unchanged += 1
            continue
        if before is not None:
            _withdraw(before, now)
            done.replaced += 1
        else:
            done.added += 1
        dated = row | {"dateMiseAJour": now.date().isoformat()}
        PublishedGrant.objects.create(award=award, row=dated, published_at=now)
    held = {award.pk for award, _wrong in done.held}
    for pk, gone in current.items():
        if pk not in held:
            _withdraw(gone, now)
            done.withdrawn += 1
    if done.changed:
        numbers = {"added": done.added, "replaced": done.replaced, "withdrawn": done.withdrawn}
        journal.record(
            "grants_published",
            space,
            by=by,
            at=now,
            changes={name: [None, count] for name, count in numbers.items() if count},
            space_id=space.pk,
        )
    return done


def _withdraw(row: PublishedGrant, now: datetime) -> None:
    row.withdrawn_at = now
    row.save(update_fields=["withdrawn_at"])


def _said(row: dict[str, str]) -> dict[str, str]:
    """A row without the day it was written."""
    return {name: value for name, value in row.items() if name != "dateMiseAJour"}
