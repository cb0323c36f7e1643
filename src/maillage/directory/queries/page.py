"""The directory page: list and map are two faces of it."""

from dataclasses import replace
from datetime import datetime
from heapq import nlargest

from maillage.directory.lib.criteria import (
    FACET_TITLES,
    PAGE_SIZE,
    SORT_LABELS,
    SORTS,
    DirectoryFilters,
)
from maillage.directory.lib.pages import (
    Chip,
    DirectoryPage,
    ExportUrl,
    Facet,
    LegendEntry,
    Option,
    PageLink,
    SortOption,
)
from maillage.directory.lib.selection import Selection
from maillage.directory.queries.addresses import EXPORTS, addresses
from maillage.directory.queries.cards import cards
from maillage.directory.queries.matching import matching
from maillage.spaces.models import Space

# A list longer than the first is cut to the second: nobody reads 35 000 communes.
LONG_LIST, MOST_OPTIONS = 400, 80


def directory_page(
    space: Space, filters: DirectoryFilters, *, now: datetime, face: str = "list"
) -> DirectoryPage:
    """The state `filters` as a page; `face` (list or map) is where its links stay."""
    selection, messages = matching(space, filters, now=now)
    # What was ignored is no part of the links either; what was typed stays in its field.
    typed, filters = filters.q, selection.filters
    page_count = max(1, -(-len(selection) // PAGE_SIZE))
    page = min(filters.page, page_count)
    start = (page - 1) * PAGE_SIZE
    shown = selection.positions[start : start + PAGE_SIZE].tolist()
    urls = addresses(space.slug)
    here = urls.map if face == "map" else urls.list
    canonical = filters.querystring(page=False)
    hits = selection.hits
    return DirectoryPage(
        total=len(selection),
        total_unfiltered=len(selection.snapshot),
        cards=cards(space, selection.snapshot, shown, selection.distances),
        facets=_facets(selection, here),
        chips=_chips(selection, here),
        page=page,
        page_count=page_count,
        pages=_pages(filters, page, page_count, here),
        previous_url=_numbered(here, canonical, page - 1) if page > 1 else "",
        next_url=_numbered(here, canonical, page + 1) if page < page_count else "",
        q=typed,
        correction=hits.corrected if hits and len(hits.ids) else "",
        synonyms=sorted({word for words in hits.expanded.values() for word in words})
        if hits
        else [],
        messages=messages,
        sort=filters.order,
        sorts=_sorts(filters, here),
        hidden=_hidden(filters),
        querystring=canonical,
        list_url=_with(urls.list, canonical),
        map_url=_with(urls.map, canonical),
        clear_url=here,
        points_url=_with(urls.points, _points_state(filters).querystring(page=False)),
        perimeter_url=urls.perimeter,
        card_url=urls.card,
        feed_url=urls.feed,
        export_urls=[
            ExportUrl(extension, label, _with(urls.exports[extension], canonical))
            for extension, label in EXPORTS.items()
        ],
        bounds=selection.snapshot.bounds,
        legend=tuple(
            LegendEntry(code, choice.label, choice.hue, choice.icon)
            for code, choice in selection.snapshot.facets["secteur"].items()
            if choice.bits and not choice.parent
        ),
        nearby=filters.near is not None,
        as_of=selection.snapshot.read_at if selection.snapshot.is_large else None,
    )


def _points_state(filters: DirectoryFilters) -> DirectoryFilters:
    """The map shows the same structures, whatever their order."""
    return replace(filters, sort="", near=None, page=1)


def _with(url: str, querystring: str) -> str:
    return f"{url}?{querystring}" if querystring else url


def _at(here: str, filters: DirectoryFilters) -> str:
    return _with(here, filters.querystring())


def _facets(selection: Selection, here: str) -> list[Facet]:
    facets = []
    for name, title in FACET_TITLES.items():
        options, more = _options(selection, name)
        if options:
            selected = selection.filters.values(name)
            clear = _at(here, selection.filters.with_values(name, ())) if selected else here
            facets.append(Facet(name, title, options, bool(selected), clear, more))
    return facets


def _options(selection: Selection, facet: str) -> tuple[list[Option], int]:
    """Values with at least one structure, and those selected; children under a selected parent.

    Of a very long list, the most numerous, and how many others there are.
    """
    filters, choices = selection.filters, selection.snapshot.facets[facet]
    selected = set(filters.values(facet))
    unfolded = selected | {choices[value].parent for value in selected}
    counts = selection.snapshot.counts(facet, selection.outside[facet])
    shown, more = list(choices), 0
    if len(shown) > LONG_LIST:
        filled = [value for value, count in counts.items() if count]
        most = set(nlargest(MOST_OPTIONS, filled, key=counts.__getitem__)) | selected
        shown = [value for value in filled if value in most]
        shown += [value for value in filters.values(facet) if not counts[value]]
        more = len(filled) - min(len(filled), MOST_OPTIONS)
    options = []
    for value in shown:
        choice, count = choices[value], counts[value]
        if choice.parent and choice.parent not in unfolded:
            continue
        if not count and value not in selected:
            continue
        options.append(
            Option(
                value=value,
                label=choice.label,
                count=count,
                selected=value in selected,
                depth=1 if choice.parent else 0,
            )
        )
    return options, more


def _chips(selection: Selection, here: str) -> list[Chip]:
    filters = selection.filters
    chips = (
        [Chip(f"« {filters.q} »", _at(here, replace(filters, q="", page=1)))] if filters.q else []
    )
    for facet in FACET_TITLES:
        chips += [
            Chip(
                selection.snapshot.facets[facet][value].label,
                _at(here, filters.toggled(facet, value)),
            )
            for value in filters.values(facet)
        ]
    if filters.bbox:
        chips.append(Chip("zone de la carte", _at(here, replace(filters, bbox=None, page=1))))
    if filters.near:
        chips.append(Chip("autour d'un point", _at(here, replace(filters, near=None, page=1))))
    return chips


def _sorts(filters: DirectoryFilters, here: str) -> list[SortOption]:
    possible = [
        sort
        for sort in SORTS
        if (sort != "pertinence" or filters.q) and (sort != "distance" or filters.near)
    ]
    return [
        SortOption(
            sort,
            SORT_LABELS[sort],
            sort == filters.order,
            _at(here, replace(filters, sort=sort, page=1)),
        )
        for sort in possible
    ]


def _hidden(filters: DirectoryFilters) -> list[tuple[str, str]]:
    """What a search form must carry along besides its own fields: the box, the point, the order."""
    kept = DirectoryFilters(bbox=filters.bbox, near=filters.near, sort=filters.sort)
    return [tuple(pair.split("=", 1)) for pair in kept.querystring().split("&") if pair]  # type: ignore[misc]


def _numbered(here: str, querystring: str, number: int) -> str:
    if number == 1:
        return _with(here, querystring)
    return f"{here}?{querystring}&page={number}" if querystring else f"{here}?page={number}"


def _pages(filters: DirectoryFilters, page: int, page_count: int, here: str) -> list[PageLink]:
    """First, last, and two on each side of the current one."""
    around = set(range(page - 2, page + 3)) | {1, page_count}
    links: list[PageLink] = []
    base = filters.querystring(page=False)
    before = 0
    for number in sorted(number for number in around if 1 <= number <= page_count):
        if number - before > 1:
            links.append(PageLink(0, ""))
        links.append(PageLink(number, _numbered(here, base, number), number == page))
        before = number
    return links
