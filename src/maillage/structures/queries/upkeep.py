"""What is read of structures to know how well their pages are kept: a few queries for a thousand of them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Q

from maillage.core.models import Letter
from maillage.spaces.models import PerimeterEntry
from maillage.structures.enums import Axis
from maillage.structures.models import (
    CallNote,
    ClosureSign,
    Establishment,
    FreshnessReminder,
    Label,
    Membership,
    Structure,
    StructureTerm,
)

_COLUMNS = (
    "id", "state", "merged_into_id", "ess_status", "confirmed_at", "confirmed_by_id", "provenance",
    "created_at", "email", "phone", "website", "description", "is_employer", "size_band", "ceased_on",
)  # fmt: skip


class Place(NamedTuple):
    municipality_code: str
    state: str
    has_hours: bool
    is_located: bool
    closed_on: date | None


class Reminder(NamedTuple):
    months: int
    since: date
    answer: str
    sent_at: datetime


class Call(NamedTuple):
    outcome: str
    at: datetime
    next_on: date | None


@dataclass(slots=True)
class Gathered:
    """Facts of a lot of structures, by identifier; `calls` are the last ones, by space."""

    rows: list[dict[str, Any]]
    places: dict[int, list[Place]] = field(default_factory=lambda: defaultdict(list))
    reminders: dict[int, list[Reminder]] = field(default_factory=lambda: defaultdict(list))
    calls: dict[int, dict[int, Call]] = field(default_factory=lambda: defaultdict(dict))
    signs: dict[int, date] = field(default_factory=dict)
    with_sector: set[int] = field(default_factory=set)
    labelled: set[int] = field(default_factory=set)
    kept: set[int] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)


def spaces_by_commune() -> dict[str, list[int]]:
    """Spaces whose perimeter in force holds each commune."""
    found: dict[str, list[int]] = defaultdict(list)
    entries = PerimeterEntry.objects.filter(until=None).order_by("space_id")
    for code, space_id in entries.values_list("municipality_code", "space_id"):
        found[code].append(space_id)
    return found


def gather(ids: Collection[int], *, today: date) -> Gathered:
    """Nine queries, whatever the number of structures (a thousand at most: their keys are listed)."""
    structures = Structure.objects.filter(pk__in=ids).order_by("pk")
    facts = Gathered(list(structures.values(*_COLUMNS)))
    _read_places(facts, ids)
    _read_story(facts, ids)
    sectors = StructureTerm.objects.filter(structure_id__in=ids, term__axis=Axis.SECTOR)
    facts.with_sector = set(sectors.values_list("structure_id", flat=True))
    valid = Q(valid_to=None) | Q(valid_to__gte=today)
    labels = Label.objects.filter(valid, structure_id__in=ids)
    facts.labelled = set(labels.values_list("structure_id", flat=True))
    members = Membership.objects.filter(structure_id__in=ids, ended_at=None)
    facts.kept = set(members.values_list("structure_id", flat=True))
    facts.refused = refused_addresses({row["email"] for row in facts.rows if row["email"]})
    return facts


def refused_addresses(addresses: Collection[str]) -> set[str]:
    """Those that a mail server refused for good."""
    refused = Letter.objects.filter(status=Letter.Status.REFUSED, to__in=addresses)
    return set(refused.order_by().values_list("to", flat=True).distinct())


def _read_places(facts: Gathered, ids: Collection[int]) -> None:
    places = Establishment.objects.filter(structure_id__in=ids)
    for structure_id, code, state, hours, lon, closed_on in places.order_by(
        "-is_head_office", "id"
    ).values_list(
        "structure_id", "municipality_code", "state", "opening_hours", "lon", "closed_on"
    ):
        facts.places[structure_id].append(
            Place(code, state, bool(hours), lon is not None, closed_on)
        )


def _read_story(facts: Gathered, ids: Collection[int]) -> None:
    reminders = FreshnessReminder.objects.filter(structure_id__in=ids).order_by("sent_at", "id")
    for structure_id, months, since, answer, sent_at in reminders.values_list(
        "structure_id", "months", "since", "answer", "sent_at"
    ):
        facts.reminders[structure_id].append(Reminder(months, since, answer, sent_at))
    calls = CallNote.objects.filter(structure_id__in=ids, is_last=True).order_by("at", "id")
    for structure_id, space_id, outcome, at, next_on in calls.values_list(
        "structure_id", "space_id", "outcome", "at", "next_on"
    ):
        facts.calls[structure_id][space_id] = Call(outcome, at, next_on)
    signs = ClosureSign.objects.filter(structure_id__in=ids, decision="").order_by("-found_at")
    for structure_id, found_at in signs.values_list("structure_id", "found_at"):
        facts.signs[structure_id] = found_at.date()
