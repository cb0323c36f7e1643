"""A space's places compared with those of other spaces of the installation, worked out when it is read."""

from copy import copy

import numpy as np

from maillage.observatory.enums import PlaceKind
from maillage.observatory.lib.catalogue import NeedSheet
from maillage.observatory.lib.shrinkage import against
from maillage.observatory.models import GapMeasure
from maillage.observatory.queries.gaps import Line, ranked, with_peers
from maillage.observatory.queries.needs import needs_of
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes

_PER = 10_000


def peers_for(space: Space) -> list[Space]:
    """Open spaces that were measured, this one left out."""
    measured = Space.objects.filter(is_public=True, measure_state__isnull=False)
    return list(measured.exclude(pk=space.pk).order_by("name"))


def compared_with(lines: list[Line], space: Space, peer: Space) -> list[Line]:
    """The same lines, ranked again, each set against the communes of `peer` that are not of `space`.

    A need that `peer` does not follow, or answers otherwise, or measures on other people is left without a
    comparison: a number would compare different things.
    """
    own = perimeter_codes(space)
    sheets = {need.code: need for need in needs_of(peer)}
    rows: dict[str, list[GapMeasure]] = {}
    found = GapMeasure.objects.filter(space=peer, snapshot=None, place_kind=PlaceKind.COMMUNE)
    for row in found.exclude(place_code__in=own):
        rows.setdefault(row.need_code, []).append(row)
    elsewhere = f"que dans {peer.name}"
    return ranked(
        with_peers(line, _against(line, rows.get(line.need.code, []), sheets), elsewhere)
        for line in lines
    )


def _against(line: Line, peers: list[GapMeasure], sheets: dict[str, NeedSheet]) -> GapMeasure:
    measure = copy(line.measure)
    measure.expected = measure.shrunk = measure.probability = None
    theirs = sheets.get(line.need.code)
    asked = (line.need.terms, line.need.activities)
    alike = theirs is not None and (theirs.terms, theirs.activities) == asked
    peers = [row for row in peers if row.target == measure.target and row.population]
    if not alike or not peers:
        return measure
    smoothed = against(
        np.array([[measure.supply]], np.float64),
        np.array([[measure.population]], np.float64),
        np.array([[row.supply for row in peers]], np.float64),
        np.array([[row.population for row in peers]], np.float64),
    )
    for name, factor in (("expected", _PER), ("shrunk", _PER), ("probability", 1)):
        value = float(getattr(smoothed, name)[0, 0]) * factor
        setattr(measure, name, value if np.isfinite(value) else None)
    return measure
