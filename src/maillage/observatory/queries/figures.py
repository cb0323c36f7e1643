"""The figures of a territory: one answer for the page, the comparison, the report, the API and the snapshot."""

from collections import OrderedDict
from dataclasses import replace
from datetime import datetime
from threading import Lock
from typing import Any

from maillage.directory.queries.matching import matching
from maillage.observatory.enums import Indicator, PlaceKind
from maillage.observatory.lib.definitions import ORDER
from maillage.observatory.lib.tables import Counted, Figure, TerritoryFigures
from maillage.observatory.queries import counting, employment
from maillage.observatory.queries.area import codes_of
from maillage.observatory.queries.sourced import latest, places_of
from maillage.spaces.models import Space
from maillage.territories.models import Municipality

_KEPT = 48
_WITHHELD = (
    "La répartition des emplois d'une commune n'est pas publiée : ôtée de celle du territoire, "
    "elle dirait ce que le secret statistique protège ailleurs."
)
# What was counted, with the directory's snapshot it is true of: kept as long as the directory keeps that one.
_memory: "OrderedDict[tuple[int, str, bool], tuple[Any, TerritoryFigures]]" = OrderedDict()
_lock = Lock()


def territory_figures(space: Space, *, now: datetime, commune: str = "") -> TerritoryFigures:
    """What may be shown of `space`, or of the commune of it whose INSEE code is given.

    Secret cells are None. Constant number of queries; counted again only when the directory or the territories change.

    Raises:
        LookupError: the commune is not in the perimeter.
    """
    if not (
        commune.isascii() and (commune.isalnum() or not commune)
    ):  # no code, and one of the engines refuses a NUL
        raise LookupError(commune)
    return _with_shares(space, _figures(space, now, commune, is_raw=False))


def raw_figures(space: Space, *, now: datetime) -> TerritoryFigures:
    """With the values that secrecy hides: for a snapshot, which hides them when it is read. Never show it."""
    return _figures(space, now, "", is_raw=True)


def _figures(space: Space, now: datetime, commune: str, *, is_raw: bool) -> TerritoryFigures:
    snapshot = matching(space, counting.filters_of(commune), now=now).selection.snapshot
    key = (space.pk, commune, is_raw)
    with _lock:
        kept = _memory.get(key)
        if kept is not None and kept[0] is snapshot:
            _memory.move_to_end(key)
            return kept[1]
    found = _count(space, now, commune, is_raw=is_raw)
    with _lock:
        _memory[key] = (snapshot, found)
        _memory.move_to_end(key)
        while len(_memory) > _KEPT:
            _memory.popitem(last=False)
    return found


def _count(space: Space, now: datetime, commune: str, *, is_raw: bool) -> TerritoryFigures:
    codes = codes_of(space, commune)
    towns = list(
        Municipality.objects.filter(code__in=codes).values_list("code", "name", "population")
    )
    if commune and not towns:
        raise LookupError(commune)
    names = {code: name for code, name, _ in towns}
    structures = counting.structures(space, codes, commune, now)
    employing = employment.employers_of(codes, now, names)
    created, closed = counting.movements(codes, now)
    estimated = (
        _jobs_of_commune(space, now, commune)
        if commune
        else employment.jobs(employing, is_raw=is_raw)
    )
    counted = (
        structures,
        counting.establishments(codes, names, commune),
        counting.employers(space, structures, commune),
        employment.employer_establishments(employing, commune),
        estimated,
        created,
        closed,
    )
    known = [people for _, _, people in towns if people is not None]
    return TerritoryFigures(
        slug=space.slug,
        name=towns[0][1] if commune else space.name,
        commune=commune,
        at=now,
        population=sum(known) if len(known) == len(towns) and known else None,
        by_indicator={str(one.indicator): one for one in counted},
        is_raw=is_raw,
    )


def _jobs_of_commune(space: Space, now: datetime, commune: str) -> Counted:
    """A commune's jobs are those of the table of the space, hidden where that table hides them."""
    whole = _figures(space, now, "", is_raw=False).by_indicator[Indicator.JOBS]
    row = whole.breakdowns["commune"].row(commune)
    total = replace(row, key="", label="") if row else Figure("", "", 0.0, 0.0, 0.0)
    return Counted(Indicator.JOBS, total, note=_WITHHELD)


def _with_shares(space: Space, found: TerritoryFigures) -> TerritoryFigures:
    """Our counts over the whole economy's, where a sourced figure of exactly this territory gives it."""
    kinds = (
        [(PlaceKind.COMMUNE.value, found.commune)] if found.commune else places_of(space).exactly
    )
    wholes = latest(space, (Indicator.ALL_JOBS, Indicator.ALL_ESTABLISHMENTS), kinds)
    by_indicator = dict(found.by_indicator)
    for indicator, part, whole in (
        (Indicator.JOBS_SHARE, Indicator.JOBS, Indicator.ALL_JOBS),
        (
            Indicator.ESTABLISHMENTS_SHARE,
            Indicator.EMPLOYER_ESTABLISHMENTS,
            Indicator.ALL_ESTABLISHMENTS,
        ),
    ):
        divisor = wholes.get(whole)
        if divisor is None or not divisor.value:
            continue
        scale = 100 / float(divisor.value)
        total = found.total(part)
        by_indicator[str(indicator)] = Counted(
            indicator,
            Figure(
                "",
                "",
                None if total.value is None else total.value * scale,
                None if total.low is None else total.low * scale,
                None if total.high is None else total.high * scale,
                units=total.units,
            ),
            note=f"Toute l'économie : {divisor.source}, {divisor.year}.",
        )
    ordered = {code: by_indicator[code] for code in ORDER if code in by_indicator}
    return replace(found, by_indicator=ordered)
