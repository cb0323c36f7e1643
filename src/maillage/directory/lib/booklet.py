"""What a booklet may look like, and how its entries are put in order."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from maillage.core.charts.words import shortened
from maillage.directory.lib.collation import collation_key

KEPT = timedelta(days=3)
MOST_STRUCTURES = 1_000
GROUPS = {"secteur": "par secteur", "commune": "par commune"}
FORMATS = {"a4": "A4, deux colonnes", "a5": "A5, une colonne"}
CONTACTS = {
    "adresse": "adresse",
    "telephone": "téléphone",
    "courriel": "adresse e-mail",
    "site_web": "site web",
}
OTHERS = {"secteur": "Autres secteurs", "commune": "Autres lieux"}
_LONGEST_TEXT = 320


@dataclass(frozen=True, slots=True)
class BookletOptions:
    """`contacts` are codes of `CONTACTS`, in that order; `group` of `GROUPS`, `format` of `FORMATS`."""

    group: str = "secteur"
    format: str = "a4"
    contacts: tuple[str, ...] = tuple(CONTACTS)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"contacts": list(self.contacts)}

    @classmethod
    def from_json(cls, kept: Any) -> "BookletOptions":
        """What was kept; a value that this version does not know falls back to the usual one."""
        kept = kept if isinstance(kept, dict) else {}
        contacts = kept.get("contacts", list(CONTACTS))
        usual = cls()
        return cls(
            group=kept["group"] if kept.get("group") in GROUPS else usual.group,
            format=kept["format"] if kept.get("format") in FORMATS else usual.format,
            contacts=tuple(code for code in CONTACTS if code in contacts),
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One structure: the row of the export, its main sector, and the address of its page."""

    id: int
    name: str
    group: str
    sector: str
    commune: str
    lines: tuple[tuple[str, str], ...]
    text: str
    labels: str
    url: str


def entry(row: dict[str, Any], sector: str, options: BookletOptions) -> Entry:
    """`row` is one of `exports.rows`: it holds public contacts and addresses only."""
    commune = str(row.get("commune") or "")
    acronym = str(row.get("sigle") or "")
    name = str(row["nom"])
    return Entry(
        id=row["id"],
        name=f"{name} ({acronym})" if acronym and acronym.lower() not in name.lower() else name,
        group=(commune if options.group == "commune" else sector) or OTHERS[options.group],
        sector=sector,
        commune=commune,
        lines=tuple(
            (CONTACTS[code], words) for code in options.contacts if (words := _line(row, code))
        ),
        text=shortened(" ".join(str(row.get("presentation") or "").split()), _LONGEST_TEXT),
        labels=", ".join(row.get("labels") or ()),
        url=row["url"],
    )


def _line(row: dict[str, Any], code: str) -> str:
    if code != "adresse":
        return str(row.get(code) or "")
    street = str(row.get("adresse") or "")
    town = f"{row.get('code_postal') or ''} {row.get('commune') or ''}".strip()
    return ", ".join(part for part in (street, town) if part)


def grouped(entries: Iterable[Entry], group: str) -> list[tuple[str, list[Entry]]]:
    """Groups and entries as a reader looks for them; those without sector or commune come last."""
    found: dict[str, list[Entry]] = {}
    for one in entries:
        found.setdefault(one.group, []).append(one)
    last = OTHERS[group]
    order = sorted(found, key=lambda name: (name == last, collation_key(name), name))
    return [(name, in_order(found[name])) for name in order]


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda one: (collation_key(one.name), one.name, one.id))
