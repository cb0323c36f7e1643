"""Structures that something says are closed: an agent archives them, or keeps them and says why."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from maillage.accounts.models import User
from maillage.core import journal
from maillage.spaces.models import Space
from maillage.structures.actions.archive import archive_structure, restore_structure
from maillage.structures.actions.hold import hold
from maillage.structures.actions.upkeep import refresh_upkeep
from maillage.structures.enums import State
from maillage.structures.models import ClosureSign, Structure


@transaction.atomic
def record_sign(
    structure: Structure,
    kind: str,
    key: str,
    *,
    now: datetime,
    on: date | None = None,
    detail: str = "",
    source: str = "",
) -> ClosureSign:
    """Propose the structure for archive. The same evidence (`kind`, `key`) is kept once, decided or not."""
    sign, _is_new = ClosureSign.objects.get_or_create(
        structure=structure,
        kind=kind,
        key=key[:80],
        defaults={"on": on, "detail": detail[:300], "source": source[:60], "found_at": now},
    )
    refresh_upkeep([structure.pk], now=now)
    return sign


@transaction.atomic
def end_structure(structure: Structure, *, by: User, now: datetime, space: Space) -> bool:
    """Archive a structure that is proposed; False when somebody decided in the meantime."""
    hold(structure)
    signs = list(_open_signs(structure))
    if not signs:
        return False
    reason = " ; ".join(dict.fromkeys(_in_words(sign) for sign in signs))[:300]
    # Decided first: signs that nobody decided go with the state they were about.
    _decide(structure, ClosureSign.Decision.ENDED, reason, by=by, now=now)
    if structure.state != State.ARCHIVED:
        archive_structure(structure, reason=reason, by=by, now=now, space=space)
    return True


@transaction.atomic
def keep_structure(
    structure: Structure, *, reason: str, by: User, now: datetime, space: Space
) -> bool:
    """Say that it is alive, and why: the same evidence will not propose it again.

    A page that a register had taken out of the directory comes back. False when somebody decided in the
    meantime.
    """
    if not reason.strip():
        raise ValidationError("Dites pourquoi la structure est gardée.")
    hold(structure)
    if not _open_signs(structure).exists():
        return False
    _decide(structure, ClosureSign.Decision.KEPT, reason.strip(), by=by, now=now)
    if structure.state == State.CEASED:
        restore_structure(structure, by=by, now=now, space=space)
    journal.record(
        "closure_kept", structure, by=by, at=now, reason=reason.strip(), space_id=space.pk
    )
    refresh_upkeep([structure.pk], now=now)
    return True


def _open_signs(structure: Structure) -> QuerySet[ClosureSign]:
    return ClosureSign.objects.filter(structure=structure, decision="").order_by("found_at")


def _decide(structure: Structure, decision: str, reason: str, *, by: User, now: datetime) -> None:
    _open_signs(structure).update(
        decision=decision, reason=reason[:300], decided_by=by, decided_at=now
    )


def _in_words(sign: ClosureSign) -> str:
    day = f" le {sign.on:%d/%m/%Y}" if sign.on else ""
    return f"{sign.get_kind_display().capitalize()}{day}"
