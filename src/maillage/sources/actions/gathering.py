"""Read a connector's stream and group what it says by structure, without writing anything."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from maillage.sources.actions.matching import Candidate, Matcher, fingerprint, identity
from maillage.sources.connectors.base import Issue, Item, Outside, Progress, SourceRecord
from maillage.sources.models import Match
from maillage.structures.enums import State

STORED_ISSUES = 20_000
CLOSED = frozenset({State.CEASED, State.ARCHIVED})


@dataclass(slots=True)
class Gathered:
    """Records by structure id (negative: a structure that does not exist yet), and the rest."""

    records: dict[int, list[SourceRecord]] = field(default_factory=dict)
    doubts: list[tuple[SourceRecord, Candidate]] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    refused: int = 0
    warned: int = 0
    outside: Counter[str] = field(default_factory=Counter)


class Gatherer:
    """`members` are the ids of the structures already in the space."""

    def __init__(self, matcher: Matcher, perimeter: frozenset[str], members: set[int]) -> None:
        self.matcher, self.perimeter, self.members = matcher, perimeter, members
        self.gathered = Gathered()
        self._new: dict[str, int] = {}
        self._doubted: set[str] = set()

    def gather(self, items: Iterator[Item], on_progress: Callable[[float], None]) -> Gathered:
        for item in items:
            match item:
                case SourceRecord():
                    self._place(item)
                case Issue():
                    self._note(item)
                case Outside(count=count, reason=reason):
                    self.gathered.outside[reason or "hors du périmètre"] += count
                case Progress(done=done):
                    on_progress(done)
        return self.gathered

    def _note(self, issue: Issue) -> None:
        if issue.severity == "refused":
            self.gathered.refused += 1
        else:
            self.gathered.warned += 1
        if len(self.gathered.issues) < STORED_ISSUES:
            self.gathered.issues.append(issue)

    def _place(self, record: SourceRecord) -> None:
        inside = any(place.municipality_code in self.perimeter for place in record.establishments)
        key = identity(record)
        if key in self._new:
            self.gathered.records[self._new[key]].append(record)
            return
        found = self.matcher.find(record)
        if found.structure_id is not None:
            if inside or found.structure_id in self.members:
                self.gathered.records.setdefault(found.structure_id, []).append(record)
                self.matcher.remember(record, found.structure_id)
            else:
                self.gathered.outside["hors du périmètre"] += 1
        elif not inside:
            reason = (
                "inconnue de l'annuaire et sans adresse"
                if not record.establishments
                else "hors du périmètre"
            )
            self.gathered.outside[reason] += 1
        elif _is_closed(record):
            self.gathered.outside["fermée ou cessée, et inconnue de l'annuaire"] += 1
        elif not record.fields.get("name"):
            self._note(
                Issue(
                    "sans_nom",
                    "Aucun nom : la structure ne peut pas être créée.",
                    line=record.line,
                    excerpt=key,
                )
            )
        elif found.doubt is not None:
            if fingerprint(record, found.doubt.structure_id) not in self._doubted:
                self._doubted.add(fingerprint(record, found.doubt.structure_id))
                self.gathered.doubts.append((record, found.doubt))
        else:
            temporary = -1 - len(self._new)
            self._new[key] = temporary
            self.gathered.records[temporary] = [record]
            self.matcher.remember(record, temporary)


def _is_closed(record: SourceRecord) -> bool:
    if record.fields.get("state") in CLOSED:
        return True
    return all(place.fields.get("state") in CLOSED for place in record.establishments)


def match_rows(gathered: Gathered, run_id: int, space_id: int) -> list[Match]:
    """Questions to ask a person, without those already asked."""
    prints = {
        fingerprint(record, candidate.structure_id): (record, candidate)
        for record, candidate in gathered.doubts
    }
    asked = set(Match.objects.filter(fingerprint__in=prints).values_list("fingerprint", flat=True))
    return [
        Match(
            fingerprint=key,
            space_id=space_id,
            run_id=run_id,
            structure_id=candidate.structure_id,
            record=record_to_json(record),
            score=candidate.score,
            reasons=list(candidate.reasons),
        )
        for key, (record, candidate) in prints.items()
        if key not in asked
    ]


def record_to_json(record: SourceRecord) -> dict[str, Any]:

    return asdict(record)
