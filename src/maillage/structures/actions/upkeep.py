"""Work out how pages are kept and whom to call, so that screens of 33 000 structures only read.

Called after every write, and for everything each night: ages pass without anybody writing.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from maillage.core.database import refresh_statistics
from maillage.core.jobs import enqueue
from maillage.structures.enums import SignKind, State
from maillage.structures.models import CallEntry, ClosureSign, Structure, Upkeep
from maillage.structures.queries import calls
from maillage.structures.queries.completeness import Facts, completeness, missing
from maillage.structures.queries.freshness import Age, age
from maillage.structures.queries.upkeep import Gathered, gather, spaces_by_commune

JOB = "structures.refresh_upkeep"
AT_ONCE = 100  # structures worked out within the write; more are left to the worker
_CHUNK = 1_000
_KEPT_COLUMNS = (
    "counts_from", "vouched", "is_kept", "completeness", "missing", "has_phone", "has_email",
    "has_hours", "has_description",
)  # fmt: skip
_ENTRY_COLUMNS = ("reason", "reasons", "since", "visible_from", "municipality_code")
_FROM_REGISTERS = (SignKind.CEASED, SignKind.PLACES)


class _Sign(NamedTuple):
    structure_id: int
    kind: str
    key: str
    on: date | None
    source: str


def upkeep_after_write(structures: Collection[int], *, now: datetime) -> None:
    """Part of `after_write`."""
    if len(structures) <= AT_ONCE:
        refresh_upkeep(structures, now=now)
    else:
        enqueue(JOB)


def refresh_upkeep(
    structures: Collection[int] | None = None,
    *,
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Bring the rows of these structures, or of all, up to date; the number of structures read.

    Each lot is a transaction: cut short, it ends well when run again. A row that says the same is not
    written.
    """
    if structures is None:
        found = Structure.objects.order_by("pk").values_list("pk", flat=True)
        structures = list(found)
    communes, done, total = spaces_by_commune(), 0, len(structures)
    for chunk in _chunks(structures):
        with transaction.atomic():
            _refresh(chunk, communes, now=now)
        done += len(chunk)
        if progress:
            progress(done, total)
    refresh_statistics(Upkeep, CallEntry, rows=total)
    return total


def _chunks(ids: Collection[int]) -> Iterator[list[int]]:
    rest = iter(sorted(set(ids)))
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk


def _refresh(ids: list[int], communes: dict[str, list[int]], *, now: datetime) -> None:
    today = timezone.localdate(now)
    facts = gather(ids, today=today)
    _write_signs(ids, facts, now=now)
    known = {one.pk: one for one in Upkeep.objects.filter(pk__in=ids)}
    listed = {
        (one.space_id, one.structure_id): one
        for one in CallEntry.objects.filter(structure_id__in=ids)
    }
    kept, entries = [], []
    for row in facts.rows:
        its_age = age(row["confirmed_at"], row["provenance"]) or Age(
            timezone.localdate(row["created_at"]), vouched=False
        )
        one = _upkeep(row, facts, its_age)
        if not _same(one, known.get(one.pk), _KEPT_COLUMNS):
            kept.append(one)
        if calls.is_callable(row):
            entries += _entries(row, facts, its_age, one.missing, communes, listed, today=today)
    Upkeep.objects.bulk_create(
        kept,
        update_conflicts=True,
        unique_fields=["structure"],
        update_fields=_KEPT_COLUMNS,
    )
    wanted = {(one.space_id, one.structure_id) for one in entries}
    gone = [one.pk for pair, one in listed.items() if pair not in wanted]
    CallEntry.objects.filter(pk__in=gone).delete()
    CallEntry.objects.bulk_create(
        [
            one
            for one in entries
            if not _same(one, listed.get((one.space_id, one.structure_id)), _ENTRY_COLUMNS)
        ],
        update_conflicts=True,
        unique_fields=["space", "structure"],
        update_fields=_ENTRY_COLUMNS,
    )


def _same(new: Any, old: Any, columns: tuple[str, ...]) -> bool:
    return old is not None and all(getattr(new, name) == getattr(old, name) for name in columns)


def _upkeep(row: dict[str, Any], facts: Gathered, its_age: Age) -> Upkeep:
    pk = row["id"]
    places = [one for one in facts.places[pk] if one.state == State.ACTIVE]
    has = Facts(
        description=row["description"],
        phone=bool(row["phone"]),
        email=bool(row["email"]),
        website=bool(row["website"]),
        hours=any(one.has_hours for one in places),
        sector=pk in facts.with_sector,
        place=any(one.is_located for one in places),
    )
    return Upkeep(
        structure_id=pk,
        counts_from=its_age.on,
        vouched=its_age.vouched,
        is_kept=pk in facts.kept,
        completeness=completeness(has),
        missing=missing(has),
        has_phone=has.phone,
        has_email=has.email,
        has_hours=has.hours,
        has_description=bool(has.description),
    )


def _entries(
    row: dict[str, Any],
    facts: Gathered,
    its_age: Age,
    lacking: list[str],
    communes: dict[str, list[int]],
    listed: dict[tuple[int, int], CallEntry],
    *,
    today: date,
) -> list[CallEntry]:
    pk, found = row["id"], []
    reasons = calls.reasons_of(row, facts, its_age, lacking, today=today)
    if not reasons and not facts.calls[pk]:
        return []
    places = facts.places[pk]
    standing = [one for one in places if one.state == State.ACTIVE] or places
    where: dict[int, str] = {}
    for place in standing:
        for space_id in communes.get(place.municipality_code, ()):
            where.setdefault(space_id, place.municipality_code)
    for space_id, code in where.items():
        old = listed.get((space_id, pk))
        line = calls.line_of(
            reasons, facts.calls[pk].get(space_id), old.snoozed_until if old else None
        )
        if line:
            found.append(
                CallEntry(
                    space_id=space_id,
                    structure_id=pk,
                    municipality_code=code,
                    **line._asdict(),
                )
            )
    return found


def _write_signs(ids: list[int], facts: Gathered, *, now: datetime) -> None:
    """Signs of closure that registers give; one that no longer holds goes, unless it was decided."""
    said = {sign[:3]: sign for row in facts.rows if (sign := _sign(row, facts)) is not None}
    rows = ClosureSign.objects.filter(structure_id__in=ids, kind__in=_FROM_REGISTERS)
    known = {(one.structure_id, one.kind, one.key): one for one in rows}
    stale = [one.pk for key, one in known.items() if key not in said and not one.decision]
    ClosureSign.objects.filter(pk__in=stale).delete()
    fresh = [sign for key, sign in said.items() if key not in known]
    ClosureSign.objects.bulk_create(
        (ClosureSign(**sign._asdict(), found_at=now) for sign in fresh), ignore_conflicts=True
    )
    standing = {one.structure_id for key, one in known.items() if not one.decision and key in said}
    others = set(
        ClosureSign.objects.filter(structure_id__in=ids, decision="")
        .exclude(kind__in=_FROM_REGISTERS)
        .values_list("structure_id", flat=True)
    )
    for structure_id in list(facts.signs):
        if structure_id not in standing | others:
            del facts.signs[structure_id]
    for sign in fresh:
        facts.signs.setdefault(sign.structure_id, timezone.localdate(now))


def _sign(row: dict[str, Any], facts: Gathered) -> _Sign | None:
    """What the registers say of its end. A decision by a person is not a register's."""
    owner = (row["provenance"] or {}).get("state") or {}
    source = str(owner.get("source") or "")
    if row["merged_into_id"] is not None or row["state"] == State.ARCHIVED:
        return None
    if row["state"] == State.CEASED:
        if owner.get("by"):
            return None
        on = row["ceased_on"]
        return _Sign(row["id"], SignKind.CEASED.value, f"{source} {on or ''}".strip(), on, source)
    places = facts.places[row["id"]]
    if places and all(place.state != State.ACTIVE for place in places):
        days = [place.closed_on for place in places if place.closed_on]
        on = max(days, default=None)
        return _Sign(row["id"], SignKind.PLACES.value, f"{len(places)} {on or ''}".strip(), on, "")
    return None
