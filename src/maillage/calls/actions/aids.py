"""Read a file of public aid into the history of a space, take it back; note an aid that an applicant declares."""

import re
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from maillage.accounts.models import User
from maillage.calls.connectors.aid_table import Draft, Reading
from maillage.calls.models import AidBatch, AidRecord
from maillage.core import journal
from maillage.core.tabular.errors import Problem
from maillage.moderation.lib.text import one_line
from maillage.spaces.models import Space
from maillage.structures.models import Structure

KEPT_PROBLEMS = 500
_BLOCK = 1000

__all__ = ["AidsRefusedError", "apply_aids", "counts_of", "declare_aid", "undo_aids"]


class AidsRefusedError(Exception):
    """The file can't be applied or taken back. The message is one French sentence."""


def counts_of(reading: Reading) -> dict[str, int]:
    """The house's contract of imports: what the last line of the command says."""
    lines = {one.line for one in reading.reserves}
    return {
        "created": len(reading.drafts),
        "refused": len(reading.refused),
        "reserved": len(lines),
        "mended": reading.mended,
        "identified": sum(bool(one.siren or one.rna) for one in reading.drafts),
        "undated": sum(one.decided_on is None for one in reading.drafts),
    }


@transaction.atomic
def apply_aids(
    space: Space,
    reading: Reading,
    *,
    file_name: str,
    file_hash: str,
    source: str,
    by: User | None,
    now: datetime,
) -> AidBatch:
    """Write what was read. Raises `AidsRefusedError` for a file with nothing in it, or that is applied already."""
    if not reading.drafts:
        raise AidsRefusedError("Aucune ligne de ce fichier ne peut être gardée.")
    Space.objects.select_for_update().get(pk=space.pk)
    same = AidBatch.objects.filter(space=space, undone_at=None, report__sha256=file_hash).first()
    if same is not None:
        raise AidsRefusedError(
            f"Ce fichier est déjà lu (lot n° {same.pk}) : reprenez-le d'abord pour le lire autrement."
        )
    batch = AidBatch.objects.create(
        space=space,
        file_name=one_line(file_name)[-150:] or "fichier",
        source=one_line(source)[:200],
        by=by,
        at=now,
        report=_report(reading, file_hash),
    )
    structures = _structures(reading.drafts)
    rows = (_record(space, batch, one, structures) for one in reading.drafts)
    AidRecord.objects.bulk_create(rows, batch_size=_BLOCK)
    changes = {"rows": [0, len(reading.drafts)]}
    journal.record("aids_read", batch, by=by, at=now, space_id=space.pk, changes=changes)
    return batch


@transaction.atomic
def undo_aids(batch: AidBatch, *, by: User | None, now: datetime) -> int:
    """Take the file back: its rows are gone, its report stays. The number of rows."""
    held = AidBatch.objects.select_for_update().get(pk=batch.pk)
    if held.undone_at is not None:
        raise AidsRefusedError("Ce fichier a déjà été repris.")
    gone, _ = held.records.all().delete()
    held.undone_at = now
    held.save(update_fields=["undone_at"])
    changes = {"rows": [gone, 0]}
    journal.record("aids_undone", held, by=by, at=now, space_id=held.space_id, changes=changes)
    return gone


@transaction.atomic
def declare_aid(
    space: Space,
    *,
    name: str,
    siret: str,
    rna: str,
    giver: str,
    amount: Decimal,
    decided_on: date,
    is_de_minimis: bool,
    structure: Structure | None,
    by: User,
    now: datetime,
) -> AidRecord:
    """An aid that an applicant told: it counts beside those of the files."""
    siren = (
        siret[:9] if re.fullmatch(r"\d{14}", siret) else (structure.siren if structure else None)
    )
    record = AidRecord.objects.create(
        space=space,
        structure=structure,
        siren=siren or "",
        siret=siret,
        rna=rna,
        name=one_line(name)[:250],
        giver=one_line(giver)[:200],
        amount=amount,
        decided_on=decided_on,
        purpose="Déclarée par le candidat",
        is_de_minimis=is_de_minimis,
    )
    journal.record("aid_declared", record, by=by, at=now, space_id=space.pk)
    return record


def _report(reading: Reading, file_hash: str) -> dict[str, object]:
    def told(problems: list[Problem]) -> list[dict[str, object]]:
        return [
            {"line": one.line, "code": one.code, "message": one.message}
            for one in problems[:KEPT_PROBLEMS]
        ]

    return {
        "sha256": file_hash,
        "counts": counts_of(reading),
        "codes": reading.by_code(),
        "columns": reading.columns,
        "warnings": reading.warnings,
        "refused": told(reading.refused),
        "reserves": told(reading.reserves),
    }


def _structures(drafts: list[Draft]) -> dict[str, int]:
    """Keys of the structures known by a SIREN or an RNA of the file."""
    known: dict[str, int] = {}
    for column in ("siren", "rna"):
        numbers = sorted({getattr(one, column) for one in drafts} - {""})
        for start in range(0, len(numbers), _BLOCK):
            some = numbers[start : start + _BLOCK]
            rows = (
                Structure.objects.filter(siren__in=some)
                if column == "siren"
                else Structure.objects.filter(rna__in=some)
            )
            known |= dict(rows.values_list(column, "pk"))
    return known


def _record(space: Space, batch: AidBatch, one: Draft, structures: dict[str, int]) -> AidRecord:
    return AidRecord(
        space=space,
        batch=batch,
        structure_id=structures.get(one.siren) or structures.get(one.rna),
        siren=one.siren,
        siret=one.siret,
        rna=one.rna,
        name=one.name,
        giver=one.giver,
        amount=one.amount,
        decided_on=one.decided_on,
        purpose=one.purpose,
        is_de_minimis=one.is_de_minimis,
        line=one.line,
    )
