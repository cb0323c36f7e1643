"""Who answers which need, and where: published structures of a space as columns.

As in the directory: a structure is in each commune where it has an open establishment, in a neighbourhood
only by an address that may be told, and whoever bears a term bears its parent.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import CharField, IntegerField, Q
from django.db.models.functions import Cast
from django.utils import timezone
from numpy.typing import NDArray
from scipy.sparse import csr_array

from maillage.directory.lib.columns import Integers, Positions, columns
from maillage.observatory.lib.catalogue import NeedSheet
from maillage.spaces.models import Space
from maillage.structures.enums import Axis, State
from maillage.structures.models import (
    Activity,
    Establishment,
    EstablishmentNeighbourhood,
    Label,
    Structure,
    StructureTerm,
    Term,
)
from maillage.structures.queries.disclosure import is_open
from maillage.structures.queries.freshness import latest_day
from maillage.territories.models import Municipality

Mask = NDArray[np.bool_]
_NAF2 = {"", Activity.Nomenclature.NAF2.value}


@dataclass(frozen=True, slots=True)
class Supply:
    """`old`: nobody confirmed for a year; `untold`: no sector. `communes` and `quarters` are pairs.

    A pair is (position of the structure, rank in `codes` or identifier of the neighbourhood), each once.
    `spots` are (position, longitude, latitude): where it may be shown, the commune's centre when kept back.
    `answers` maps the code of a need to who answers it.
    """

    ids: Integers
    codes: tuple[str, ...]
    old: Mask
    untold: Mask
    communes: tuple[Integers, Integers]
    quarters: tuple[Integers, Integers]
    spots: tuple[Integers, NDArray[np.float64], NDArray[np.float64]]
    answers: dict[str, Mask]

    def points(self, mask: Mask) -> NDArray[np.float64]:
        """Longitude and latitude of the places of these structures; those without a point are left out."""
        owner, lon, lat = self.spots
        rows = mask[owner] & ~np.isnan(lon)
        return np.column_stack([lon[rows], lat[rows]])


def perimeter_of(space: Space) -> tuple[str, ...]:
    """INSEE codes of the space today, in order."""
    entries = space.perimeter.filter(until__isnull=True).order_by("municipality_code")
    return tuple(entries.values_list("municipality_code", flat=True))


def load_supply(space: Space, needs: Sequence[NeedSheet], *, now: datetime) -> Supply:
    """Seven queries, whatever the number of structures and of needs."""
    today = timezone.localdate(now)
    codes = perimeter_of(space)
    if not codes:
        return _nobody(needs)
    rows = Structure.objects.published().in_space(space).order_by("id")
    fields = ("id", "activity_code", "activity_nomenclature", "disclosure")
    since = Cast("upkeep__counts_from", CharField())
    found, activities, nomenclatures, disclosures, since_days = columns(
        rows.values_list(*fields, since), 5
    )
    ids = np.asarray(found, dtype=np.int64)
    position = Positions(ids)
    terms = list(
        Term.objects.filter(ended_on__isnull=True).values_list("id", "code", "parent_id", "axis")
    )
    borne = _borne(codes, position, terms, today)
    sectors = [term for term, _code, _parent, axis in terms if axis == Axis.SECTOR]
    last = latest_day(12, today).isoformat()
    communes, quarters, spots = _places(codes, position, disclosures)
    trades = _trades(activities, nomenclatures)
    return Supply(
        ids=ids,
        codes=codes,
        old=np.asarray([bool(day) and day <= last for day in since_days], dtype=np.bool_),
        untold=~_any(len(ids), borne, sectors),
        communes=communes,
        quarters=quarters,
        spots=spots,
        answers={need.code: _answers(len(ids), need, borne, terms, trades) for need in needs},
    )


def _nobody(needs: Sequence[NeedSheet]) -> Supply:
    """A space without a commune."""
    none, nowhere, no = np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.bool_)
    return Supply(
        ids=none,
        codes=(),
        old=no,
        untold=no,
        communes=(none, none),
        quarters=(none, none),
        spots=(none, nowhere, nowhere),
        answers={need.code: no for need in needs},
    )


def _borne(
    codes: Sequence[str], position: Positions, terms: list[Any], today: Any
) -> dict[int, Integers]:
    """Positions of the structures that bear each term, labels in force included."""
    inside = Establishment.objects.filter(state=State.ACTIVE, municipality_code__in=codes)
    owners = inside.order_by().values("structure_id")
    tags = StructureTerm.objects.filter(structure_id__in=owners).order_by()
    labels = Label.objects.filter(structure_id__in=owners).order_by()
    labels = labels.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
    structures: list[Any] = []
    held: list[Any] = []
    for rows in (tags, labels):
        owner, term = columns(rows.values_list("structure_id", "term_id"), 2)
        structures.extend(owner)
        held.extend(term)
    at, known = position.of(structures), np.asarray(held, dtype=np.int64)
    at, known = at[at >= 0], known[at >= 0]
    order = np.argsort(known, kind="stable")
    distinct, starts = np.unique(known[order], return_index=True)
    groups = np.split(at[order], starts[1:]) if len(distinct) else []
    alive = {term for term, *_ in terms}
    pairs = zip(distinct.tolist(), groups, strict=True)
    return {term: group for term, group in pairs if term in alive}


def _any(size: int, borne: dict[int, Integers], terms: Iterable[int]) -> Mask:
    mask = np.zeros(size, dtype=np.bool_)
    for term in terms:
        if term in borne:
            mask[borne[term]] = True
    return mask


def _trades(activities: Sequence[str], nomenclatures: Sequence[str]) -> dict[str, list[int]]:
    """Positions by NAF rév. 2 code, without its dot."""
    found: dict[str, list[int]] = defaultdict(list)
    for at, (code, nomenclature) in enumerate(zip(activities, nomenclatures, strict=True)):
        if code and nomenclature in _NAF2:
            found[code.replace(".", "").upper()].append(at)
    return found


def _answers(
    size: int,
    need: NeedSheet,
    borne: dict[int, Integers],
    terms: list[Any],
    trades: dict[str, list[int]],
) -> Mask:
    wanted = {term for term, code, _parent, _axis in terms if code in need.terms}
    wanted |= {term for term, _code, parent, _axis in terms if parent in wanted}
    mask = _any(size, borne, wanted)
    for prefix in need.activities:
        short = prefix.replace(".", "").upper()
        for code, positions in trades.items():
            if short and code.startswith(short):
                mask[positions] = True
    return mask


def _places(codes: tuple[str, ...], position: Positions, disclosures: Sequence[str]) -> Any:
    rows = Establishment.objects.filter(state=State.ACTIVE, municipality_code__in=codes)
    public = Cast("address_is_public", IntegerField())
    fields = ("id", "structure_id", "municipality_code", "lon", "lat", "disclosure")
    ids, owners, communes, lon, lat, disclosure, shown = columns(
        rows.order_by("id").values_list(*fields, public), 7
    )
    owner = position.of(owners)
    rank = {code: at for at, code in enumerate(codes)}
    commune = np.asarray([rank[code] for code in communes], dtype=np.int64)
    centres = _centres(codes)
    told = np.asarray(
        [
            at >= 0 and is_open(disclosures[at], place, address_is_public=bool(is_public))
            for at, place, is_public in zip(owner.tolist(), disclosure, shown, strict=True)
        ],
        dtype=np.bool_,
    )
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    exact = told & ~np.isnan(x) & ~np.isnan(y)
    keep = owner >= 0
    spots = (
        owner[keep],
        np.where(exact, x, centres[commune, 0])[keep],
        np.where(exact, y, centres[commune, 1])[keep],
    )
    told_owner = dict(zip(np.asarray(ids)[told].tolist(), owner[told].tolist(), strict=True))
    return _distinct(owner[keep], commune[keep]), _quarters(codes, told_owner), spots


def _centres(codes: tuple[str, ...]) -> NDArray[np.float64]:
    rows = Municipality.objects.filter(code__in=codes).values_list("code", "lon", "lat")
    known = {code: (lon, lat) for code, lon, lat in rows if lon is not None and lat is not None}
    nowhere = (np.nan, np.nan)
    return np.asarray([known.get(code, nowhere) for code in codes], np.float64).reshape(-1, 2)


def _quarters(codes: tuple[str, ...], told_owner: dict[int, int]) -> tuple[Integers, Integers]:
    links = EstablishmentNeighbourhood.objects.filter(
        establishment__state=State.ACTIVE, establishment__municipality_code__in=codes
    ).order_by()
    pairs = [
        (told_owner[place], quarter)
        for quarter, place in links.values_list("neighbourhood_id", "establishment_id")
        if place in told_owner
    ]
    both = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
    return _distinct(both[:, 0], both[:, 1])


def _distinct(first: Integers, second: Integers) -> tuple[Integers, Integers]:
    pairs = np.unique(np.column_stack([first, second]), axis=0)
    return pairs[:, 0], pairs[:, 1]


def counted(pairs: tuple[Integers, Integers], mask: Mask, size: int) -> Integers:
    """How many of these structures are in each place (0 to `size` - 1)."""
    at, place = pairs
    found: Integers = np.bincount(place[mask[at]], minlength=size)[:size]
    return found


def in_several(pairs: tuple[Integers, Integers], mask: Mask, size: int) -> Any | None:
    """Those of these structures that are in several places: a sparse array structures × places of ones."""
    at, place = pairs
    held = mask[at]
    at, place = at[held], place[held]
    times = np.bincount(at, minlength=len(mask))
    several = times[at] > 1
    if not several.any():
        return None
    owner, row = np.unique(at[several], return_inverse=True)
    ones = np.ones(len(row))
    return csr_array((ones, (row, place[several])), shape=(len(owner), size))
