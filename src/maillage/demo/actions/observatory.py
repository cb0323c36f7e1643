"""Published figures beside what the registers count, and two past snapshots that say they are invented."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from maillage.accounts.models import User
from maillage.observatory.actions.snapshots import rows_of
from maillage.observatory.models import DatedSnapshot, SnapshotFigure, SourcedFigure
from maillage.observatory.queries.figures import raw_figures
from maillage.spaces.models import Space

NOTE = "Démonstration : relevé inventé"
_PAST = ((365, 0.91), (180, 0.96))  # days ago, share of what is counted today
_CRESS = "Cress Île-de-France, citée par la stratégie ESS d'Est Ensemble"
_CRESS_PERIMETER = (
    "Établissements employeurs et leurs salariés, à une date ; sans les structures qui n'emploient personne, que l'annuaire "
    "montre aussi. L'année des données n'est pas dite : c'est celle du document."
)
_INSEE = "Insee Analyses Île-de-France n° 188, juillet 2024"
_INSEE_PERIMETER = (
    "Tous les établissements qui ont employé dans l'année, fin 2021, périmètre de l'Insee : familles juridiques, sans les "
    "sociétés commerciales de l'ESS. D'où plus du double des établissements comptés à une date."
)
_DEPARTMENT = "Département des Hauts-de-Seine, soutien à l'ESS"
_DEPARTMENT_PERIMETER = (
    "Toutes les associations, coopératives et fondations du département, employeuses ou non, y compris celles qu'aucun "
    "registre importé ici ne connaît. La source ne dit pas l'année : c'est celle de la lecture."
)
# indicator, kind of place, code, label, family, year, value, source, perimeter, confidence
_REGION = ("region", "11", "Île-de-France")
_SSD = ("department", "93", "Seine-Saint-Denis")
_HDS = ("department", "92", "Hauts-de-Seine")
_EVERYWHERE = (
    ("employer_establishments", *_REGION, "", 2019, "33200", _CRESS, _CRESS_PERIMETER, "published"),
    ("jobs", *_REGION, "", 2019, "388700", _CRESS, _CRESS_PERIMETER, "published"),
    ("jobs_share", *_REGION, "", 2019, "7.1", _CRESS, _CRESS_PERIMETER, "published"),
    ("establishments", *_REGION, "", 2021, "81500", _INSEE, _INSEE_PERIMETER, "official"),
    ("jobs", *_REGION, "", 2021, "490400", _INSEE, _INSEE_PERIMETER, "official"),
    ("jobs_share", *_REGION, "", 2021, "8", _INSEE, _INSEE_PERIMETER, "official"),
)
_OF_SPACE = {
    "est-ensemble": (
        ("jobs", *_SSD, "", 2019, "33200", _CRESS, _CRESS_PERIMETER, "published"),
        ("employer_establishments", *_SSD, "", 2019, "3000", _CRESS, _CRESS_PERIMETER, "published"),
    ),
    "hauts-de-seine": (
        ("structures", *_HDS, "association", 2026, "17300", _DEPARTMENT, _DEPARTMENT_PERIMETER, "published"),
        ("structures", *_HDS, "cooperative", 2026, "129", _DEPARTMENT, _DEPARTMENT_PERIMETER, "published"),
        ("structures", *_HDS, "foundation", 2026, "108", _DEPARTMENT, _DEPARTMENT_PERIMETER, "published"),
        ("jobs", *_HDS, "", 2026, "50000", _DEPARTMENT, _DEPARTMENT_PERIMETER, "published"),
    ),
}  # fmt: skip
_OF_SPACE["terres-d-envol"] = _OF_SPACE["est-ensemble"]


def show_observatory(spaces: list[Space], *, by: User, now: datetime) -> None:
    """Written at once: a figure at a time, with its line of journal, would be longer than it is worth."""
    SourcedFigure.objects.bulk_create(
        SourcedFigure(
            space=space, indicator=indicator, place_kind=kind, place_code=code, place_label=label,
            family=family, year=year, value=Decimal(value), source=source, perimeter=perimeter,
            confidence=confidence, entered_by=by, entered_at=now,
        )
        for space in spaces
        for indicator, kind, code, label, family, year, value, source, perimeter, confidence in (
            *_EVERYWHERE,
            *_OF_SPACE.get(space.slug, ()),
        )
    )  # fmt: skip
    for space in spaces:
        _invent_past(space, now=now)


def _invent_past(space: Space, *, now: datetime) -> None:
    counted = raw_figures(space, now=now)
    rows = []
    for days, share in _PAST:
        moment = now - timedelta(days=days)
        snapshot = DatedSnapshot.objects.create(
            space=space, on=timezone.localdate(moment), taken_at=moment, note=NOTE
        )
        for row in rows_of(snapshot, counted):
            row.value = float(round(row.value * share))
            row.low = None if row.low is None else float(round(row.low * share))
            row.high = None if row.high is None else float(round(row.high * share))
            rows.append(row)
    SnapshotFigure.objects.bulk_create(rows, batch_size=1_000)
