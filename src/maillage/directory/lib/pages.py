"""What the screens of the directory show: each template is given one of these."""

from dataclasses import dataclass, field
from datetime import date, datetime

from maillage.core.hours.reading import Hours
from maillage.directory.lib.criteria import Sort
from maillage.directory.lib.kept import SheetKept
from maillage.structures.queries.freshness import Age


# Options and cards are not frozen: a page makes a hundred and fifty of them, and freezing costs.
@dataclass(slots=True)
class Option:
    """One value of a facet. `depth` is 1 for a child of the option above."""

    value: str
    label: str
    count: int
    selected: bool
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Facet:
    """`name` is the query parameter. `open`: has a selected value. `clear_url` drops its values.

    `more` values are too many to be listed: one of them may be typed.
    """

    name: str
    title: str
    options: list[Option]
    open: bool
    clear_url: str
    more: int = 0


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, in words; `remove_url` is the same page without it."""

    label: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class SortOption:
    value: Sort
    label: str
    selected: bool
    url: str


@dataclass(slots=True)
class Card:
    """A structure in a list. `distance_m` is in metres; `approximate`: the point is the commune's."""

    id: int
    slug: str
    url: str
    name: str
    acronym: str
    summary: str
    sector_code: str
    sector_label: str
    hue: str
    icon: str
    municipality_names: list[str]
    family_label: str
    labels: list[str]
    size_label: str
    confirmed_at: datetime | None
    age: Age | None
    source_label: str
    source_date: date | None
    is_demo: bool
    lon: float | None
    lat: float | None
    approximate: bool
    distance_m: int | None


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """What the colour and the icon of a point mean; `code` is that of the points feed."""

    code: str
    label: str
    hue: str
    icon: str


@dataclass(frozen=True, slots=True)
class ExportUrl:
    format: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page of the list; `number` 0 stands for a gap."""

    number: int
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class DirectoryPage:
    """The directory in one state. `querystring` is canonical, without `?`, without the page.

    `as_of`: when the data were read, of a large space only.
    """

    total: int
    total_unfiltered: int
    cards: list[Card]
    facets: list[Facet]
    chips: list[Chip]
    page: int
    page_count: int
    pages: list[PageLink]
    previous_url: str
    next_url: str
    q: str
    correction: str
    synonyms: list[str]
    messages: list[str]
    sort: Sort
    sorts: list[SortOption]
    hidden: list[tuple[str, str]]
    querystring: str
    list_url: str
    map_url: str
    clear_url: str
    points_url: str
    perimeter_url: str
    card_url: str
    feed_url: str
    export_urls: list[ExportUrl]
    bounds: tuple[float, float, float, float] | None
    legend: tuple[LegendEntry, ...]
    nearby: bool
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class SheetLabel:
    label: str
    definition: str
    identifier: str
    valid_from: date | None
    valid_to: date | None
    proof: str
    source_label: str
    source_date: date | None
    code: str = ""


@dataclass(frozen=True, slots=True)
class SheetPlace:
    """`address` is empty when it is not public; `in_perimeter` tells the space's own places."""

    id: int
    name: str
    address: str
    postal_code: str
    municipality_name: str
    municipality_code: str
    siret: str
    is_head_office: bool
    lon: float | None
    lat: float | None
    approximate: bool
    in_perimeter: bool
    neighbourhoods: list[str]
    hours: Hours | None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from. `confirmed`: a person vouches for it."""

    field_label: str
    source_label: str
    date: date | None
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Tag:
    """A term of an axis; `url` lists the structures that bear it, empty when there is no such list."""

    label: str
    url: str = ""
    definition: str = ""


@dataclass(frozen=True, slots=True)
class StructureSheet:
    """Everything the page of a structure says. `calendar_url` is empty when no hours are known.

    Contacts are those that the reader may see; `json_ld` holds the public ones alone.
    `stage` is a value of `Stage`; `vouched_by` tells who confirmed it, empty when nobody did.
    """

    card: Card
    url: str
    legal_name: str
    description: str
    siren: str
    rna: str
    legal_category_label: str
    activity_label: str
    activity_code: str
    created_on: date | None
    website: str
    email: str
    phone: str
    size_label: str
    size_year: int | None
    life_stage_label: str
    typology_label: str
    typology_is_estimate: bool
    typology_reason: str
    ess_label: str
    ess_reason: str
    sectors: list[Tag]
    aims: list[Tag]
    audiences: list[Tag]
    roles: list[Tag]
    labels: list[SheetLabel]
    places: list[SheetPlace]
    origins: list[Origin]
    confirmed_at: datetime | None
    age: Age
    stage: str
    vouched_by: str
    updated_at: datetime
    near: list[Card]
    similar: list[Card]
    qr_url: str
    vcard_url: str
    calendar_url: str
    kept: SheetKept
    by_its_people: bool
    json_ld: str
    title: str
    summary: str
    breadcrumbs: list[tuple[str, str]] = field(default_factory=list)
