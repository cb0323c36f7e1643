"""The public page of a structure."""

import math
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple
from urllib.parse import quote

import numpy as np
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from maillage.directory.lib.json_ld import json_ld
from maillage.directory.lib.pages import (
    Card,
    Origin,
    SheetLabel,
    StructureSheet,
    Tag,
)
from maillage.directory.lib.snapshot import Snapshot
from maillage.directory.lib.sources import origin_of
from maillage.directory.queries.cards import cards, summary
from maillage.directory.queries.memory import current
from maillage.directory.queries.sheet_kept import kept_shown
from maillage.directory.queries.sheet_places import places_of
from maillage.spaces.models import Space
from maillage.structures.enums import (
    Axis,
    ContactVisibility,
    EssStatus,
    LifeStage,
    SizeBand,
    State,
    Typology,
    TypologyOrigin,
)
from maillage.structures.lib import source_label
from maillage.structures.models import Activity, FormerSlug, LegalCategory, Structure
from maillage.structures.models.structure import CONTACTS
from maillage.structures.queries.disclosure import contacts_for
from maillage.structures.queries.freshness import Age, age_of, stage_of, vouched_by_its_own

_NEIGHBOURS = 4
_FIELD_LABELS = {
    "name": "nom",
    "legal_name": "dénomination légale",
    "siren": "SIREN",
    "rna": "numéro RNA",
    "legal_category": "catégorie juridique",
    "activity_code": "activité principale",
    "description": "présentation",
    "website": "site web",
    "email": "adresse e-mail",
    "phone": "téléphone",
    "size_band": "effectif",
    "created_on": "date de création",
    "state": "état",
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """Values that are not saved: of the structure, of its places by key, and one row that people keep."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    row: Any = None


class Fate(Enum):
    """What became of the address of a structure."""

    HERE = "here"
    MOVED = "moved"
    GONE = "gone"
    UNKNOWN = "unknown"


class Found(NamedTuple):
    """`slug` is the present address when `fate` is MOVED; `gone` says which structure ended."""

    fate: Fate
    slug: str = ""
    gone: Structure | None = None


def locate(space: Space, slug: str, *, now: datetime) -> Found:
    """Whether this space has a page for `slug`, had one, or never had."""
    structure = Structure.objects.filter(slug=slug).first()
    if structure is None:
        former = FormerSlug.objects.filter(slug=slug).select_related("structure").first()
        structure = former.structure if former else None
    if structure is None:
        return Found(Fate.UNKNOWN)
    structure = _heir(structure)
    if _is_published(structure) and current(space, now).position(structure.pk) is not None:
        fate = Fate.HERE if structure.slug == slug else Fate.MOVED
        return Found(fate, slug=structure.slug)
    if structure.state != State.ACTIVE and _was_here(space, structure):
        return Found(Fate.GONE, gone=structure)
    return Found(Fate.UNKNOWN)


def _is_published(structure: Structure) -> bool:
    """As `published` says: what a large directory remembers may be older than a withdrawal."""
    ended = structure.state != State.ACTIVE or structure.merged_into_id is not None
    return not ended and structure.ess_status != EssStatus.EXCLUDED


def _heir(structure: Structure) -> Structure:
    """The structure that took this one over, at the end of the chain; a loop is cut."""
    seen = {structure.pk}
    while structure.merged_into_id is not None and structure.merged_into_id not in seen:
        seen.add(structure.merged_into_id)
        structure = Structure.objects.get(pk=structure.merged_into_id)
    return structure


def _was_here(space: Space, structure: Structure) -> bool:
    codes = space.perimeter.filter(until__isnull=True).values("municipality_code")
    return structure.establishments.filter(municipality_code__in=codes).exists()


def structure_sheet(
    space: Space,
    slug: str,
    *,
    now: datetime,
    reader: str = ContactVisibility.PUBLIC,
    proposal: Proposal | None = None,
) -> StructureSheet | None:
    """None when the space does not show this structure. With `proposal`, the page as it would be."""
    snapshot, proposal = current(space, now), proposal or Proposal()
    structure = Structure.objects.filter(slug=slug).first()
    at = snapshot.position(structure.pk) if structure and _is_published(structure) else None
    if structure is None or at is None:
        return None
    for name, value in proposal.fields.items():
        setattr(structure, name, value)
    near, similar, card = _surroundings(space, snapshot, at)
    places = places_of(snapshot, structure, proposal.places, now=now)
    shown = kept_shown(structure, today=timezone.localdate(now), proposed=proposal.row)
    public = contacts_for(structure)
    # No origin is told of a contact that is not.
    mine = contacts_for(structure, reader)
    hidden = {name for name in CONTACTS if not getattr(mine, name)}
    if proposal.fields:
        words = summary(structure.description)
        card = replace(card, name=structure.name, acronym=structure.acronym, summary=words)
    tags = _tags(space, snapshot, structure)
    path = reverse("directory:structure", args=[space.slug, slug])
    url = f"{settings.BASE_URL}{path}"
    status = structure.ess_override or structure.ess_status
    age = age_of(structure)
    sheet = StructureSheet(
        card=card,
        url=url,
        legal_name=structure.legal_name if structure.legal_name != structure.name else "",
        description=structure.description,
        siren=structure.siren or "",
        rna=structure.rna or "",
        legal_category_label=_legal_category(structure.legal_category),
        activity_label=_activity(structure),
        activity_code=structure.activity_code,
        created_on=structure.created_on,
        **mine._asdict(),
        size_label=str(SizeBand(structure.size_band).label) if structure.size_band else "",
        size_year=structure.size_year,
        life_stage_label=str(LifeStage(structure.life_stage).label) if structure.life_stage else "",
        typology_label=str(Typology(structure.typology).label) if structure.typology else "",
        typology_is_estimate=structure.typology_origin == TypologyOrigin.ESTIMATED,
        typology_reason=structure.typology_reason,
        ess_label=str(EssStatus(status).label),
        ess_reason=structure.ess_override_reason or structure.ess_reason,
        sectors=tags[Axis.SECTOR],
        aims=tags[Axis.AIM],
        audiences=tags[Axis.AUDIENCE],
        roles=tags[Axis.ROLE],
        labels=_labels(structure, now),
        places=places,
        origins=_origins(structure, hidden),
        confirmed_at=structure.confirmed_at,
        age=age,
        stage=stage_of(age.on, timezone.localdate(now)).value,
        vouched_by=_vouched_by(structure, age),
        updated_at=structure.updated_at,
        near=near,
        similar=similar,
        qr_url=f"{path}qr.svg",
        vcard_url=f"{path}contact.vcf",
        calendar_url=f"{path}horaires.ics" if any(place.hours for place in places) else "",
        kept=shown.kept,
        by_its_people=shown.by_its_people,
        json_ld="",
        title=f"{structure.name} · {space.name}",
        summary=summary(structure.description) or _default_summary(card),
    )
    return replace(sheet, json_ld=json_ld(replace(sheet, **public._asdict())))


def _vouched_by(structure: Structure, age: Age) -> str:
    if not age.vouched:
        return ""
    return "la structure" if vouched_by_its_own(structure.pk, age.by) else "un agent"


def structure_card(space: Space, structure_id: int, *, now: datetime) -> Card | None:
    """The card of one structure, for the map."""
    snapshot = current(space, now)
    at = snapshot.position(structure_id)
    if at is None:
        return None
    return next(iter(cards(space, snapshot, [at])), None)


def _surroundings(space: Space, snapshot: Snapshot, at: int) -> tuple[list[Card], list[Card], Card]:
    """Nearest structures, nearest of the same sector, and the structure itself: one query."""
    place = snapshot.main_place(at)
    near: list[int] = []
    similar: list[int] = []
    distances = None
    if place is not None:
        distances = snapshot.distances((place[0], place[1]))
        order = [int(other) for other in _closest(distances, 60) if other != at]
        near = order[:_NEIGHBOURS]
        alike = np.where(snapshot.main_sector == snapshot.main_sector[at], distances, np.inf)
        close = [int(other) for other in _closest(alike, 12) if other != at]
        similar = [other for other in close if other not in near and math.isfinite(alike[other])]
        similar = similar[:_NEIGHBOURS] if snapshot.main_sector[at] >= 0 else []
    found = {card.id: card for card in cards(space, snapshot, [at, *near, *similar], distances)}

    def pick(positions: list[int]) -> list[Card]:
        ids = (int(snapshot.ids[position]) for position in positions)
        return [found[pk] for pk in ids if pk in found]

    return pick(near), pick(similar), found[int(snapshot.ids[at])]


def _closest(distances: "np.ndarray[tuple[int], np.dtype[np.float64]]", count: int) -> list[int]:
    count = min(count, len(distances))
    some = np.argpartition(distances, count - 1)[:count]
    ordered = some[np.lexsort((some, distances[some]))]
    return [int(at) for at in ordered if math.isfinite(distances[at])]


def _tags(space: Space, snapshot: Snapshot, structure: Structure) -> dict[str, list[Tag]]:
    tags: dict[str, list[Tag]] = defaultdict(list)
    links = structure.structure_terms.select_related("term").order_by(
        "-is_main", "term__position", "id"
    )
    for link in links:
        term = link.term
        url = ""
        if term.axis == Axis.SECTOR and term.code in snapshot.facets["secteur"]:
            url = reverse("directory:sector", args=[space.slug, term.code])
        elif term.axis == Axis.AUDIENCE and term.code in snapshot.facets["public"]:
            url = f"{reverse('directory:list', args=[space.slug])}?public={quote(term.code)}"
        tags[term.axis].append(Tag(term.label, url, term.definition))
    return tags


def _labels(structure: Structure, now: datetime) -> list[SheetLabel]:
    """Labels in force; a label held by several establishments is told once."""
    today = timezone.localdate(now)
    held = structure.labels.select_related("term").order_by("term__position", "id")
    found: dict[str, SheetLabel] = {}
    for label in held:
        if label.valid_to is not None and label.valid_to < today:
            continue
        found.setdefault(
            label.term.code,
            SheetLabel(
                label=label.term.label,
                definition=label.term.definition,
                identifier=label.identifier,
                valid_from=label.valid_from,
                valid_to=label.valid_to,
                proof=label.proof,
                source_label=source_label(label.source),
                source_date=label.source_date,
                code=label.term.code,
            ),
        )
    return list(found.values())


def _origins(structure: Structure, hidden: Collection[str]) -> list[Origin]:
    """Provenance of the fields that are shown."""
    provenance = structure.provenance if isinstance(structure.provenance, dict) else {}
    origins = []
    for name, label in _FIELD_LABELS.items():
        if name in provenance and getattr(structure, name) and name not in hidden:
            source, source_date = origin_of(provenance, name)
            confirmed = bool(provenance[name].get("by")) if source or source_date else False
            origins.append(Origin(label, source, source_date, confirmed))
    return origins


def _legal_category(code: str) -> str:
    label = LegalCategory.objects.filter(code=code).values_list("label", flat=True).first()
    return label or ""


def _activity(structure: Structure) -> str:
    if not structure.activity_code:
        return ""
    label = Activity.objects.filter(
        nomenclature=structure.activity_nomenclature, code=structure.activity_code
    ).values_list("label", flat=True)
    return label.first() or ""


def _default_summary(card: Card) -> str:
    kind = card.sector_label or card.family_label or "structure de l'économie sociale et solidaire"
    where = f" à {card.municipality_names[0]}" if card.municipality_names else ""
    return f"{card.name} : {kind}{where}."
