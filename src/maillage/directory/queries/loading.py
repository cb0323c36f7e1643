"""Build the snapshot of a space from the database, in a handful of queries whatever its size."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Q, QuerySet

from maillage.directory.lib import bits
from maillage.directory.lib.snapshot import Choice, Places, Snapshot
from maillage.spaces.models import Space
from maillage.structures.enums import (
    SIZE_CLASS_OF_BAND,
    Axis,
    Family,
    LocationQuality,
    SizeClass,
    State,
)
from maillage.structures.models import (
    Establishment,
    EstablishmentNeighbourhood,
    Label,
    Structure,
    StructureTerm,
    Synonym,
    Term,
)
from maillage.structures.queries.disclosure import is_open
from maillage.territories.models import Municipality, Neighbourhood
from maillage.territories.queries import bounds

_ROUGH = {LocationQuality.AREA.value, LocationQuality.NONE.value}


def load(space: Space, version: tuple[Any, ...], today: date) -> Snapshot:
    codes = list(
        space.perimeter.filter(until__isnull=True)
        .order_by("municipality_code")
        .values_list("municipality_code", flat=True)
    )
    rows = _structures(space)
    ids = [row[0] for row in rows]
    position = {structure_id: at for at, structure_id in enumerate(ids)}
    terms = list(
        Term.objects.filter(ended_on__isnull=True)
        .order_by("axis", "position", "label", "id")
        .values_list("id", "axis", "code", "label", "parent_id", "hue", "icon")
    )
    inside = _in_perimeter(codes)
    tags = StructureTerm.objects.filter(structure_id__in=inside).order_by("-is_main", "id")
    tag_rows = list(tags.values_list("structure_id", "term_id"))
    label_rows = (
        Label.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
        .filter(structure_id__in=inside)
        .values_list("structure_id", "term_id")
    )
    holders = _holders(position, tag_rows, label_rows, parents={row[0]: row[4] for row in terms})
    size = len(ids)
    facets = {
        "secteur": _terms(terms, Axis.SECTOR, holders, size),
        "label": _terms(terms, Axis.LABEL, holders, size),
        "public": _terms(terms, Axis.AUDIENCE, holders, size),
        "famille": _enum(Family.choices, [row[2] for row in rows], size),
        "taille": _enum(
            SizeClass.choices, [SIZE_CLASS_OF_BAND.get(row[3], "inconnue") for row in rows], size
        ),
    }
    places, communes, open_places = _places(codes, position, [row[5] for row in rows])
    facets["commune"] = _communes(codes, communes, size)
    facets["quartier"] = _quarters(codes, open_places, size)
    sectors = [code for code, choice in facets["secteur"].items() if not choice.parent]
    sorted_at = np.argsort(np.asarray(ids, dtype=np.int64), kind="stable")
    return Snapshot(
        version=version,
        ids=np.asarray(ids, dtype=np.int64),
        facets=facets,
        recent=_latest([row[4] for row in rows]),
        newest=_latest([row[6] for row in rows]),
        places=places,
        sectors=sectors,
        main_sector=_main_sectors(tag_rows, terms, sectors, position),
        communes=communes,
        bounds=bounds(codes),
        synonyms=tuple(
            tuple(part.strip() for part in words.split(","))
            for words in Synonym.objects.order_by("id").values_list("words", flat=True)
        ),
        _by_id=sorted_at.astype(np.int64),
        _sorted_ids=np.asarray(ids, dtype=np.int64)[sorted_at],
    )


def _structures(space: Space) -> list[tuple[Any, ...]]:
    """(id, name, family, size band, confirmed, disclosure, created), as a French reader sorts names."""
    rows = list(
        Structure.objects.published()
        .in_space(space)
        .order_by()
        .values_list(
            "id", "name", "family", "size_band", "confirmed_at", "disclosure", "created_at"
        )
    )
    rows.sort(key=lambda row: (_collation(row[1]), row[0]))
    return rows


def _collation(name: str) -> str:
    if not name.isascii():
        name = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "OE"))
        name = name.encode("ascii", "ignore").decode()
    return name.lower().lstrip(" \"'«(-.")


def _in_perimeter(codes: Sequence[str]) -> QuerySet[Any, Any]:
    return (
        Establishment.objects.filter(state=State.ACTIVE, municipality_code__in=codes)
        .order_by()
        .values("structure_id")
    )


def _holders(
    position: dict[int, int], *sources: Iterable[tuple[int, int]], parents: dict[int, int | None]
) -> dict[int, list[int]]:
    """Positions of the structures that bear each term, or one of its children."""
    holders: dict[int, list[int]] = defaultdict(list)
    for source in sources:
        for structure_id, term_id in source:
            at = position.get(structure_id)
            if at is not None:
                holders[term_id].append(at)
    for term_id, parent in parents.items():
        if parent is not None and term_id in holders:
            holders[parent] += holders[term_id]
    return holders


def _choice(label: str, positions: Iterable[int], size: int, **more: str) -> Choice:
    held = bits.from_positions(list(positions), size)
    packed = held.to_bytes((size + 7) // 8, "little")
    return Choice(label=label, bits=held, packed=packed, **more)


def _terms(
    terms: list[tuple[Any, ...]], axis: Axis, holders: dict[int, list[int]], size: int
) -> dict[str, Choice]:
    """Values of an axis, each followed by its children."""
    mine = [row for row in terms if row[1] == axis]
    codes = {row[0]: row[2] for row in mine}
    children: dict[int | None, list[tuple[Any, ...]]] = defaultdict(list)
    for row in mine:
        children[row[4] if row[4] in codes else None].append(row)
    choices: dict[str, Choice] = {}
    for top in children[None]:
        for row in [top, *children[top[0]]]:
            term_id, _, code, label, parent, hue, icon = row
            choices[code] = _choice(
                label,
                holders.get(term_id, ()),
                size,
                parent=codes.get(parent, ""),
                hue=hue,
                icon=icon,
            )
    return choices


def _enum(choices: Sequence[tuple[str, Any]], values: list[str], size: int) -> dict[str, Choice]:
    positions: dict[str, list[int]] = defaultdict(list)
    for at, value in enumerate(values):
        positions[value].append(at)
    return {
        value: _choice(str(label), positions[value], size)
        for value, label in choices
        if positions[value]
    }


def _places(
    codes: list[str], position: dict[int, int], disclosures: list[str]
) -> tuple[Places, list[tuple[str, ...]], dict[int, int]]:
    """Points that may be shown, communes of each structure, and establishments with an open address."""
    centres = {
        code: (lon, lat)
        for code, lon, lat in Municipality.objects.filter(code__in=codes).values_list(
            "code", "lon", "lat"
        )
        if lon is not None and lat is not None
    }
    rows = (
        Establishment.objects.filter(state=State.ACTIVE, municipality_code__in=codes)
        .order_by("-is_head_office", "id")
        .values_list(
            "id",
            "structure_id",
            "municipality_code",
            "lon",
            "lat",
            "location_quality",
            "disclosure",
            "address_is_public",
        )
    )
    communes: list[tuple[str, ...]] = [()] * len(position)
    open_places: dict[int, int] = {}
    points: list[tuple[int, float, float, bool]] = []
    seen: set[tuple[int, float, float]] = set()
    for place_id, structure_id, code, lon, lat, quality, disclosure, public in rows:
        at = position.get(structure_id)
        if at is None:
            continue
        if code not in communes[at]:
            communes[at] = (*communes[at], code)
        shown = is_open(disclosures[at], disclosure, address_is_public=public)
        if shown:
            open_places[place_id] = at
        exact = (lon, lat) if shown and lon is not None and lat is not None else None
        point = exact or centres.get(code)
        if point is not None and (at, *point) not in seen:
            seen.add((at, *point))
            points.append((at, *point, exact is None or quality in _ROUGH))
    return _columns(points, len(position)), communes, open_places


def _columns(points: list[tuple[int, float, float, bool]], size: int) -> Places:
    points.sort(key=lambda point: point[0])
    owner = np.asarray([point[0] for point in points], dtype=np.int64)
    return Places(
        owner=owner,
        lon=np.asarray([point[1] for point in points], dtype=np.float64),
        lat=np.asarray([point[2] for point in points], dtype=np.float64),
        approximate=np.asarray([point[3] for point in points], dtype=np.bool_),
        first=np.searchsorted(owner, np.arange(size + 1)),
    )


def _communes(codes: list[str], communes: list[tuple[str, ...]], size: int) -> dict[str, Choice]:
    positions: dict[str, list[int]] = defaultdict(list)
    for at, held in enumerate(communes):
        for code in held:
            positions[code].append(at)
    names = dict(Municipality.objects.filter(code__in=codes).values_list("code", "name"))
    ordered = sorted(codes, key=lambda code: (_collation(names.get(code) or code), code))
    return {code: _choice(names.get(code) or code, positions[code], size) for code in ordered}


def _quarters(codes: list[str], open_places: dict[int, int], size: int) -> dict[str, Choice]:
    """Priority and local neighbourhoods. A place whose address is kept back is in none."""
    positions: dict[int, list[int]] = defaultdict(list)
    links = (
        EstablishmentNeighbourhood.objects.exclude(neighbourhood__kind=Neighbourhood.Kind.IRIS)
        .filter(establishment__state=State.ACTIVE, establishment__municipality_code__in=codes)
        .values_list("neighbourhood_id", "establishment_id")
    )
    for neighbourhood_id, place_id in links:
        if place_id in open_places:
            positions[neighbourhood_id].append(open_places[place_id])
    known = Neighbourhood.objects.filter(id__in=positions).order_by("kind", "name", "code")
    return {
        code: _choice(name, positions[neighbourhood_id], size)
        for neighbourhood_id, code, name in known.values_list("id", "code", "name")
    }


def _latest(moments: list[Any]) -> bits.Positions:
    """Latest first; those without a moment last, by name."""
    stamps = np.asarray(
        [moment.timestamp() if moment else -np.inf for moment in moments], dtype=np.float64
    )
    return np.argsort(-stamps, kind="stable").astype(np.int64)


def _main_sectors(
    tag_rows: list[tuple[int, int]],
    terms: list[tuple[Any, ...]],
    sectors: list[str],
    position: dict[int, int],
) -> bits.Positions:
    """Main sectors come first in `tag_rows`: the first sector met is the one that colours a point."""
    rank = {code: at for at, code in enumerate(sectors)}
    codes = {row[0]: row[2] for row in terms if row[1] == Axis.SECTOR}
    top = {
        row[0]: rank.get(codes.get(row[4]) or row[2], -1) for row in terms if row[1] == Axis.SECTOR
    }
    main = np.full(len(position), -1, dtype=np.int64)
    for structure_id, term_id in tag_rows:
        at = position.get(structure_id)
        if at is not None and main[at] < 0 and term_id in top:
            main[at] = top[term_id]
    return main
