"""What a deposit keeps for ever: the answers, the partners and the files as they were.

{"answers": {code: value}, "partners": [{"name", "role", …}], "files": [{"code", "upload", "name", "size", "sha256"}]}
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from maillage.calls.models import Attachment, Partner

Frozen = dict[str, Any]


def frozen(
    answers: Mapping[str, Any], partners: "Iterable[Partner]", files: "Iterable[Attachment]"
) -> Frozen:
    """JSON of a deposit. `answers` holds only the fields that are asked."""
    return {
        "answers": {code: answers[code] for code in sorted(answers)},
        "partners": [_partner(one) for one in partners],
        "files": [_file(one) for one in files],
    }


def same(one: Frozen, other: Frozen) -> bool:
    """Whether two deposits say the same."""
    keys = ("answers", "partners", "files")
    return all(one.get(key) == other.get(key) for key in keys)


def _partner(one: "Partner") -> dict[str, Any]:
    return {
        "id": one.pk,
        "structure": one.structure_id,
        "role": one.role,
        "name": one.name,
        "siret": one.siret,
        "rna": one.rna,
        "share": None if one.share is None else str(one.share),
        "amount": None if one.amount is None else str(one.amount),
        "tasks": one.tasks,
        "engaged_at": one.engaged_at.isoformat() if one.engaged_at else None,
    }


def _file(one: "Attachment") -> dict[str, Any]:
    return {
        "id": one.pk,
        "code": one.code,
        "upload": one.upload_id,
        "name": one.upload.name,
        "size": one.upload.size,
        "sha256": one.upload.sha256,
    }
