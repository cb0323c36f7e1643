"""From extracted rows to records of the directory."""

import math
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from maillage.sources.connectors.base import EstablishmentRecord, Issue, SourceRecord
from maillage.sources.connectors.sirene.judging import activity_of
from maillage.sources.connectors.wording import readable_name, readable_street
from maillage.structures.enums import Disclosure, LocationQuality, SizeBand, State
from maillage.structures.queries.perimeter import Perimeter
from maillage.territories.lib import lambert_to_wgs84

Row = dict[str, Any]
UNKNOWN_DATES = ("0001-01-01", "1900-01-01")  # how registers write "unknown"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SIRET = re.compile(r"[0-9]{14}")
_RNA = re.compile(r"W\d[0-9A-Z]\d{7}")
_AT_SOMEONE_S = re.compile(r"\b(CHEZ|C/O|MME|MLLE|MONSIEUR|MADAME)\b")


class Builder:
    """Turns the rows of one legal unit into a record. `issues` gathers reserves to be told."""

    def __init__(self, tables: Perimeter, today: date) -> None:
        self.tables = tables
        self.today = today
        self.issues: list[Issue] = []

    def record(self, rows: Sequence[Row]) -> SourceRecord | None:
        """One legal unit with its establishments of the territory; None when it has no name to show."""
        unit = rows[0]
        siren = unit["siren"]
        partial = _partial(unit["u_disclosure"])
        name = unit["u_usual_name"] or unit["u_legal_name"]
        if not name and not partial:
            name = unit["p_usual_name"] or unit["p_sign"]
        if not name and unit["u_state"] != "C":
            self.issues.append(
                Issue(
                    "nom_absent",
                    f"L'unité légale {siren} n'a pas de nom diffusable : elle n'est pas importée.",
                    excerpt=siren,
                )
            )
            return None
        activity, nomenclature = activity_of(
            unit["u_activity_code"], unit["u_activity_nomenclature"], unit["u_activity_2025"]
        )
        ceased = unit["u_state"] == "C"
        fields: dict[str, Any] = {
            "legal_name": unit["u_legal_name"][:250],
            "acronym": unit["u_acronym"][:40],
            "legal_category": unit["u_legal_category"][:4],
            "activity_code": activity,
            "activity_nomenclature": nomenclature,
            "size_band": _band(unit["u_size_band"]),
            "size_year": _year(unit["u_size_year"]),
            "is_employer": {"O": True, "N": False}.get(unit["u_employer"]),
            "created_on": self._date(unit["u_created_on"], siren),
            "ess_flag_sirene": {"O": True, "N": False}.get(unit["u_ess_flag"]),
            "state": State.CEASED.value if ceased else State.ACTIVE.value,
            "ceased_on": self._date(unit["u_since"], siren) if ceased else None,
            "disclosure": _disclosure(partial=partial),
        }
        if name:
            fields["name"] = readable_name(name, unit["u_acronym"])[:250]
        sector = self.tables.sector(nomenclature, activity)
        rna = unit["u_rna"].upper()
        return SourceRecord(
            siren=siren,
            rna=rna if _RNA.fullmatch(rna) else "",
            fields=fields,
            terms=(sector,) if sector else (),
            main_sector=sector,
            establishments=tuple(self._places(rows)),
        )

    def _places(self, rows: Sequence[Row]) -> list[EstablishmentRecord]:
        seen: set[str] = set()
        places = []
        for row in rows:
            siret = row["p_siret"]
            if not _SIRET.fullmatch(siret):
                message = f"Le SIRET « {siret[:30]} » n'a pas 14 chiffres : la ligne est refusée."
                self.issues.append(Issue("siret_format", message, excerpt=siret))
                continue
            if siret in seen:
                self.issues.append(
                    Issue(
                        "siret_double",
                        f"Le SIRET {siret} figure deux fois dans le fichier : la première ligne est "
                        "gardée.",
                        severity="warning",
                        excerpt=siret,
                    )
                )
                continue
            seen.add(siret)
            places.append(EstablishmentRecord(siret, self._place(row)))
        return places

    def _place(self, row: Row) -> dict[str, Any]:
        siret = row["p_siret"]
        closed = row["p_state"] == "F"
        partial = _partial(row["p_disclosure"]) or _partial(row["u_disclosure"])
        private = partial or bool(_AT_SOMEONE_S.search(row["p_complement"].upper()))
        activity, nomenclature = activity_of(
            row["p_activity_code"], row["p_activity_nomenclature"], row["p_activity_2025"]
        )
        point = None if private else row["point"]
        sign = row["p_sign"] or row["p_usual_name"]
        return {
            "name": "" if partial else readable_name(sign)[:250],
            "is_head_office": _is_head_office(row),
            "address": "" if private else _address(row),
            "postal_code": row["p_postal_code"][:5],
            "municipality_code": row["p_municipality_code"],
            "lon": point[0] if point else None,
            "lat": point[1] if point else None,
            "location_quality": _quality(row) if point else LocationQuality.NONE.value,
            "location_source": "Sirene" if point else "",
            "address_is_public": not private,
            "activity_code": activity,
            "activity_nomenclature": nomenclature,
            "size_band": _band(row["p_size_band"]),
            "size_year": _year(row["p_size_year"]),
            "opened_on": self._date(row["p_opened_on"], siret),
            "closed_on": self._date(row["p_since"], siret) if closed else None,
            "state": State.CEASED.value if closed else State.ACTIVE.value,
            "disclosure": _disclosure(partial=partial),
        }

    def _date(self, text: str, identifier: str) -> str | None:
        """ISO date; None for an empty, unknown or impossible one, the last being told."""
        day = text[:10]
        if not day or day in UNKNOWN_DATES:
            return None
        try:
            found = date.fromisoformat(day) if _DATE.fullmatch(day) else None
        except ValueError:
            found = None
        if found and 1800 <= found.year <= self.today.year + 5:
            return day
        self.issues.append(
            Issue(
                "date_aberrante",
                f"La date « {day} » de {identifier} est impossible : elle est ignorée.",
                severity="warning",
                excerpt=f"{identifier} {day}",
            )
        )
        return None


def _partial(status: str) -> bool:
    return status in ("P", "N")


def _disclosure(*, partial: bool) -> str:
    return Disclosure.PARTIAL.value if partial else Disclosure.PUBLIC.value


def _band(code: str) -> str:
    return code if code in SizeBand.values else ""


def _year(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 1900 <= int(text) <= 2100 else None


def _is_head_office(row: Row) -> bool:
    if row["p_head_office"]:
        return bool(row["p_head_office"].lower() in ("true", "t", "1", "oui"))
    return bool(row["u_head_nic"]) and bool(row["p_siret"].endswith(row["u_head_nic"]))


def _address(row: Row) -> str:
    """Number and street. The complement is left out: it often names a person or a floor."""
    street = readable_street(
        row["p_number"], row["p_repetition"], row["p_street_kind"], row["p_street"]
    )
    return street[:250]


def _quality(row: Row) -> str:
    if row["p_number"]:
        return LocationQuality.HOUSE.value
    return LocationQuality.STREET.value if row["p_street"] else LocationQuality.AREA.value


def with_points(rows: list[Row]) -> list[Row]:
    """Set `point` in each row: WGS84, or None without coordinates or outside the territory's zone."""
    x = np.array([_metres(row["p_x"]) for row in rows])
    y = np.array([_metres(row["p_y"]) for row in rows])
    lon, lat = lambert_to_wgs84(x, y, [row["p_municipality_code"] for row in rows])
    for row, a, b in zip(rows, lon, lat, strict=True):
        row["point"] = None if math.isnan(a) or math.isnan(b) else (float(a), float(b))
    return rows


def _metres(text: str) -> float:
    try:
        value = float(text) if text else math.nan
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan
