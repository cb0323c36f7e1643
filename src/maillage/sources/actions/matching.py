"""Which structure does a source record speak of? SIREN, RNA, SIRET, then name and commune.

A sure match is joined; a doubtful one is asked to a person once, with the reasons of its score.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from maillage.sources.connectors.base import SourceRecord
from maillage.sources.lib import address_key, name_key, name_similarity, website_key
from maillage.sources.models import Match
from maillage.structures.models import Establishment, Structure

SURE = 0.92
DOUBTFUL = 0.66


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known structure that could be the one of a record. `score` is between 0 and 1."""

    structure_id: int
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """`structure_id` when sure; `doubt` when a person must say."""

    structure_id: int | None = None
    doubt: Candidate | None = None


@dataclass(slots=True)
class _Known:
    structure_id: int
    has_siren: bool
    keys: tuple[str, ...]
    website: str
    phone: str
    addresses: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def identity(record: SourceRecord) -> str:
    """What makes a record the same one from a run to the next."""
    if record.siren or record.rna:
        return record.siren or record.rna
    place = record.establishments[0] if record.establishments else None
    parts = [name_key(str(record.fields.get("name", "")))]
    if place:
        parts += [place.municipality_code, address_key(str(place.fields.get("address") or ""))]
    return "|".join(parts)


def fingerprint(record: SourceRecord, structure_id: int) -> str:
    return hashlib.sha256(f"{identity(record)}→{structure_id}".encode()).hexdigest()


class Matcher:
    """Holds the identifiers of the whole installation and the names of the record's communes."""

    def __init__(self, municipality_codes: Iterable[str]) -> None:
        living = Structure.objects.unmerged()
        self.by_siren = dict(living.exclude(siren=None).values_list("siren", "pk"))
        self.by_rna = dict(living.exclude(rna=None).values_list("rna", "pk"))
        for siren, winner in (
            Structure.objects.exclude(merged_into=None)
            .exclude(siren=None)
            .values_list("siren", "merged_into_id")
        ):
            self.by_siren.setdefault(siren, winner)
        # A place typed with its SIRET under a structure without SIREN: no second place can bear it.
        self.by_siret = dict(
            Establishment.objects.filter(structure__siren=None)
            .exclude(siret=None)
            .values_list("siret", "structure_id")
        )
        self.by_establishment = dict(Establishment.objects.values_list("pk", "structure_id"))
        self.decisions = dict(Match.objects.values_list("fingerprint", "decision"))
        self._names: dict[str, dict[str, set[int]]] = {}
        self._known: dict[int, _Known] = {}
        self._load_names(set(municipality_codes))

    def _load_names(self, codes: set[str]) -> None:
        self._names = defaultdict(lambda: defaultdict(set))
        rows = (
            Establishment.objects.filter(municipality_code__in=codes, structure__merged_into__isnull=True)
            .values_list(
                "structure_id", "municipality_code", "address", "name", "structure__name", "structure__legal_name",
                "structure__acronym", "structure__siren", "structure__website", "structure__phone",
            )
            .iterator(chunk_size=2000)
        )  # fmt: skip
        for structure_id, code, address, sign, name, legal, acronym, siren, website, phone in rows:
            known = self._known.get(structure_id)
            if known is None:
                keys = tuple(
                    dict.fromkeys(name_key(text) for text in (name, legal, sign, acronym) if text)
                )
                known = _Known(
                    structure_id, bool(siren), keys, website_key(website) if website else "", phone
                )
                self._known[structure_id] = known
            if address:
                known.addresses[code].add(address_key(address))
            for key in known.keys:
                for token in key.split():
                    self._names[code][token].add(structure_id)

    def find(self, record: SourceRecord) -> Found:
        """The structure of `record`, a doubt, or nothing."""
        if record.siren and record.siren in self.by_siren:
            return Found(self.by_siren[record.siren])
        if record.rna and record.rna in self.by_rna:
            return Found(self.by_rna[record.rna])
        for place in record.establishments:
            if place.siret in self.by_siret:
                return Found(self.by_siret[place.siret])
            if "id" in place.fields:
                return Found(self.by_establishment.get(place.fields["id"]))
        return self._find_by_name(record)

    def _find_by_name(self, record: SourceRecord) -> Found:
        best: Candidate | None = None
        for candidate in self.candidates(record):
            decision = self.decisions.get(fingerprint(record, candidate.structure_id))
            if decision == Match.Decision.SAME:
                return Found(candidate.structure_id)
            if decision == Match.Decision.DIFFERENT:
                continue
            if best is None or candidate.score > best.score:
                best = candidate
        if best is None:
            return Found()
        return Found(best.structure_id) if best.score >= SURE else Found(doubt=best)

    def candidates(self, record: SourceRecord) -> list[Candidate]:
        """Known structures of the same communes whose name looks like the record's."""
        names = [str(record.fields.get(name) or "") for name in ("name", "legal_name", "acronym")]
        keys = [key for key in (name_key(name) for name in names if name) if key]
        if not keys:
            return []
        seen: dict[int, str] = {}
        for code in {
            place.municipality_code for place in record.establishments if place.municipality_code
        }:
            for key in keys:
                for token in key.split():
                    for structure_id in self._names.get(code, {}).get(token, ()):
                        seen.setdefault(structure_id, code)
        found = []
        for structure_id, code in seen.items():
            known = self._known[structure_id]
            if record.siren and known.has_siren:
                continue  # two different legal persons, whatever their names
            candidate = _score(record, keys, known, code)
            if candidate.score >= DOUBTFUL:
                found.append(candidate)
        return sorted(found, key=lambda candidate: (-candidate.score, candidate.structure_id))

    def remember(self, record: SourceRecord, structure_id: int) -> None:
        """Let later records of the same run find what this one matched or would create."""
        if record.siren:
            self.by_siren[record.siren] = structure_id
        if record.rna:
            self.by_rna[record.rna] = structure_id


def _score(record: SourceRecord, keys: list[str], known: _Known, code: str) -> Candidate:
    likeness = max(
        (name_similarity(left, right) for left in keys for right in known.keys), default=0.0
    )
    reasons = [f"nom ressemblant à {round(likeness * 100)} %", "même commune"]
    score = 0.8 * likeness
    addresses = {
        address_key(str(place.fields.get("address") or ""))
        for place in record.establishments
        if place.municipality_code == code
    } - {""}
    if addresses and known.addresses[code]:
        if addresses & known.addresses[code]:
            score += 0.2
            reasons.append("même adresse")
        else:
            score -= 0.05
            reasons.append("adresse différente")
    elif likeness >= 0.99:
        score += 0.14
        reasons.append("adresse inconnue d'un côté")
    website = website_key(str(record.fields.get("website") or ""))
    if website and website == known.website:
        score += 0.15
        reasons.append("même site web")
    phone = str(record.fields.get("phone") or "")
    if phone and phone == known.phone:
        score += 0.15
        reasons.append("même téléphone")
    return Candidate(known.structure_id, round(min(score, 1.0), 3), tuple(reasons))
