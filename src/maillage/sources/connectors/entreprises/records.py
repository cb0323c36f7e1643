"""From the API's answers to records of the directory."""

import re
import unicodedata
from collections.abc import Collection
from typing import Any

from maillage.core.tabular import cells
from maillage.sources.connectors.base import EstablishmentRecord, LabelRecord, SourceRecord
from maillage.sources.connectors.siae import LABELS
from maillage.sources.connectors.wording import STREET_KINDS, readable_name, readable_street
from maillage.structures.enums import Disclosure, LocationQuality, SizeBand, State
from maillage.structures.queries.perimeter import Perimeter

PROOF = "API Recherche d'entreprises"
FLAGS = {
    "est_societe_mission": "lab-mission",
    "est_qualiopi": "lab-qualiopi",
    "est_achats_responsables": "lab-rfar",
    "est_rge": "lab-rge",
    "est_bio": "lab-bio",
    "est_finess": "lab-finess",
}
_PRIVATE = re.compile(r"\b(CHEZ|C/O|MME|MLLE|MONSIEUR|MADAME)\b")
_TAIL = re.compile(r"\s*\b\d{5}\b\s+\D.*$")
_MASK = re.compile(r"\[(ND|NON-DIFFUSIBLE)\]", re.IGNORECASE)


def _unaccented(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return "".join(char for char in plain if not unicodedata.combining(char)).upper()


_KINDS = {_unaccented(spelt): code for code, spelt in STREET_KINDS.items()}
_STREET = re.compile(
    rf"^(\d+)?\s*(BIS|TER|QUATER|[A-Z])?\s*\b({'|'.join(sorted(map(re.escape, _KINDS), key=len, reverse=True))})\s+(.+)$"
)


def record(
    company: dict[str, Any],
    places: dict[str, dict[str, Any]],
    tables: Perimeter,
    known: Collection[str],
) -> SourceRecord | None:
    """A company with its establishments of the territory (`places`, by SIRET); None without a name.

    Closed establishments count only for a company the directory knows (`known`: SIREN).
    """
    said = _texts(company)
    siren = said["siren"]
    more = company.get("complements") or {}
    name = said["nom_raison_sociale"] or said["nom_complet"]
    if not name:
        return None
    activity, nomenclature = said["activite_principale"], "NAFRev2"
    if not activity:
        activity, nomenclature = said["activite_principale_naf25"], "NAF2025"
    partial = said["statut_diffusion"] in ("P", "N")
    sector = tables.sector(nomenclature, activity) if activity else ""
    read = {siret: _place(place, partial=partial) for siret, place in places.items()}
    kept = {
        siret: place
        for siret, place in read.items()
        if place["state"] == State.ACTIVE.value or siren in known
    }
    fields: dict[str, Any] = {
        "name": readable_name(name, said["sigle"])[:250],
        "legal_name": name[:250],
        "acronym": said["sigle"][:40],
        "legal_category": said["nature_juridique"],
        "activity_code": activity,
        "activity_nomenclature": nomenclature if activity else "",
        "size_band": _band(said["tranche_effectif_salarie"]),
        "size_year": _year(said["annee_tranche_effectif_salarie"]),
        "created_on": _day(said["date_creation"]),
        "state": State.ACTIVE.value,
        "ceased_on": None,
        "disclosure": (Disclosure.PARTIAL if partial else Disclosure.PUBLIC).value,
    }
    # The API says « ESS » when Sirene or the list of ESS France does, without telling which.
    if more.get("est_ess") is True:
        fields["ess_flag_sirene"] = True
    if said["caractere_employeur"] in ("O", "N"):
        fields["is_employer"] = said["caractere_employeur"] == "O"
    return SourceRecord(
        siren=siren,
        rna=_rna(more.get("identifiant_association")),
        fields=fields,
        terms=(sector,) if sector else (),
        main_sector=sector,
        labels=_labels(more, list(kept)),
        establishments=tuple(EstablishmentRecord(siret, place) for siret, place in kept.items()),
    )


def _texts(values: dict[str, Any]) -> "dict[str, str]":
    """Values as strings; what is absent, null, masked or structured is empty."""
    return _Texts(
        {
            name: "" if _MASK.fullmatch(str(value).strip()) else str(value).strip()
            for name, value in values.items()
            if isinstance(value, str | int | float)
        }
    )


class _Texts(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return ""


def _place(place: dict[str, Any], *, partial: bool) -> dict[str, Any]:
    said = _texts(place)
    partial = partial or said["statut_diffusion_etablissement"] in ("P", "N")
    raw = "" if _MASK.search(said["adresse"]) else _TAIL.sub("", said["adresse"])
    private = partial or bool(_PRIVATE.search(said["adresse"].upper()))
    closed = said["etat_administratif"] == "F"
    address = "" if private else _address(raw)
    point = None if private else _point(said["longitude"], said["latitude"])
    signs = place.get("liste_enseignes") or []
    sign = said["nom_commercial"] or (str(signs[0]) if signs and signs[0] else "")
    quality = LocationQuality.HOUSE if raw[:1].isdigit() else LocationQuality.STREET
    return {
        "name": "" if partial else readable_name(sign)[:250],
        "is_head_office": place.get("est_siege") is True,
        "address": address[:250],
        "postal_code": _postal_code(said),
        "municipality_code": said["commune"],
        "lon": point[0] if point else None,
        "lat": point[1] if point else None,
        "location_quality": (quality if point else LocationQuality.NONE).value,
        "location_source": PROOF if point else "",
        "address_is_public": not private,
        "activity_code": said["activite_principale"],
        "activity_nomenclature": "NAFRev2" if said["activite_principale"] else "",
        "size_band": _band(said["tranche_effectif_salarie"]),
        "size_year": _year(said["annee_tranche_effectif_salarie"]),
        "opened_on": _day(said["date_creation"]),
        "closed_on": _day(said["date_fermeture"]) if closed else None,
        "state": (State.CEASED if closed else State.ACTIVE).value,
        "disclosure": (Disclosure.PARTIAL if partial else Disclosure.PUBLIC).value,
    }


def _address(raw: str) -> str:
    """`12 BIS AVENUE DE L EXEMPLE` as Sirene's columns would give it: `12 bis avenue de l'Exemple`."""
    found = _STREET.match(raw.upper())
    if not found:
        return readable_name(raw)
    number, repetition, kind, street = (part or "" for part in found.groups())
    return readable_street(number, repetition, _KINDS[kind], street)


def _postal_code(said: dict[str, str]) -> str:
    if said["code_postal"]:
        return said["code_postal"][:5]
    found = re.search(r"\b(\d{5})\s+\D", said["adresse"])
    return found[1] if found else ""


def _point(lon: str, lat: str) -> tuple[float, float] | None:
    try:
        found = cells.point(lon, lat)
    except cells.CellError:
        return None
    return (found.lon, found.lat) if found and cells.in_france(found.lon, found.lat) else None


def _labels(more: dict[str, Any], sirets: list[str]) -> tuple[LabelRecord, ...]:
    """An inclusion approval goes to the one establishment there is, else to the structure."""
    siret = sirets[0] if len(sirets) == 1 else ""
    kinds = re.findall(r"[A-Z]+", str(more.get("type_siae") or "").upper())
    approvals = [LabelRecord(LABELS[k], siret=siret, proof=PROOF) for k in kinds if k in LABELS]
    flags = [LabelRecord(code, proof=PROOF) for key, code in FLAGS.items() if more.get(key) is True]
    return (*approvals, *flags)


def _rna(value: object) -> str:
    try:
        return cells.rna(value)
    except cells.CellError:
        return ""


def _day(text: str) -> str | None:
    if text.startswith("1900-01-01"):  # INSEE's way to say "unknown"
        return None
    try:
        found = cells.date(text[:10])
    except cells.CellError:
        return None
    return found.isoformat() if found else None


def _band(code: str) -> str:
    return code if code in SizeBand.values else ""


def _year(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None
