"""What the observatory and the imports let everybody know, as rows."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet

from maillage.observatory.lib.catalogue import NeedSheet
from maillage.observatory.lib.definitions import DEFINITIONS
from maillage.observatory.lib.tables import Counted, Figure, TerritoryFigures
from maillage.observatory.models import GapMeasure, InformationGap, SourcedFigure
from maillage.observatory.queries.declared import shown_in
from maillage.observatory.queries.needs import needs_of
from maillage.sources.models import ImportRun
from maillage.sources.queries.credits import credit
from maillage.spaces.models import Space
from maillage.structures.enums import Axis, Family, SizeClass
from maillage.structures.models import Term

Rows = QuerySet[Any, Any]


def axes() -> list[dict[str, Any]]:
    """Axes of the taxonomy with their terms in use, then the closed lists: families and sizes. One query."""
    terms: dict[str, list[dict[str, Any]]] = {}
    rows = Term.objects.filter(ended_on__isnull=True).order_by("axis", "position", "label", "id")
    for axis, code, label, definition, parent in rows.values_list(
        "axis", "code", "label", "definition", "parent__code"
    ):
        terms.setdefault(axis, []).append(
            {"code": code, "label": label, "definition": definition, "parent": parent}
        )
    found = [
        {"axis": one.value, "label": str(one.label), "terms": terms.get(one.value, [])}
        for one in Axis
    ]
    return [*found, _closed("family", "famille", Family), _closed("size", "taille", SizeClass)]


def _closed(axis: str, label: str, choices: Any) -> dict[str, Any]:
    terms = [
        {"code": code, "label": str(said), "definition": "", "parent": None}
        for code, said in choices.choices
    ]
    return {"axis": axis, "label": label, "terms": terms}


def need(sheet: NeedSheet) -> dict[str, Any]:
    return {
        "code": sheet.code,
        "theme": sheet.theme,
        "label": sheet.label,
        "question": sheet.question,
        "description": sheet.description,
        "terms": list(sheet.terms),
        "activities": list(sheet.activities),
        "target": sheet.target,
        "reach_m": sheet.reach,
    }


def counted(found: TerritoryFigures) -> list[dict[str, Any]]:
    """Each indicator with its definition; a secret cell has no value and says so."""
    if found.is_raw:
        raise ValueError("these figures did not go through statistical secrecy")
    return [_indicator(code, one) for code, one in found.by_indicator.items()]


def _indicator(code: str, one: Counted) -> dict[str, Any]:
    definition = DEFINITIONS[code]
    return {
        "indicator": code,
        "label": definition.label,
        "unit": definition.unit,
        "definition": definition.definition,
        "formula": definition.formula,
        "source": definition.source,
        "perimeter": definition.perimeter,
        "note": one.note,
        "total": _cell(one.total),
        "breakdowns": [
            {
                "axis": axis,
                "label": each.label,
                "adds_up": each.adds_up,
                "note": each.note,
                "rows": [{"key": row.key, "label": row.label} | _cell(row) for row in each.rows],
            }
            for axis, each in one.breakdowns.items()
        ],
    }


def _cell(figure: Figure) -> dict[str, Any]:
    return {
        "value": figure.value,
        "low": figure.low,
        "high": figure.high,
        "secret": figure.is_secret,
    }


def sourced(space: Space, *, indicator: str, year: int | None) -> Rows:
    found = SourcedFigure.objects.filter(space=space)
    if indicator:
        found = found.filter(indicator=indicator)
    if year is not None:
        found = found.filter(year=year)
    return found.order_by("indicator", "place_kind", "place_code", "-year", "id")


def sourced_row(one: SourcedFigure) -> dict[str, Any]:
    return {
        "id": one.pk,
        "indicator": one.indicator,
        "label": one.get_indicator_display(),
        "unit": DEFINITIONS[one.indicator].unit,
        "place_kind": one.place_kind,
        "place_code": one.place_code,
        "place_label": one.place_label,
        "family": one.family,
        "sector": one.sector,
        "year": one.year,
        "value": float(one.value),
        "source": one.source,
        "source_url": one.source_url,
        "published_on": one.published_on.isoformat() if one.published_on else None,
        "perimeter": one.perimeter,
        "confidence": one.confidence,
    }


_MEASURED = (
    "need_code", "place_kind", "place_code", "supply", "population", "target", "rate", "expected",
    "shrunk", "probability", "nearest", "accessibility", "measured_at",
)  # fmt: skip
_UNKNOWN = (
    "need_code", "place_kind", "place_code", "known", "old", "untold", "expected", "is_silent", "measured_at",
)  # fmt: skip


def measured(space: Space, **narrowing: str) -> Rows:
    """Current measures of the needs that the space follows."""
    found = GapMeasure.objects.filter(
        space=space, snapshot__isnull=True, need_code__in=_followed(space)
    )
    return _narrowed(found, narrowing).values(*_MEASURED)


def unknown(space: Space, **narrowing: str) -> Rows:
    """Current gaps of information; an empty need is the place as a whole."""
    found = InformationGap.objects.filter(
        space=space, snapshot__isnull=True, need_code__in=["", *_followed(space)]
    )
    return _narrowed(found, narrowing).values(*_UNKNOWN)


def declared(space: Space, *, need_code: str = "", place_code: str = "") -> list[dict[str, Any]]:
    """Published declared needs by need and commune: how many said it, how many said « moi aussi ». Never their words."""
    found = shown_in(space)
    if need_code:
        found = found.filter(need_code=need_code)
    if place_code:
        found = found.filter(municipality_code=place_code)
    rows = (
        found.order_by()
        .values("need_code", "municipality_code")
        .annotate(declared=Count("pk", distinct=True), voices=Count("echoes"))
        .order_by("need_code", "municipality_code")
    )
    return [
        {
            "need_code": row["need_code"],
            "place_kind": "commune",
            "place_code": row["municipality_code"],
            "declared": row["declared"],
            "echoes": row["voices"],
        }
        for row in rows
    ]


def _followed(space: Space) -> list[str]:
    return [sheet.code for sheet in needs_of(space)]


def _narrowed(found: Rows, narrowing: dict[str, str]) -> Rows:
    """Empty values narrow nothing."""
    for name in ("need_code", "place_kind", "place_code"):
        if narrowing.get(name):
            found = found.filter(**{name: narrowing[name]})
    return found.order_by("need_code", "place_kind", "place_code", "id")


def imports(space: Space) -> Rows:
    """Imports in force, the latest first: those that were undone are not told."""
    applied = ImportRun.objects.filter(space=space, status=ImportRun.Status.APPLIED)
    return applied.order_by("-applied_at", "-id")


def reports(runs: Iterable[ImportRun]) -> list[dict[str, Any]]:
    """Source, dates and counts: neither files, nor rows, nor people."""
    found = []
    for run in runs:
        named = credit(run.connector)
        found.append(
            {
                "id": run.pk,
                "source": run.connector,
                "name": named.name,
                "producer": named.producer,
                "licence": named.licence,
                "url": named.url,
                "source_date": run.source_date.isoformat() if run.source_date else None,
                "applied_at": run.applied_at.isoformat() if run.applied_at else None,
                "counts": {name: value for name, value in run.counts.items() if type(value) is int},
            }
        )
    return found
