"""The nightly forgetting: every room's `Retention`, each on its own, with a proof that counts and names nobody."""

import logging
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction

from maillage.core.models import PurgeRecord
from maillage.core.room import Retention, rooms

logger = logging.getLogger("maillage.retention")


def retentions() -> dict[str, Retention]:
    """By code, in the order of the rooms. Raises ValueError when two rooms use one code."""
    found: dict[str, Retention] = {}
    for room in rooms():
        for one in room.retention:
            if one.code in found:
                raise ValueError(f"retention {one.code} is declared twice")
            found[one.code] = one
    return found


def forget(now: datetime) -> list[PurgeRecord]:
    """Run every purge. One that fails is written as such and tried again the next night."""
    return [_one(retention, now) for retention in retentions().values()]


def _one(retention: Retention, now: datetime) -> PurgeRecord:
    proof = PurgeRecord(code=retention.code, label=retention.label, at=now, days=retention.days)
    try:
        with transaction.atomic():
            proof.count = retention.purge(now)
            proof.save()
    except (DatabaseError, OSError) as error:
        logger.exception("Effacement %s : échec.", retention.code)
        proof.count, proof.error, proof.pk = 0, type(error).__name__, None
        proof.save()
    return proof


def in_words(days: int) -> str:
    """« 3 ans », « 1 an », « 6 mois », « 30 jours », « dès que possible »: as a register writes it."""
    if days <= 0:
        return "dès qu'elles ne servent plus"
    if days % 365 == 0:
        years = days // 365
        return f"{years} an{'s' if years > 1 else ''}"
    if days % 30 == 0 and days > 60:
        return f"{days // 30} mois"
    return f"{days} jour{'s' if days > 1 else ''}"


def last_proofs(now: datetime, *, nights: int = 30) -> list[PurgeRecord]:
    """Newest first, over the last `nights`."""
    return list(PurgeRecord.objects.filter(at__gte=now - timedelta(days=nights)))
