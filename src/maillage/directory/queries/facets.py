"""Values of the facets and who bears them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maillage.directory.lib import bits
from maillage.directory.lib.collation import collation_key
from maillage.directory.lib.columns import Integers
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


def choice(label: str, mask: bits.Mask, **more: str) -> Choice:
    return Choice(label=label, bits=bits.from_mask(mask), **more)


def term_facet(
    terms: list[TermRow], axis: Axis, borne: tuple[Integers, Integers], size: int
) -> dict[str, Choice]:
    """Values of an axis, each followed by its children; who bears a child bears its parent."""
    mine = {row.id: row for row in terms if row.axis == axis}
    masks = {term_id: np.zeros(size, dtype=np.bool_) for term_id in mine}
    for term_id, positions in _grouped(borne).items():
        if term_id in mine:
            masks[term_id][positions] = True
            parent = mine[term_id].parent_id
            if parent in masks:
                masks[parent][positions] = True
    children: dict[int | None, list[TermRow]] = defaultdict(list)
    for row in mine.values():
        children[row.parent_id if row.parent_id in mine else None].append(row)
    choices: dict[str, Choice] = {}
    for top in children[None]:
        choices[top.code] = choice(top.label, masks[top.id], hue=top.hue, icon=top.icon)
        for row in children[top.id]:
            choices[row.code] = choice(
                row.label, masks[row.id], parent=top.code, hue=row.hue, icon=row.icon
            )
    return choices


def _grouped(borne: tuple[Integers, Integers]) -> dict[int, Integers]:
    """Positions of the structures that bear each term."""
    positions, terms = borne
    if not len(terms):
        return {}
    order = np.argsort(terms, kind="stable")
    found, starts = np.unique(terms[order], return_index=True)
    parts = np.split(positions[order], starts[1:])
    return dict(zip(found.tolist(), parts, strict=True))


def closed_list(choices: Sequence[tuple[str, Any]], values: list[str]) -> dict[str, Choice]:
    """Values of an enumeration that at least one structure has."""
    held = np.asarray(values, dtype=np.str_)
    masks = ((value, label, held == value) for value, label in choices)
    return {value: choice(str(label), mask) for value, label, mask in masks if mask.any()}


def communes_facet(codes: list[str], located: Located, size: int) -> dict[str, Choice]:
    """Every commune of the perimeter, by name."""
    names = dict(Municipality.objects.filter(code__in=codes).values_list("code", "name"))
    ordered = sorted(codes, key=lambda code: (collation_key(names.get(code) or code), code))
    return {
        code: choice(names.get(code) or code, _mask(located.present[code], size))
        for code in ordered
    }


def quarters_facet(codes: list[str], located: Located, size: int) -> dict[str, Choice]:
    """Priority and local neighbourhoods. A place whose address is kept back is in none."""
    positions: dict[int, list[int]] = defaultdict(list)
    links = (
        EstablishmentNeighbourhood.objects.exclude(neighbourhood__kind=Neighbourhood.Kind.IRIS)
        .filter(establishment__state=State.ACTIVE, establishment__municipality_code__in=codes)
        .values_list("neighbourhood_id", "establishment_id")
    )
    for neighbourhood_id, place_id in links:
        if place_id in located.open_places:
            positions[neighbourhood_id].append(located.open_places[place_id])
    known = Neighbourhood.objects.filter(id__in=positions).order_by("kind", "name", "code")
    return {
        code: choice(name, _mask(positions[neighbourhood_id], size))
        for neighbourhood_id, code, name in known.values_list("id", "code", "name")
    }


def _mask(positions: list[int], size: int) -> NDArray[np.bool_]:
    mask = np.zeros(size, dtype=np.bool_)
    mask[np.asarray(positions, dtype=np.int64)] = True
    return mask
