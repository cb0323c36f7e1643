"""What a structure's people keep, ready to be shown."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class SheetService:
    """Empty where nothing is said; `place` is the name of one of the structure's places."""

    name: str
    description: str
    audience: str
    place: str
    fee: str
    access: str
    url: str


@dataclass(frozen=True, slots=True)
class SheetPicture:
    """`width` and `height` in pixels, of the large one; the small one has the same shape."""

    url: str
    small_url: str
    alt: str
    credit: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class SheetDocument:
    """`kind` is a short name of its format; `size` in bytes."""

    url: str
    title: str
    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class SheetLink:
    """`what` says what it is for when `label` does not."""

    url: str
    label: str
    what: str
    icon: str


@dataclass(frozen=True, slots=True)
class SheetTeaser:
    """`kind` is « recherche » or « propose »."""

    kind: str
    text: str
    until: date | None


@dataclass(frozen=True, slots=True)
class SheetKept:
    """`acting`: volunteering, placements, jobs, gifts; `links` the rest but for social networks."""

    services: list[SheetService]
    pictures: list[SheetPicture]
    documents: list[SheetDocument]
    social: list[SheetLink]
    acting: list[SheetLink]
    links: list[SheetLink]
    teasers: list[SheetTeaser]
