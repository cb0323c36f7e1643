"""Répertoire national des associations (ministère de l'Intérieur), « waldec » and « import » exports.

Alsace and Moselle keep their associations in the courts' registers: they are not in the RNA. Addresses
are often somebody's home, so that only the commune is kept; nobody's name, e-mail or telephone is read.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any, ClassVar

from maillage.core.tabular import cells
from maillage.sources.connectors.base import (
    EstablishmentRecord,
    Issue,
    Item,
    Outside,
    ReadContext,
    SourceRecord,
)
from maillage.sources.connectors.listing import Line, Listing, RefusedError, date_option
from maillage.sources.connectors.table.communes import CommuneFinder, Said
from maillage.sources.connectors.wording import readable_name
from maillage.structures.enums import LocationQuality, State

COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id",),
    "siret": ("siret",),
    "created_on": ("date_creat",),
    "dissolved_on": ("date_disso",),
    "nature": ("nature",),
    "title": ("titre",),
    "short_title": ("titre_court",),
    "purpose": ("objet",),
    "theme": ("objet_social1",),
    "municipality_code": ("adrs_codeinsee",),
    "postal_code": ("adrs_codepostal",),
    "town": ("adrs_libcommune", "libcom"),
    "website": ("siteweb",),
    "publishes": ("publiweb",),
    "position": ("position",),
}
GONE = {"D": "dissoute", "S": "supprimée", "R": "reprise"}
FORMS = {"D": "9220", "R": "9230"}
# First digits of the theme (the thousands of the RNA's list of purposes) and our sectors.
SECTORS = {
    2: "cit", 3: "cit", 4: "cit", 5: "num", 6: "cul", 7: "spo", 9: "cit", 10: "cul", 11: "spo", 13: "spo",
    14: "cit", 15: "edu", 16: "edu", 17: "san", 18: "san", 19: "soc", 20: "cit", 21: "soc", 22: "con",
    23: "con", 30: "con", 32: "hab", 34: "spo",
}  # fmt: skip
# Political and religious associations: left out, as their activities are (docs/perimetre-ess.md).
OUT_OF_ESS = {1: "associations politiques", 40: "associations cultuelles ou spirituelles"}
LOCAL_LAW = ("57", "67", "68")
_CUT = re.compile(r"(\.{3}|…)$")
_OWN_ID = re.compile(r"^W", re.IGNORECASE)


class RnaConnector:
    """File: `file`. Option `date`: day of the export, ISO."""

    key: ClassVar[str] = "rna"
    label: ClassVar[str] = "Répertoire national des associations"
    source: ClassVar[str] = "ministère de l'Intérieur, RNA"

    def source_date(self, context: ReadContext) -> date | None:
        return date_option(context)

    def read(self, context: ReadContext) -> Iterator[Item]:
        required = ("id", "title", "position")
        listing = Listing(context.files["file"], COLUMNS, required, "un export du RNA")
        reader = _Reader(context.perimeter)
        if missing := sorted(code for code in context.perimeter if code.startswith(LOCAL_LAW)):
            yield Issue(
                "alsace-moselle",
                f"Les associations de {len(missing)} communes du territoire relèvent du droit local "
                "d'Alsace-Moselle : le RNA ne les contient pas.",
                severity="warning",
            )
        for item in listing.lines():
            if isinstance(item, Line):
                yield from reader.items(item)
            else:
                yield item
        for reason, count in reader.outside.items():
            yield Outside(count, reason)


class _Reader:
    def __init__(self, perimeter: frozenset[str]) -> None:
        self.perimeter = perimeter
        self.finder = CommuneFinder(perimeter)
        self.outside: Counter[str] = Counter()
        # A commune is asked for once per way of writing it.
        self._communes: dict[Said, str] = {}

    def items(self, line: Line) -> Iterator[Item]:
        code = self._commune(line)
        if code not in self.perimeter:
            self.outside["hors du périmètre"] += 1
            return
        theme = _theme(line["theme"])
        if theme in OUT_OF_ESS:
            self.outside[OUT_OF_ESS[theme]] += 1
            return
        reserves: list[Issue] = []
        try:
            record = self._record(line, code, theme, reserves)
        except RefusedError as refusal:
            yield refusal.issue
            return
        yield from reserves
        yield record

    def _commune(self, line: Line) -> str:
        # "75020 PARIS" and the like: the department of a wrong code is not trusted over a name.
        said = Said(
            code=line["municipality_code"],
            name=line["town"],
            postal_code=line["postal_code"] if line["postal_code"].isdigit() else "",
        )
        if said not in self._communes:
            self._communes[said] = self.finder.find(said).code
        return self._communes[said]

    def _record(self, line: Line, code: str, theme: int, reserves: list[Issue]) -> SourceRecord:
        own = _OWN_ID.match(line["id"])
        rna = line.needed("id", cells.rna) if own else ""
        name = readable_name(cells.text(line["title"]))
        if not name:
            raise RefusedError(line.issue("nom-absent", "L'association n'a pas de titre."))
        gone = line["position"] in GONE
        day = partial(_day, line, reserves)
        fields: dict[str, Any] = {
            "name": name[:250],
            "legal_name": cells.text(line["title"])[:250],
            "created_on": day("created_on"),
            "state": (State.CEASED if gone else State.ACTIVE).value,
            "ceased_on": day("dissolved_on") if gone else None,
        }
        if acronym := _acronym(line["short_title"], line["title"]):
            fields["acronym"] = acronym
        if purpose := _sentence(cells.paragraphs(line["purpose"])):
            fields["description"] = purpose[:10_000]
        if line["nature"] in FORMS:
            fields["legal_category"] = FORMS[line["nature"]]
        if line["publishes"] == "1":
            website = line.wanted("website", cells.url, reserves)
            fields |= {"website": website} if website else {}
        sector = f"sec-{SECTORS[theme]}" if theme in SECTORS else ""
        siret = line.wanted("siret", cells.siret, reserves) or ""
        return SourceRecord(
            siren=siret[:9],
            rna=rna,
            fields=fields,
            terms=(sector,) if sector else (),
            main_sector=sector,
            establishments=(EstablishmentRecord("", _place(line, code, gone=gone)),),
            line=line.number,
        )


def _place(line: Line, code: str, *, gone: bool) -> dict[str, Any]:
    return {
        "municipality_code": code,
        "postal_code": line["postal_code"][:5] if line["postal_code"].isdigit() else "",
        "address": "",
        "address_is_public": False,
        "location_quality": LocationQuality.NONE.value,
        "state": (State.CEASED if gone else State.ACTIVE).value,
        "is_head_office": True,
    }


def _day(line: Line, reserves: list[Issue], name: str) -> str | None:
    found = line.wanted(name, cells.date, reserves)
    return found.isoformat() if found else None


def _theme(code: str) -> int:
    """`006030` → 6, `040510` → 40; 0 when there is none."""
    return int(code) // 1000 if code.isascii() and code.isdigit() else 0


def _acronym(short: str, title: str) -> str:
    """The short title, when it is an acronym rather than the title cut or said again."""
    short = cells.text(short)
    if not short or len(short) > 20 or _CUT.search(short) or title.startswith(short):
        return ""
    return short


def _sentence(text: str) -> str:
    return text.capitalize() if text.isupper() else text[:1].upper() + text[1:]
