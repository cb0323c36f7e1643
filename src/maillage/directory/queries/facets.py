"""Values of the facets and who bears them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from maillage.directory.lib import bits
from maillage.directory.lib.collation import collation_key
from maillage.directory.lib.columns import Integers, lots
from maillage.directory.lib.snapshot import Choice
from maillage.directory.queries.placing import Located
from maillage.structures.enums import Axis, State
from maillage.structures.models import EstablishmentNeighbourhood
from maillage.territories.models import Municipality, Neighbourhood


class TermRow(NamedTuple):
    id: int
    axis: str
    code: str
    label: str
    parent_id: int | None
    hue: str
    icon: str


def term_facet(
    terms: list[TermRow], axis: Axis, borne: tuple[Integers, Integers], size: int
) -> dict[str, Choice]:
    """Values of an axis, each followed by its children; who bears a child bears its parent."""
    mine = {row.id: row for row in terms if row.axis == axis}
    found = {term: part for term, part in _grouped(*borne).items() if term in mine}
    children: dict[int | None, list[TermRow]] = defaultdict(list)
    for row in mine.values():
        children[row.parent_id if row.parent_id in mine else None].append(row)
    choices: dict[str, Choice] = {}
    for top in children[None]:
        family = [top, *children[top.id]]
        held = _held([found[row.id] for row in family if row.id in found], size)
        choices[top.code] = Choice(top.label, held, hue=top.hue, icon=top.icon)
        for row in family[1:]:
            held = _held([found[row.id]] if row.id in found else [], size)
            choices[row.code] = Choice(row.label, held, top.code, row.hue, row.icon)
    return choices


def _grouped(positions: Integers, values: Integers) -> dict[int, Integers]:
    """Positions of the structures that bear each value."""
    if not len(values):
        return {}
    order = np.argsort(values, kind="stable")
    found, starts = np.unique(values[order], return_index=True)
    parts = np.split(positions[order], starts[1:])
    return dict(zip(found.tolist(), parts, strict=True))


def _held(parts: Sequence[NDArray[Any]], size: int) -> bits.Set:
    mask = np.zeros(size, dtype=np.bool_)
    for part in parts:
        mask[part] = True
    return bits.of_mask(mask)


def closed_list(
    choices: Sequence[tuple[str, Any]], values: Sequence[str], codes: NDArray[Any]
) -> dict[str, Choice]:
    """Values of an enumeration that at least one structure has; `codes` are ranks in `values`."""
    found = {}
    for value, label in choices:
        # Several raw values may say the same one.
        wanted = [rank for rank, one in enumerate(values) if one == value]
        mask = np.isin(codes, wanted) if len(wanted) != 1 else codes == wanted[0]
        if mask.any():
            found[value] = Choice(str(label), bits.of_mask(mask))
    return found


def communes_facet(codes: list[str], located: Located, size: int) -> dict[str, Choice]:
    """Every commune of the perimeter, by name."""
    names = dict(Municipality.objects.values_list("code", "name"))
    rank = {code: at for at, code in enumerate(codes)}
    ordered = sorted(codes, key=lambda code: (collation_key(names.get(code) or code), code))
    return {
        code: Choice(names.get(code) or code, located.present(rank[code], size)) for code in ordered
    }


def quarters_facet(within: Any, located: Located, size: int) -> dict[str, Choice]:
    """Priority and local neighbourhoods. A place whose address is kept back is in none."""
    quarters, owners = [], []
    for quarter, place in lots(_links(within), 2):
        at = located.owner_of(np.asarray(place, dtype=np.int64))
        quarters.append(np.asarray(quarter, dtype=np.int64)[at >= 0])
        owners.append(at[at >= 0])
    positions = _grouped(np.concatenate(owners), np.concatenate(quarters))
    known = Neighbourhood.objects.filter(id__in=positions).order_by("kind", "name", "code")
    return {
        code: Choice(name, bits.of_positions(positions[neighbourhood_id], size))
        for neighbourhood_id, code, name in known.values_list("id", "code", "name")
    }


def _links(within: Any) -> QuerySet[Any, Any]:
    return (
        EstablishmentNeighbourhood.objects.exclude(neighbourhood__kind=Neighbourhood.Kind.IRIS)
        .filter(establishment__state=State.ACTIVE, establishment__municipality_code__in=within)
        .order_by()
        .values_list("neighbourhood_id", "establishment_id")
    )
