"""What a structure's people keep, as its public page shows it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from maillage.core.uploads.store import url_of
from maillage.directory.lib.kept import (
    SheetDocument,
    SheetKept,
    SheetLink,
    SheetPicture,
    SheetService,
    SheetTeaser,
)
from maillage.structures.enums import LinkKind, Seeking
from maillage.structures.models import (
    Document,
    Link,
    Membership,
    Picture,
    Service,
    Structure,
    Teaser,
)
from maillage.structures.queries.kept import Kept, kept_of, network_of

_LISTS = {
    Service: "services",
    Picture: "pictures",
    Document: "documents",
    Link: "links",
    Teaser: "teasers",
}
# What a reader is offered to do, in the words of the page.
_ACTS: dict[str, str] = {
    LinkKind.VOLUNTEER: "Devenir bénévole",
    LinkKind.INTERNSHIP: "Stage ou service civique",
    LinkKind.JOB: "Offres d'emploi",
    LinkKind.DONATION: "Donner ou épargner",
}
_ICONS: dict[str, str] = {
    LinkKind.VOLUNTEER: "heart-handshake",
    LinkKind.INTERNSHIP: "school",
    LinkKind.JOB: "briefcase",
    LinkKind.DONATION: "coin-euro",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """`by_its_people`: someone of the structure keeps the page."""

    kept: SheetKept
    by_its_people: bool


def kept_shown(structure: Structure, *, today: date, proposed: Any = None) -> Shown:
    """Six queries. `proposed` is a row not saved yet, new or changed."""
    rows = kept_of(structure, on=today)
    if proposed is not None:
        rows = _with(rows, proposed)
    kept = SheetKept(
        services=[_service(one) for one in rows.services],
        pictures=[one for picture in rows.pictures if (one := _picture(picture))],
        documents=[found for document in rows.documents if (found := _document(document))],
        social=[_link(one) for one in rows.social],
        acting=[_link(one) for one in rows.acting],
        links=[_link(one) for one in rows.others],
        teasers=[
            SheetTeaser(str(Seeking(one.kind).label), one.text, one.until) for one in rows.teasers
        ],
    )
    people = Membership.objects.filter(structure=structure, ended_at=None, user__is_active=True)
    return Shown(kept, people.exists())


def _with(kept: Kept, row: Any) -> Kept:
    name = _LISTS[type(row)]
    rows = list(getattr(kept, name))
    places = [at for at, one in enumerate(rows) if row.pk is not None and one.pk == row.pk]
    if places:
        rows[places[0]] = row
    else:
        rows.append(row)
    return replace(kept, **{name: rows})


def _service(one: Service) -> SheetService:
    place = one.establishment
    return SheetService(
        name=one.name,
        description=one.description,
        audience=one.audience.label if one.audience else "",
        place=place.name if place else "",
        fee=one.fee,
        access=one.access,
        url=one.url,
    )


def _picture(one: Picture) -> SheetPicture | None:
    """None while its file waits for the virus scanner."""
    url, small = url_of(one.upload), url_of(one.upload, small=True)
    if not url:
        return None
    width, height = one.upload.width or 1, one.upload.height or 1
    return SheetPicture(url, small, one.alt, one.credit, width, height)


def _document(one: Document) -> SheetDocument | None:
    url = url_of(one.upload)
    if not url:
        return None
    kind = one.upload.path.rpartition(".")[2].upper()
    return SheetDocument(url, one.title, kind, one.upload.size)


def _link(one: Link) -> SheetLink:
    label = one.label or _ACTS.get(one.kind) or network_of(one.url) or _host(one.url)
    what = _ACTS.get(one.kind, "")
    return SheetLink(
        one.url, label, what if what != label else "", _ICONS.get(one.kind, "external-link")
    )


def _host(url: str) -> str:
    return url.split("://", 1)[-1].split("/", 1)[0].removeprefix("www.")
