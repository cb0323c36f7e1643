"""Build the snapshot of a space from the database, in a dozen queries whatever its size.

Everything is read as columns and worked on as arrays: 33 000 structures must take less than half a
second, since a change anywhere makes the next reader wait for it.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from maillage.directory.lib.collation import collation_key
from maillage.directory.lib.columns import Integers, Positions, columns
from maillage.directory.lib.snapshot import Choice, Snapshot
from maillage.directory.queries.facets import (
    TermRow,
    closed_list,
    communes_facet,
    quarters_facet,
    term_facet,
)
from maillage.directory.queries.placing import located
from maillage.spaces.models import Space
from maillage.structures.enums import SIZE_CLASS_OF_BAND, Axis, Family, SizeClass, State
from maillage.structures.models import (
    Establishment,
    Label,
    Structure,
    StructureTerm,
    Synonym,
    Term,
)
from maillage.structures.queries.freshness import latest_day
from maillage.territories.queries import bounds


def load(space: Space, version: tuple[Any, ...], today: date) -> Snapshot:
    codes = list(
        space.perimeter.filter(until__isnull=True)
        .order_by("municipality_code")
        .values_list("municipality_code", flat=True)
    )
    ids, names, families, bands, disclosures, confirmed, created, since = _structures(space)
    order = sorted(range(len(ids)), key=lambda at: collation_key(names[at]))
    ranked = np.asarray(order, dtype=np.int64)
    ids = np.asarray(ids, dtype=np.int64)[ranked]
    position = Positions(ids)
    places = located(codes, position, [disclosures[at] for at in order])
    terms = [TermRow(*row) for row in _terms()]
    tags = _pairs(position, _tags(codes))
    labels = _pairs(position, _labels(codes, today))
    size = len(ids)
    facets = {
        "secteur": term_facet(terms, Axis.SECTOR, tags, size),
        "label": term_facet(terms, Axis.LABEL, labels, size),
        "public": term_facet(terms, Axis.AUDIENCE, tags, size),
        "famille": closed_list(Family.choices, [families[at] for at in order]),
        "taille": closed_list(
            SizeClass.choices, [SIZE_CLASS_OF_BAND.get(bands[at], "inconnue") for at in order]
        ),
        "commune": communes_facet(codes, places, size),
        "quartier": quarters_facet(codes, places, size),
    }
    sectors = [code for code, choice in facets["secteur"].items() if not choice.parent]
    return Snapshot(
        version=version,
        ids=ids,
        facets=facets,
        old=_old([since[at] for at in order], today),
        recent=_latest([confirmed[at] for at in order]),
        newest=_latest([created[at] for at in order]),
        places=places.points,
        sectors=sectors,
        main_sector=_main_sectors(tags, terms, facets["secteur"], sectors, size),
        communes=places.communes,
        labels=_names(labels, facets["label"], terms),
        families=[families[at] for at in order],
        bounds=bounds(codes),
        synonyms=_synonyms(),
        _by_id=position.by_id,
        _sorted_ids=position.sorted_ids,
    )


def _structures(space: Space) -> Any:
    """Columns by identifier, so that equal names keep that order."""
    # As texts: SQLite's driver would build 66 000 datetimes, one by one, only to be compared.
    names = ("confirmed_at", "created_at", "upkeep__counts_from")
    moments = [Cast(name, CharField()) for name in names]
    rows = Structure.objects.published().in_space(space).order_by("id")
    fields = rows.values_list("id", "name", "family", "size_band", "disclosure", *moments)
    return columns(fields, 8)


def _old(since: list[str | None], today: date) -> Any:
    """Pages whose age counts from a year ago or more; ISO days compare as texts."""
    last = latest_day(12, today).isoformat()
    return np.asarray([day is not None and "" < day <= last for day in since], dtype=np.bool_)


def _terms() -> QuerySet[Any, Any]:
    return (
        Term.objects.filter(ended_on__isnull=True)
        .order_by("axis", "position", "label", "id")
        .values_list("id", "axis", "code", "label", "parent_id", "hue", "icon")
    )


def _inside(codes: Sequence[str]) -> QuerySet[Any, Any]:
    places = Establishment.objects.filter(state=State.ACTIVE, municipality_code__in=codes)
    return places.order_by().values("structure_id")


def _tags(codes: Sequence[str]) -> QuerySet[Any, Any]:
    """Main terms first."""
    tags = StructureTerm.objects.filter(structure_id__in=_inside(codes))
    return tags.order_by("-is_main", "id").values_list("structure_id", "term_id")


def _labels(codes: Sequence[str], today: date) -> QuerySet[Any, Any]:
    """Labels in force."""
    labels = Label.objects.filter(structure_id__in=_inside(codes))
    in_force = labels.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
    return in_force.order_by().values_list("structure_id", "term_id")


def _pairs(position: Positions, queryset: QuerySet[Any, Any]) -> tuple[Integers, Integers]:
    """(position, term) of each row about a published structure."""
    structures, terms = columns(queryset, 2)
    at = position.of(structures)
    known = at >= 0
    return at[known], np.asarray(terms, dtype=np.int64)[known]


def _names(
    borne: tuple[Integers, Integers], choices: dict[str, Choice], terms: list[TermRow]
) -> dict[int, list[str]]:
    """Names of what each structure bears, in the order of the facet."""
    rank = {code: at for at, code in enumerate(choices)}
    known = {row.id: (rank[row.code], row.label) for row in terms if row.code in rank}
    found: dict[int, set[tuple[int, str]]] = defaultdict(set)
    for at, term in zip(borne[0].tolist(), borne[1].tolist(), strict=True):
        if term in known:
            found[at].add(known[term])
    return {at: [label for _, label in sorted(names)] for at, names in found.items()}


def _latest(moments: list[Any]) -> Integers:
    """Latest first; those without a moment last. Equal moments keep the order of names."""
    with_one = [at for at, moment in enumerate(moments) if moment is not None]
    without = [at for at, moment in enumerate(moments) if moment is None]
    with_one.sort(key=moments.__getitem__, reverse=True)
    return np.asarray(with_one + without, dtype=np.int64)


def _main_sectors(
    tags: tuple[Integers, Integers],
    terms: list[TermRow],
    choices: dict[str, Choice],
    sectors: list[str],
    size: int,
) -> Integers:
    """Main terms come first in `tags`: the first sector met is the one that colours a point."""
    rank = {code: at for at, code in enumerate(sectors)}
    top = {
        row.id: rank[choices[row.code].parent or row.code] for row in terms if row.code in choices
    }
    positions, found = tags[0], [top.get(term, -1) for term in tags[1].tolist()]
    ranks = np.asarray(found, dtype=np.int64)
    known = ranks >= 0
    main = np.full(size, -1, dtype=np.int64)
    # Written backwards: the first one of each structure is written last.
    main[positions[known][::-1]] = ranks[known][::-1]
    return main


def _synonyms() -> tuple[tuple[str, ...], ...]:
    groups = Synonym.objects.order_by("id").values_list("words", flat=True)
    return tuple(tuple(part.strip() for part in words.split(",")) for words in groups)
