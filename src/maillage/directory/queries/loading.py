"""Build the snapshot of a space from the database, in a dozen queries whatever its size.

Everything is read as columns, lot by lot, and worked on as arrays: 33 000 structures must take less than
half a second, since a change anywhere makes the next reader wait for it, and two million must fit.
"""

from datetime import date
from typing import Any, NamedTuple

import numpy as np
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from numpy.typing import NDArray

from maillage.directory.lib.collation import collation_key
from maillage.directory.lib.columns import (
    Coding,
    Integers,
    Named,
    Positions,
    Rows,
    Texts,
    joined,
    lots,
    ranks_of,
    texts,
)
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

# Past that many communes, the database is told where to find them rather than their codes.
_MANY_COMMUNES = 500


class _Columns(NamedTuple):
    """Structures in the order of names. Codes are ranks in the lists beside them."""

    ids: Integers
    families: Named
    bands: Named
    disclosures: Named
    confirmed: Texts
    created: Texts
    since: Texts


def load(space: Space, version: tuple[Any, ...], today: date) -> Snapshot:
    read_at = timezone.now()
    perimeter = space.perimeter.filter(until__isnull=True)
    codes = list(
        perimeter.order_by("municipality_code").values_list("municipality_code", flat=True)
    )
    within = codes if len(codes) <= _MANY_COMMUNES else perimeter.values("municipality_code")
    kept = _structures(space)
    position = Positions(kept.ids)
    places = located(codes, within, position, kept.disclosures)
    terms = [TermRow(*row) for row in _terms()]
    tags = _pairs(position, _tags(within))
    labels = _pairs(position, _labels(within, today))
    size = len(kept.ids)
    facets = {
        "secteur": term_facet(terms, Axis.SECTOR, tags, size),
        "label": term_facet(terms, Axis.LABEL, labels, size),
        "public": term_facet(terms, Axis.AUDIENCE, tags, size),
        "famille": closed_list(Family.choices, kept.families.names, kept.families.codes),
        "taille": closed_list(
            SizeClass.choices,
            [SIZE_CLASS_OF_BAND.get(band, "inconnue") for band in kept.bands.names],
            kept.bands.codes,
        ),
        "commune": communes_facet(codes, places, size),
        "quartier": quarters_facet(within, places, size),
    }
    sectors = [code for code, choice in facets["secteur"].items() if not choice.parent]
    return Snapshot(
        version=version,
        read_at=read_at,
        ids=kept.ids,
        facets=facets,
        old=_old(kept.since, today),
        recent=_latest(kept.confirmed),
        newest=_latest(kept.created),
        places=places.points,
        sectors=sectors,
        main_sector=_main_sectors(tags, terms, facets["secteur"], sectors, size),
        communes=places.communes,
        labels=_names(labels, facets["label"], terms, size),
        families=kept.families,
        bounds=bounds(codes),
        synonyms=_synonyms(),
        _by_id=position.by_id,
        _sorted_ids=position.sorted_ids,
    )


def _structures(space: Space) -> _Columns:
    # As texts: SQLite's driver would build 66 000 datetimes, one by one, only to be compared.
    names = ("confirmed_at", "created_at", "upkeep__counts_from")
    moments = [Cast(name, CharField()) for name in names]
    rows = Structure.objects.published().in_space(space).order_by("id")
    fields = rows.values_list("id", "name", "family", "size_band", "disclosure", *moments)
    codings = [Coding(), Coding(), Coding()]
    keys: list[str] = []
    parts: list[list[NDArray[Any]]] = []
    for ids, named, *coded, confirmed, created, since in lots(fields, 8):
        keys += map(collation_key, named)
        parts.append(
            [
                np.asarray(ids, dtype=np.int64),
                *(coding.of(column) for coding, column in zip(codings, coded, strict=True)),
                texts(confirmed, 32),
                texts(created, 32),
                texts(since, 10),
            ]
        )
    # Rows come by identifier: equal names keep that order.
    order = np.asarray(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.int64)
    read = [joined(column)[order] for column in zip(*parts, strict=True)]
    families, bands, disclosures = (
        Named(column.astype(np.int8), list(coding))
        for coding, column in zip(codings, read[1:4], strict=True)
    )
    return _Columns(read[0], families, bands, disclosures, *read[4:])


def _old(since: Texts, today: date) -> NDArray[np.bool_]:
    """Pages whose age counts from a year ago or more; ISO days compare as texts."""
    last = latest_day(12, today).isoformat().encode()
    old: NDArray[np.bool_] = (since != b"") & (since <= last)
    return old


def _terms() -> QuerySet[Any, Any]:
    return (
        Term.objects.filter(ended_on__isnull=True)
        .order_by("axis", "position", "label", "id")
        .values_list("id", "axis", "code", "label", "parent_id", "hue", "icon")
    )


def _inside(within: Any) -> QuerySet[Any, Any]:
    places = Establishment.objects.filter(state=State.ACTIVE, municipality_code__in=within)
    return places.order_by().values("structure_id")


def _tags(within: Any) -> QuerySet[Any, Any]:
    """Main terms first."""
    tags = StructureTerm.objects.filter(structure_id__in=_inside(within))
    return tags.order_by("-is_main", "id").values_list("structure_id", "term_id")


def _labels(within: Any, today: date) -> QuerySet[Any, Any]:
    """Labels in force."""
    labels = Label.objects.filter(structure_id__in=_inside(within))
    in_force = labels.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
    return in_force.order_by().values_list("structure_id", "term_id")


def _pairs(position: Positions, queryset: QuerySet[Any, Any]) -> tuple[Integers, Integers]:
    """(position, term) of each row about a published structure."""
    parts = []
    for structures, terms in lots(queryset, 2):
        at = position.of(structures)
        known = at >= 0
        parts.append((at[known], np.asarray(terms, dtype=np.int64)[known]))
    return joined(part[0] for part in parts), joined(part[1] for part in parts)


def _names(
    borne: tuple[Integers, Integers], choices: dict[str, Choice], terms: list[TermRow], size: int
) -> Rows:
    """Names of what each structure bears, in the order of the facet."""
    rank = {code: at for at, code in enumerate(choices)}
    labels = {row.code: row.label for row in terms}
    ranks = _looked_up(borne[1], {row.id: rank[row.code] for row in terms if row.code in rank})
    known = ranks >= 0
    pairs = np.unique(borne[0][known] * (len(rank) or 1) + ranks[known])
    names = [labels[code] for code in choices]
    return Rows(pairs // (len(rank) or 1), pairs % (len(rank) or 1), names, size)


def _looked_up(values: Integers, known: dict[int, int]) -> Integers:
    """What `known` says of each value, -1 where it says nothing."""
    different, which = np.unique(values, return_inverse=True)
    found = np.asarray([known.get(value, -1) for value in different.tolist()], dtype=np.int64)
    return found[which.reshape(-1)] if len(found) else np.zeros(0, dtype=np.int64)


def _latest(moments: Texts) -> NDArray[np.int32]:
    """Latest first; those without a moment last. Equal moments keep the order of names."""
    return np.argsort(-ranks_of(moments), kind="stable").astype(np.int32)


def _main_sectors(
    tags: tuple[Integers, Integers],
    terms: list[TermRow],
    choices: dict[str, Choice],
    sectors: list[str],
    size: int,
) -> NDArray[np.int8]:
    """Main terms come first in `tags`: the first sector met is the one that colours a point."""
    rank = {code: at for at, code in enumerate(sectors)}
    top = {
        row.id: rank[choices[row.code].parent or row.code] for row in terms if row.code in choices
    }
    positions, ranks = tags[0], _looked_up(tags[1], top)
    known = ranks >= 0
    main = np.full(size, -1, dtype=np.int8)
    # Written backwards: the first one of each structure is written last.
    main[positions[known][::-1]] = ranks[known][::-1]
    return main


def _synonyms() -> tuple[tuple[str, ...], ...]:
    groups = Synonym.objects.order_by("id").values_list("words", flat=True)
    return tuple(tuple(part.strip() for part in words.split(",")) for words in groups)
