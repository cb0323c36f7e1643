"""Bring in neighbourhoods from a file: QPV, IRIS or those of the place."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from maillage.core import journal
from maillage.territories.actions.report import ShapeReport
from maillage.territories.connectors.geojson import Feature, GeoFileError
from maillage.territories.lib.geometry import to_geojson
from maillage.territories.models import Contour, Municipality, Neighbourhood
from maillage.territories.queries import expand_whole
from maillage.territories.queries.memory import CLOCK, forget_shapes
from maillage.territories.queries.shapes import Shapes, contours_of
from maillage.territories.signals import neighbourhoods_changed

Kind = Neighbourhood.Kind
CODES = {
    Kind.QPV: ("code_qp", "code_qpv", "code_qv", "codeqp", "qp", "code"),
    Kind.IRIS: ("code_iris", "codeiris", "dcomiris", "iris_code", "code"),
    Kind.LOCAL: ("code", "code_quartier", "c_quinsee", "c_qu", "n_sq_qu", "id"),
}
NAMES = {
    Kind.QPV: ("lib_qp", "nom_qp", "lib_qpv", "nom_qpv", "lib_qv", "nom", "name"),
    Kind.IRIS: ("nom_iris", "lib_iris", "libiris", "iris_name", "nom", "name"),
    Kind.LOCAL: ("nom", "name", "nom_quartier", "l_qu", "libelle", "label", "quartier"),
}
MUNICIPALITIES = ("insee_com", "code_insee", "code_commune", "com_code", "depcom", "insee")
SHAPES_OF_CODE = {
    # QN: 2024 generation (décret 2023-1314); QP: 2015 generation (décret 2014-1750).
    Kind.QPV: (re.compile(r"Q[NP][0-9A-Z]{5,7}"), "un code de QPV commence par QN ou QP"),
    Kind.IRIS: (re.compile(r"[0-9][0-9AB][0-9]{7}"), "un code d'IRIS a neuf caractères"),
    Kind.LOCAL: (re.compile(r".{1,20}"), "un code de quartier a vingt caractères au plus"),
}
# Of the neighbourhood's surface: under it, a commune is only touched by approximate edges.
LEAST_SHARE = 0.02
_GENERATIONS = {"QN": "2024 (QN…)", "QP": "2015 (QP…)"}


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    municipality_codes: list[str]
    geometry: dict[str, Any]


def import_neighbourhoods(
    features: Sequence[Feature],
    *,
    kind: Neighbourhood.Kind,
    source: str,
    replace: bool = False,
    apply: bool = False,
) -> ShapeReport:
    """Compare a file's neighbourhoods with ours and, when `apply`, write them in one transaction.

    `replace` removes those of this kind that the file does not have. Raises `GeoFileError` when the
    file mixes the two generations of QPV, or brings one while we hold the other and `replace` is off:
    they overlap and must never be counted together.
    """
    report = ShapeReport()
    rows = _rows(features, kind, report)
    known = {
        row.code: row for row in Neighbourhood.objects.filter(kind=kind).defer("source").iterator()
    }
    gone = [row.pk for code, row in known.items() if code not in rows] if replace else []
    _refuse_mixed_generations(kind, rows, () if replace else known)
    written = []
    for code, row in sorted(rows.items()):
        before = known.get(code)
        if before is not None and _same(before, row):
            report.unchanged += 1
            continue
        report.updated += before is not None
        report.created += before is None
        written.append(
            Neighbourhood(
                kind=kind,
                code=code,
                name=row.name,
                municipality_codes=row.municipality_codes,
                geometry=row.geometry,
                source=source[:200],
            )
        )
    report.removed = len(gone)
    if apply and (written or gone):
        _write(written, gone)
    return report


def _write(written: list[Neighbourhood], gone: list[int]) -> None:
    try:
        with transaction.atomic():
            for start in range(0, len(gone), 500):
                Neighbourhood.objects.filter(pk__in=gone[start : start + 500]).delete()
            Neighbourhood.objects.bulk_create(
                written,
                500,
                update_conflicts=True,
                unique_fields=["kind", "code"],
                update_fields=["name", "municipality_codes", "geometry", "source"],
            )
            journal.tick(CLOCK)
            neighbourhoods_changed.send(sender=Neighbourhood)
    finally:
        forget_shapes()


def _rows(
    features: Sequence[Feature], kind: Neighbourhood.Kind, report: ShapeReport
) -> dict[str, _Row]:
    # A commune as a whole would stand for each of its arrondissements.
    tiles = Contour.objects.exclude(municipality__kind=Municipality.Kind.WHOLE)
    contours = contours_of(frozenset(tiles.values_list("municipality_id", flat=True)))
    pattern, rule = SHAPES_OF_CODE[kind]
    rows: dict[str, _Row] = {}
    for feature in features:
        name = feature.text(NAMES[kind])
        code = feature.text(CODES[kind]).upper()
        if kind == Kind.LOCAL and not code:
            code = slugify(name)[:20].upper()
        geometry = to_geojson(feature.shape) if feature.shape is not None else None
        if not pattern.fullmatch(code):
            reason = f"code « {code[:20]} » : {rule}" if code else "aucun code"
        elif geometry is None or feature.shape is None:
            reason = "pas de polygone lisible"
        elif code in rows:
            reason = f"le code {code} est déjà donné plus haut"
        else:
            report.repaired += feature.repaired
            codes = _municipalities_of(feature, kind, code, contours)
            rows[code] = _Row((name or code)[:160], codes, geometry)
            continue
        report.refused.append(f"Objet {feature.rank} : {reason}.")
    if not rows:
        raise GeoFileError(
            f"Aucun quartier lisible dans ce fichier. {report.refused[0] if report.refused else ''}"
        )
    return rows


def _municipalities_of(
    feature: Feature, kind: Neighbourhood.Kind, code: str, contours: Shapes
) -> list[str]:
    """Communes of a neighbourhood: by surface where contours are known, else as the file says."""
    shape = feature.shape
    if kind == Kind.IRIS and (codes := expand_whole([code[:5]])):
        return sorted(codes)
    if shape is None:
        return []
    touched = contours.touching(shape)
    shared = [
        code for code, part in touched if part.intersection(shape).area > LEAST_SHARE * shape.area
    ]
    if shared:
        return sorted(shared)
    said = re.findall(r"[0-9][0-9AB][0-9]{3}", feature.text(MUNICIPALITIES))
    return sorted(expand_whole(said))


def _same(before: Neighbourhood, row: _Row) -> bool:
    return (before.name, before.municipality_codes, before.geometry) == (
        row.name,
        row.municipality_codes,
        row.geometry,
    )


def _refuse_mixed_generations(kind: Neighbourhood.Kind, rows: dict[str, _Row], known: Any) -> None:
    if kind != Kind.QPV:
        return
    brought = {code[:2] for code in rows}
    held = {code[:2] for code in known}
    if len(brought) > 1:
        raise GeoFileError(
            "Ce fichier mêle les QPV de 2015 (QP…) et de 2024 (QN…), qui se recouvrent : "
            "gardez une seule génération."
        )
    if held - brought:
        raise GeoFileError(
            f"La base contient déjà les QPV de {_GENERATIONS[min(held)]} et ce fichier apporte ceux de "
            f"{_GENERATIONS[min(brought)]}, qui les recouvrent : relancez avec --replace pour les remplacer."
        )
