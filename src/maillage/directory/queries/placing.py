"""Where the structures of a space may be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import IntegerField
from django.db.models.functions import Cast
from numpy.typing import NDArray

from maillage.directory.lib import bits
from maillage.directory.lib.columns import Coding, Integers, Named, Positions, Rows, joined, lots
from maillage.directory.lib.snapshot import Places
from maillage.structures.enums import LocationQuality, State
from maillage.structures.models import Establishment
from maillage.structures.queries.disclosure import is_open
from maillage.territories.models import Municipality

_ROUGH = [LocationQuality.AREA.value, LocationQuality.NONE.value]
_FIELDS = (
    "id", "structure_id", "municipality_code", "lon", "lat",
    "location_quality", "disclosure", Cast("address_is_public", IntegerField()),
)  # fmt: skip
_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Located:
    """`communes[p]`: codes of structure p, its head office's first.

    `_by_commune` are the positions of each commune, those of commune c from `_first[c]` on; `_open_ids`
    and `_open_owners` the establishments whose address is public and the positions of their structures.
    """

    points: Places
    communes: Rows
    _by_commune: NDArray[np.int32]
    _first: Integers
    _open_ids: Integers
    _open_owners: Integers

    def present(self, rank: int, size: int) -> bits.Set:
        """Structures with a place in the commune of this rank."""
        held = self._by_commune[self._first[rank] : self._first[rank + 1]]
        # Already in order: nothing to sort again.
        return (
            bits.Sparse(held)
            if bits.is_sparse(len(held), size)
            else bits.from_positions(held, size)
        )

    def owner_of(self, establishments: Integers) -> Integers:
        """Position of the structure of each, -1 where the address is kept back."""
        if not len(self._open_ids):
            return np.full(len(establishments), -1, dtype=np.int64)
        at = np.searchsorted(self._open_ids, establishments)
        at[at == len(self._open_ids)] = 0
        return np.where(self._open_ids[at] == establishments, self._open_owners[at], -1)


@dataclass(slots=True)
class _Lot:
    """Establishments of published structures: `commune` is a rank, `point` may be not a number."""

    ids: Integers
    owner: Integers
    commune: Integers
    lon: _Floats
    lat: _Floats
    approximate: NDArray[np.bool_]
    is_open: NDArray[np.bool_]


def located(codes: list[str], within: Any, position: Positions, disclosures: Named) -> Located:
    """`disclosures` are those of the structures, by position; `within` is `codes`, for the database."""
    rank = {code: at for at, code in enumerate(codes)}
    centres = _centres(codes)
    rows = Establishment.objects.filter(state=State.ACTIVE, municipality_code__in=within)
    rows = rows.order_by("-is_head_office", "id").values_list(*_FIELDS)
    parts = [_lot(lot, rank, centres, position, disclosures) for lot in lots(rows, len(_FIELDS))]
    owner = joined(part.owner for part in parts)
    commune = joined(part.commune for part in parts)
    shown = joined(part.is_open for part in parts)
    ids = joined(part.ids for part in parts)[shown]
    order = np.argsort(ids)
    size = len(position)
    points = _points(
        owner,
        joined(part.lon for part in parts),
        joined(part.lat for part in parts),
        joined(part.approximate for part in parts),
        size,
    )
    pairs, first_met = np.unique(owner * (len(codes) or 1) + commune, return_index=True)
    held_by, held = pairs // (len(codes) or 1), pairs % (len(codes) or 1)
    in_order = np.lexsort((first_met, held_by))
    by_commune = np.argsort(held, kind="stable")
    return Located(
        points,
        Rows(held_by[in_order], held[in_order], codes, size),
        held_by[by_commune].astype(np.int32),
        np.searchsorted(held[by_commune], np.arange(len(codes) + 1)),
        ids[order],
        owner[shown][order],
    )


def _lot(
    columns: list[Sequence[Any]],
    rank: dict[str, int],
    centres: tuple[_Floats, _Floats],
    position: Positions,
    disclosures: Named,
) -> _Lot:
    ids, owners, communes, lon, lat, quality, disclosure, public = columns
    owner = position.of(owners)
    keep = owner >= 0
    commune = np.fromiter((rank.get(code, 0) for code in communes), np.int64, len(communes))
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    judged = _judge(owner, disclosures, disclosure, public)
    exact = judged & ~np.isnan(x) & ~np.isnan(y)
    rough = _said(quality, _ROUGH)
    return _Lot(
        np.asarray(ids, dtype=np.int64)[keep],
        owner[keep],
        commune[keep],
        _at(exact, x, centres[0], commune)[keep],
        _at(exact, y, centres[1], commune)[keep],
        (~exact | rough)[keep],
        judged[keep],
    )


def _at(exact: NDArray[np.bool_], own: _Floats, centre: _Floats, commune: Integers) -> _Floats:
    return np.where(exact, own, centre[commune]) if len(own) else own


def _said(column: Sequence[str], values: Sequence[str]) -> NDArray[np.bool_]:
    coding = Coding()
    codes = coding.of(column)
    return np.isin(codes, [coding[value] for value in values])


def _judge(
    owner: Integers, disclosures: Named, disclosure: Sequence[str], public: Sequence[bool]
) -> NDArray[np.bool_]:
    """The one judge's verdict on each establishment; equal cases are judged once."""
    if not len(owner):
        return np.zeros(0, dtype=np.bool_)
    coding = Coding()
    places = coding.of(disclosure).astype(np.int64)
    structures = (
        disclosures.codes[np.maximum(owner, 0)] if len(disclosures) else np.zeros_like(owner)
    )
    shown = np.asarray(public, dtype=np.int64) != 0
    cases = (structures.astype(np.int64) * len(coding) + places) * 2 + shown
    names = list(coding)
    different, which = np.unique(cases, return_inverse=True)
    verdicts = [
        bool(disclosures.names)
        and is_open(
            disclosures.names[case // 2 // len(coding)],
            names[case // 2 % len(coding)],
            address_is_public=bool(case % 2),
        )
        for case in different.tolist()
    ]
    verdict: NDArray[np.bool_] = np.asarray(verdicts, dtype=np.bool_)[which.reshape(-1)]
    return verdict & (owner >= 0)


def _centres(codes: list[str]) -> tuple[_Floats, _Floats]:
    """Centre of each commune; not a number when it is unknown."""
    nowhere = (np.nan, np.nan)
    rows = Municipality.objects.filter(lon__isnull=False, lat__isnull=False)
    if len(codes) < 1_000:
        rows = rows.filter(code__in=codes)
    centres = {code: (lon, lat) for code, lon, lat in rows.values_list("code", "lon", "lat")}
    found = [centres.get(code, nowhere) for code in codes] or [nowhere]
    pairs = np.asarray(found, dtype=np.float64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _points(
    owner: Integers, lon: _Floats, lat: _Floats, approximate: NDArray[np.bool_], size: int
) -> Places:
    """Rows by structure, main place first; two establishments at one point are one place."""
    rows = np.flatnonzero(~np.isnan(lon))
    rows = rows[np.argsort(owner[rows], kind="stable")]
    several = np.bincount(owner[rows], minlength=size) > 1
    seen: set[tuple[int, float, float]] = set()
    repeated = []
    for row in rows[several[owner[rows]]].tolist():
        point = (int(owner[row]), float(lon[row]), float(lat[row]))
        if point in seen:
            repeated.append(row)
        seen.add(point)
    rows = rows[~np.isin(rows, repeated)]
    return Places(
        owner=owner[rows].astype(np.int32),
        lon=lon[rows],
        lat=lat[rows],
        approximate=approximate[rows],
        first=np.searchsorted(owner[rows], np.arange(size + 1)).astype(np.int32),
    )
