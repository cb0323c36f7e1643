"""Write, change and take away published figures, one by one or by file."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from maillage.accounts.models import User
from maillage.core import journal
from maillage.observatory.lib.drafts import KEY, SAID, Draft, Reading
from maillage.observatory.models import FigureBatch, SourcedFigure
from maillage.spaces.models import Space

SHOWN_REFUSALS = 200
_COMPARED = ("value", "source_url", "published_on", "perimeter", "confidence")
_TWICE = (
    "Ce chiffre existe déjà : même indicateur, territoire, famille, secteur, année et source. "
    "Modifiez-le plutôt."
)


class FigureRefusedError(Exception):
    """The message is a French sentence; nothing was changed."""


def enter_figure(space: Space, said: Draft, *, by: User, now: datetime) -> SourcedFigure:
    """Raises `FigureRefusedError` when the same figure is there already."""
    try:
        with transaction.atomic():
            figure = SourcedFigure.objects.create(
                space=space, entered_by=by, entered_at=now, **said.fields()
            )
            journal.record("figure_entered", figure, by=by, at=now, space_id=space.pk)
            journal.tick("figures")
    except IntegrityError as error:
        raise FigureRefusedError(_TWICE) from error
    return figure


def change_figure(figure: SourcedFigure, said: Draft, *, by: User, now: datetime) -> None:
    """A changed figure is the agent's: no file writes over it, and undoing its file leaves it."""
    fields = said.fields()
    changes = {
        name: [_told(getattr(figure, name)), _told(value)]
        for name, value in fields.items()
        if getattr(figure, name) != value
    }
    if not changes:
        return
    try:
        with transaction.atomic():
            SourcedFigure.objects.filter(pk=figure.pk).update(
                **fields, batch=None, entered_by=by, entered_at=now
            )
            journal.record(
                "figure_changed", figure, by=by, at=now, changes=changes, space_id=figure.space_id
            )
            journal.tick("figures")
    except IntegrityError as error:
        raise FigureRefusedError(_TWICE) from error


@transaction.atomic
def remove_figure(figure: SourcedFigure, *, by: User, now: datetime) -> None:
    changes = {name: [_told(getattr(figure, name)), None] for name in (*KEY, *SAID)}
    journal.record(
        "figure_removed", figure, by=by, at=now, changes=changes, space_id=figure.space_id
    )
    figure.delete()
    journal.tick("figures")


@dataclass
class Plan:
    """What a file would change. `kept` are figures that an agent typed otherwise: theirs stand."""

    created: list[Draft] = field(default_factory=list)
    updated: list[tuple[SourcedFigure, Draft]] = field(default_factory=list)
    unchanged: int = 0
    kept: list[Draft] = field(default_factory=list)


def plan_of(space: Space, drafts: Sequence[Draft]) -> Plan:
    """One query; nothing is written."""
    sources = {draft.source for draft in drafts}
    known = {
        tuple(getattr(figure, name) for name in KEY): figure
        for figure in SourcedFigure.objects.filter(space=space, source__in=sources)
    }
    plan = Plan()
    for draft in drafts:
        figure = known.get(draft.key)
        if figure is None:
            plan.created.append(draft)
        elif all(getattr(figure, name) == getattr(draft, name) for name in _COMPARED):
            plan.unchanged += 1
        elif figure.batch_id is None:
            plan.kept.append(draft)
        else:
            plan.updated.append((figure, draft))
    return plan


def counts_of(plan: Plan, reading: Reading) -> dict[str, int]:
    """The numbers of a report, and of the last line of the commands."""
    return {
        "created": len(plan.created),
        "updated": len(plan.updated),
        "unchanged": plan.unchanged,
        "kept": len(plan.kept),
        "refused": len(reading.refused),
        "outside": reading.outside,
    }


def apply_reading(
    space: Space,
    reading: Reading,
    *,
    connector: str,
    file_name: str,
    file_hash: str,
    by: User | None,
    now: datetime,
) -> FigureBatch | None:
    """Write what a file says, in one transaction; None when it changes nothing.

    The plan is made again here: what moved since it was shown is compared anew.
    """
    with transaction.atomic():
        Space.objects.select_for_update().get(pk=space.pk)
        plan = plan_of(space, reading.drafts)
        if not plan.created and not plan.updated:
            return None
        before = [
            {"pk": figure.pk, "batch": figure.batch_id}
            | {name: _told(getattr(figure, name)) for name in SAID}
            for figure, _ in plan.updated
        ]
        batch = FigureBatch.objects.create(
            space=space,
            connector=connector,
            file_name=file_name[:200],
            file_hash=file_hash,
            by=by,
            at=now,
            report=counts_of(plan, reading)
            | {
                "refusals": [list(one) for one in reading.refused[:SHOWN_REFUSALS]],
                "before": before,
            },
        )
        SourcedFigure.objects.bulk_create(
            [
                SourcedFigure(
                    space=space, batch=batch, entered_by=by, entered_at=now, **draft.fields()
                )
                for draft in plan.created
            ],
            batch_size=500,
        )
        for figure, draft in plan.updated:
            said = {name: getattr(draft, name) for name in SAID}
            SourcedFigure.objects.filter(pk=figure.pk).update(
                **said, batch=batch, entered_by=by, entered_at=now
            )
        journal.record("figures_read", batch, by=by, at=now, space_id=space.pk)
        journal.tick("figures")
    return batch


def undo_batch(batch: FigureBatch, *, by: User | None, now: datetime) -> Counter[str]:
    """Back to before the file, except what was changed since: `deleted`, `restored`, `skipped`.

    Raises:
        FigureRefusedError: it was undone already.
    """
    with transaction.atomic():
        held = FigureBatch.objects.select_for_update().get(pk=batch.pk)
        if held.undone_at is not None:
            raise FigureRefusedError("Ce fichier de chiffres a déjà été annulé.")
        mine = set(held.figures.values_list("pk", flat=True))
        undone: Counter[str] = Counter()
        for row in held.report.get("before", ()):
            if row["pk"] not in mine:
                undone["skipped"] += 1
                continue
            mine.discard(row["pk"])
            earlier = FigureBatch.objects.filter(pk=row["batch"], undone_at=None).first()
            if earlier is None:  # the file that first said it was taken back meanwhile
                undone["deleted"] += SourcedFigure.objects.filter(pk=row["pk"]).delete()[0]
                continue
            SourcedFigure.objects.filter(pk=row["pk"]).update(batch=earlier, **_read_back(row))
            undone["restored"] += 1
        undone["skipped"] += max(0, held.report.get("created", 0) - len(mine))
        undone["deleted"] += SourcedFigure.objects.filter(pk__in=mine).delete()[0]
        held.undone_at = now
        held.save(update_fields=["undone_at"])
        journal.record("figures_undone", held, by=by, at=now, space_id=held.space_id)
        journal.tick("figures")
    return undone


def _told(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal | date) else value


def _read_back(row: dict[str, Any]) -> dict[str, Any]:
    said = {name: row[name] for name in SAID}
    said["value"] = Decimal(said["value"])
    published = said["published_on"]
    said["published_on"] = date.fromisoformat(published) if published else None
    return said
