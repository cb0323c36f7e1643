"""Make a booklet: its entries as the export has them, its map, its codes to scan, and the PDF of it all."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any, NamedTuple

import segno
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format

from maillage.core.charts import Area, AreaMap, number, standalone
from maillage.core.jobs import Context, JobRefused, job
from maillage.core.pdf.making import make
from maillage.core.uploads.kinds import UploadRefusedError
from maillage.directory.actions.booklets import JOB, keep_file
from maillage.directory.exports import rows
from maillage.directory.filters import parse
from maillage.directory.lib.booklet import BookletOptions, Entry, entry, grouped, in_order
from maillage.directory.lib.selection import Selection
from maillage.directory.models import Booklet
from maillage.directory.queries.matching import matching
from maillage.directory.queries.page import directory_page
from maillage.territories.queries import perimeter_geojson

TEMPLATE = "directory/booklet.typ"
_GONE = "Les structures de cette liste ne sont plus publiées : refaites la recherche."
Progress = Callable[[int, str], None]


class Document(NamedTuple):
    """Data and images of the template, and the print of what it tells of people."""

    data: dict[str, Any]
    images: dict[str, bytes]
    told: str


@job(JOB, max_attempts=3)
def make_booklet(context: Context, *, booklet_id: int) -> int:
    """Number of structures printed. Killed anywhere, it begins again: only the last step writes."""
    booklet = Booklet.objects.select_related("space").filter(pk=booklet_id, file=None).first()
    if booklet is None:  # its days are over, or it is made
        return 0
    now = timezone.now()
    document = compose(booklet, now=now, progress=context.progress)
    context.progress(70, "Mise en page")
    content = make(TEMPLATE, document.data, images=document.images, at=booklet.asked_at)
    context.progress(95, "Rangement du fichier")
    try:
        with context.commit() as done:
            keep_file(booklet.pk, content, document.told, now=now)
            done.result = len(document.data["index"])
    except UploadRefusedError as error:
        raise JobRefused(f"{error} Faites un livret plus petit.") from error
    return len(document.data["index"])


def compose(booklet: Booklet, *, now: datetime, progress: Progress | None = None) -> Document:
    """Everything that the booklet says. Raises JobRefused when none of its structures is published any more."""
    tell = progress or (lambda _percent, _message: None)
    options = BookletOptions.from_json(booklet.options)
    selection = _selection(booklet, now)
    if not len(selection):
        raise JobRefused(_GONE)
    sectors = _sectors(selection)
    entries: list[Entry] = []
    raw: list[dict[str, Any]] = []
    for row in rows(booklet.space, selection, settings.BASE_URL):
        raw.append(row)
        entries.append(entry(row, sectors.get(row["id"], ""), options))
        if len(entries) % 100 == 0:
            tell(40 * len(entries) // len(selection), "Lecture des fiches")
    tell(40, "Codes à scanner")
    images = {f"qr-{one.id}.svg": qr_code(one.url) for one in entries}
    tell(60, "Carte")
    drawn = _map(booklet, raw)
    images["map.svg"] = standalone(drawn).encode()
    return Document(_data(booklet, options, entries, drawn, now), images, print_of(raw))


def is_still_true(booklet: Booklet, *, now: datetime) -> bool:
    """Whether everything it tells may be told today: each structure is published, its contacts are the same."""
    selection = _selection(booklet, now)
    if len(selection) != len(booklet.structures):
        return False
    return print_of(list(rows(booklet.space, selection, settings.BASE_URL))) == booklet.told


def print_of(raw: list[dict[str, Any]]) -> str:
    """Of the names, contacts and addresses of rows of the export, whatever their order."""
    names = ("id", "nom", "adresse", "telephone", "courriel", "site_web", "presentation")
    said = sorted([str(row.get(name) or "") for name in names] for row in raw)
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _selection(booklet: Booklet, now: datetime) -> Selection:
    """The structures that were asked for and are published today, by name."""
    everything = matching(booklet.space, parse(QueryDict()).filters, now=now).selection
    found = everything.snapshot.positions_of(booklet.structures)
    return replace(everything, positions=found)


def qr_code(url: str) -> bytes:
    """SVG. Every reader knows the eight masks: trying them all for the best takes five times as long."""
    drawing = BytesIO()
    segno.make(url, error="m", micro=False, mask=3).save(
        drawing, kind="svg", scale=1, border=2, svgclass=None, lineclass=None, omitsize=True
    )
    return drawing.getvalue()


def _sectors(selection: Selection) -> dict[int, str]:
    """Main sector of each structure, by identifier."""
    snapshot = selection.snapshot
    found = {}
    for at in selection.positions.tolist():
        rank = int(snapshot.main_sector[at])
        sector = snapshot.facets["secteur"].get(snapshot.sectors[rank]) if rank >= 0 else None
        if sector is not None:
            found[int(snapshot.ids[at])] = sector.label
    return found


def _map(booklet: Booklet, raw: list[dict[str, Any]]) -> AreaMap:
    """The communes of the space, how many structures each has, and where those that have an exact point stand."""
    by_commune = Counter(str(row.get("code_insee") or "") for row in raw)
    codes = booklet.space.perimeter.filter(until__isnull=True)
    outlines = perimeter_geojson(codes.values_list("municipality_code", flat=True))["features"]
    areas = tuple(
        Area(
            one["properties"]["name"],
            one["geometry"],
            number(by_commune[one["properties"]["code"]]),
        )
        for one in sorted(outlines, key=lambda one: str(one["properties"]["name"]))
    )
    dots = tuple(
        (row["longitude"], row["latitude"])
        for row in raw
        if row.get("longitude") is not None and not row.get("position_approximative")
    )
    known = {one["properties"]["code"] for one in outlines}
    outside = sum(count for code, count in by_commune.items() if code not in known)
    exact = f"{_structures(len(dots))} à une adresse publique ; les autres ne sont comptées que par commune."
    more = f" {_structures(outside)} sans commune connue ici." if outside else ""
    return AreaMap(
        title="Où sont les structures de ce livret",
        summary=f"{exact}{more}",
        areas=areas,
        head=("Commune", "Structures du livret"),
        dots=dots,
        dots_label="une structure",
    )


def _structures(count: int) -> str:
    return f"{number(count)} structure{'s' if count > 1 else ''}"


def _data(
    booklet: Booklet, options: BookletOptions, entries: list[Entry], drawn: AreaMap, now: datetime
) -> dict[str, Any]:
    space = booklet.space
    groups = grouped(entries, options.group)
    day = date_format(timezone.localdate(now), "j F Y")
    order = {one.id: rank for rank, one in enumerate(in_order(entries))}
    host = settings.BASE_URL.partition("://")[2]
    return {
        "title": booklet.title,
        "author": space.authority,
        "description": f"{_structures(len(entries))} de {space.name}, {day}",
        "foot": f"Annuaire de {space.name}, {day} · {host}",
        "format": options.format,
        "place": space.name,
        "authority": space.authority,
        "count": _structures(len(entries)),
        "day": day,
        "warning": "Démonstration : ces structures sont inventées." if space.is_demo else "",
        "asked": _asked(booklet, now),
        "address": f"{host}/{space.slug}/annuaire/",
        "grouped": "Par commune" if options.group == "commune" else "Par secteur",
        "map": {
            "drawn": any(area.geometry for area in drawn.areas) or bool(drawn.dots),
            "alt": f"{drawn.title}. {drawn.summary}",
            "caption": drawn.summary,
            "head": list(drawn.head),
            "rows": [[area.label, area.words] for area in drawn.areas],
        },
        "groups": [
            {
                "name": name,
                "count": _structures(len(found)),
                "entries": [_printed(one, order[one.id], options.group) for one in found],
            }
            for name, found in groups
        ],
        "index": [
            {"name": one.name, "mark": f"s{order[one.id]}", "commune": one.commune}
            for one in in_order(entries)
        ],
    }


def _printed(one: Entry, rank: int, group: str) -> dict[str, Any]:
    other = one.sector if group == "commune" else one.commune
    return {
        "mark": f"s{rank}",
        "name": one.name,
        "over": other,
        "text": one.text,
        "labels": one.labels,
        "lines": [list(line) for line in one.lines],
        "qr": f"qr-{one.id}.svg",
        "url": one.url,
    }


def _asked(booklet: Booklet, now: datetime) -> str:
    """The filters in words; empty for the whole directory."""
    filters = parse(QueryDict(booklet.querystring)).filters
    chips = directory_page(booklet.space, filters, now=now).chips
    return ", ".join(chip.label for chip in chips)
