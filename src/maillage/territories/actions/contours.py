"""Bring in the outlines of communes from a file."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from django.db import transaction
from shapely.geometry.base import BaseGeometry

from maillage.core import journal
from maillage.territories.actions.report import ShapeReport
from maillage.territories.connectors.geojson import Feature
from maillage.territories.lib.geometry import Point, distance_m, polygonal, to_geojson
from maillage.territories.models import Contour, Municipality
from maillage.territories.queries import resolve_code
from maillage.territories.queries.memory import CLOCK, forget_shapes

CODE_PROPERTIES = (
    *("code", "insee", "code_insee", "insee_com", "codgeo", "com_code", "com", "code_commune"),
    *("insee_arm", "c_arinsee", "code_com", "depcom", "id"),
)
# From the polygon to the commune's centre: zero for a sound outline; far more when axes are swapped.
MAX_DISTANCE_M = 50_000
METRES_PER_DEGREE = 111_195


def import_contours(
    features: Sequence[Feature], *, source: str, tolerance_m: float = 30, apply: bool = False
) -> ShapeReport:
    """Compare a file's outlines with ours and, when `apply`, write them in one transaction.

    Edges shared by two communes are simplified once, so that no gap opens between them. Pieces that
    carry one code are joined. A feature whose code is unknown, or which stands far from its commune,
    is refused and said.
    """
    report = ShapeReport()
    shapes = _by_code(features, report)
    codes = sorted(shapes)
    geometries = dict(
        zip(codes, _simplified([shapes[code] for code in codes], tolerance_m), strict=True)
    )
    known = {
        code: rest
        for code, *rest in Contour.objects.values_list("municipality_id", "geometry", "source")
    }
    written = []
    for code in codes:
        geometry = geometries[code]
        if geometry is None:
            report.refused.append(f"{code} : trop petit pour être dessiné.")
        elif known.get(code) == [geometry, source[:200]]:
            report.unchanged += 1
        else:
            report.updated += code in known
            report.created += code not in known
            written.append(Contour(municipality_id=code, geometry=geometry, source=source[:200]))
    if apply and written:
        with transaction.atomic():
            Contour.objects.bulk_create(
                written,
                500,
                update_conflicts=True,
                unique_fields=["municipality"],
                update_fields=["geometry", "source"],
            )
            journal.tick(CLOCK)
        forget_shapes()
    return report


def _by_code(features: Sequence[Feature], report: ShapeReport) -> dict[str, BaseGeometry]:
    pieces: dict[str, list[BaseGeometry]] = defaultdict(list)
    rows = Municipality.objects.filter(lon__isnull=False, lat__isnull=False)
    centres: dict[str, Any] = {
        code: point for code, *point in rows.values_list("code", "lon", "lat")
    }
    for feature in features:
        written = feature.text(CODE_PROPERTIES)
        code = resolve_code(written.zfill(5)) if written else None
        if code is None:
            reason = f"code « {written[:20]} » inconnu" if written else "aucun code de commune"
            report.refused.append(f"Objet {feature.rank} : {reason}.")
        elif feature.shape is None:
            report.refused.append(f"Objet {feature.rank} ({code}) : pas de polygone lisible.")
        elif code in centres and _distance(feature.shape, centres[code]) > MAX_DISTANCE_M:
            report.refused.append(
                f"Objet {feature.rank} ({code}) : loin de la commune ; longitude et latitude sont "
                "peut-être inversées."
            )
        else:
            report.repaired += feature.repaired
            pieces[code].append(feature.shape)
    return {
        code: shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)
        for code, shapes in pieces.items()
    }


def _distance(shape: BaseGeometry, centre: Point) -> float:
    lon, lat = shapely.shortest_line(shape, shapely.Point(centre)).coords[0]
    return distance_m((lon, lat), centre)


def _simplified(shapes: list[BaseGeometry], tolerance_m: float) -> list[dict[str, Any] | None]:
    """GeoJSON of each shape; one that simplification would break keeps its full detail."""
    if not shapes:
        return []
    simple = shapely.coverage_simplify(
        np.asarray(shapes, dtype=object), tolerance_m / METRES_PER_DEGREE
    )
    found = []
    for before, after in zip(shapes, simple, strict=True):
        sound = polygonal(after) if after is not None else None
        found.append(to_geojson(sound if sound is not None else before))
    return found
