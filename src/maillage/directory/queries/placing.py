"""Where the structures of a space may be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from django.db.models import IntegerField
from django.db.models.functions import Cast
from numpy.typing import NDArray

from maillage.directory.lib.columns import Integers, Positions, columns
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


@dataclass(frozen=True, slots=True)
class Located:
    """`communes[p]`: codes of structure p, its head office's first; `present`: the other way round.

    `open_places`: position of the structure of each establishment whose address is public.
    """

    points: Places
    communes: list[tuple[str, ...]]
    present: dict[str, list[int]]
    open_places: dict[int, int]


def located(codes: list[str], position: Positions, disclosures: list[str]) -> Located:
    """`disclosures` are those of the structures, by position."""
    rows = Establishment.objects.filter(state=State.ACTIVE, municipality_code__in=codes)
    ids, owners, communes, lon, lat, quality, disclosure, public = columns(
        rows.order_by("-is_head_office", "id").values_list(*_FIELDS), len(_FIELDS)
    )
    owner = position.of(owners)
    keep = owner >= 0
    judged = _judge(owner.tolist(), disclosures, disclosure, public)
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    exact = judged & ~np.isnan(x) & ~np.isnan(y)
    centre_x, centre_y = _centres(codes, communes)
    points = _points(
        owner[keep],
        np.where(exact, x, centre_x)[keep],
        np.where(exact, y, centre_y)[keep],
        (~exact | np.isin(np.asarray(quality, dtype="U8"), _ROUGH))[keep],
        len(position),
    )
    held: list[tuple[str, ...]] = [()] * len(position)
    present: dict[str, list[int]] = {code: [] for code in codes}
    single = {code: (code,) for code in codes}
    for at, code in zip(owner.tolist(), communes, strict=True):
        if at >= 0 and code not in held[at]:
            held[at] = (*held[at], code) if held[at] else single[code]
            present[code].append(at)
    shown = (judged & keep).tolist()
    opened = zip(ids, owner.tolist(), shown, strict=True)
    return Located(points, held, present, {place: at for place, at, is_shown in opened if is_shown})


def _judge(
    owner: list[int],
    disclosures: list[str],
    disclosure: Sequence[str],
    public: Sequence[bool],
) -> NDArray[np.bool_]:
    """The one judge's verdict on each establishment; equal cases are judged once."""

    @cache
    def verdict(of_structure: str, of_place: str, is_public: bool) -> bool:  # noqa: FBT001  (cached)
        return is_open(of_structure, of_place, address_is_public=bool(is_public))

    cases = zip(owner, disclosure, public, strict=True)
    found = [at >= 0 and verdict(disclosures[at], place, shown) for at, place, shown in cases]
    return np.asarray(found, dtype=np.bool_)


def _centres(
    codes: list[str], communes: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Centre of the commune of each establishment; not a number when it is unknown."""
    nowhere = (np.nan, np.nan)
    rows = Municipality.objects.filter(code__in=codes, lon__isnull=False, lat__isnull=False)
    centres = {code: (lon, lat) for code, lon, lat in rows.values_list("code", "lon", "lat")}
    found = [centres.get(code, nowhere) for code in communes]
    pairs = np.asarray(found, dtype=np.float64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _points(
    owner: Integers,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    approximate: NDArray[np.bool_],
    size: int,
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
        owner=owner[rows],
        lon=lon[rows],
        lat=lat[rows],
        approximate=approximate[rows],
        first=np.searchsorted(owner[rows], np.arange(size + 1)),
    )
