"""What a structure's people keep about it: the kinds, and the rows of one structure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Model, Q

from maillage.structures.enums import LinkKind
from maillage.structures.models import Document, Link, Picture, Service, Structure, Teaser


@dataclass(frozen=True, slots=True)
class Kind:
    """`code` is the journal's word; `fields` what a person writes; `most` rows a structure may have."""

    code: str
    model: type[Model]
    fields: tuple[str, ...]
    most: int
    one: str
    several: str


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            "service",
            Service,
            ("name", "description", "audience", "establishment", "fee", "access", "url"),
            40,
            "service",
            "services",
        ),
        Kind("picture", Picture, ("upload", "alt", "credit"), 12, "photo", "photos"),
        Kind("document", Document, ("upload", "title"), 20, "document", "documents"),
        Kind("link", Link, ("kind", "url", "label"), 30, "lien", "liens"),
        Kind("teaser", Teaser, ("kind", "text", "until"), 12, "annonce", "annonces"),
    )
}
# Social networks known by their host: the name is then written by itself.
_NETWORKS = {
    "facebook.com": "Facebook",
    "instagram.com": "Instagram",
    "linkedin.com": "LinkedIn",
    "youtube.com": "YouTube",
    "youtu.be": "YouTube",
    "tiktok.com": "TikTok",
    "x.com": "X",
    "twitter.com": "X",
    "bsky.app": "Bluesky",
    "mastodon.social": "Mastodon",
    "piaille.fr": "Mastodon",
    "mamot.fr": "Mastodon",
    "framapiaf.org": "Mastodon",
    "threads.net": "Threads",
    "vimeo.com": "Vimeo",
    "flickr.com": "Flickr",
    "t.me": "Telegram",
    "whatsapp.com": "WhatsApp",
    "github.com": "GitHub",
    "peertube.fr": "PeerTube",
}
ACTING = (LinkKind.VOLUNTEER, LinkKind.INTERNSHIP, LinkKind.JOB, LinkKind.DONATION)


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows of one structure, each list in its order. Uploads are loaded with pictures and documents."""

    services: list[Service]
    pictures: list[Picture]
    documents: list[Document]
    links: list[Link]
    teasers: list[Teaser]

    @property
    def social(self) -> list[Link]:
        return [link for link in self.links if link.kind == LinkKind.SOCIAL]

    @property
    def acting(self) -> list[Link]:
        """The structure's own offers of volunteering, placements, jobs and gifts, in that order."""
        found = [link for link in self.links if link.kind in ACTING]
        return sorted(found, key=lambda link: ACTING.index(LinkKind(link.kind)))

    @property
    def others(self) -> list[Link]:
        return [link for link in self.links if link.kind == LinkKind.OTHER]


def kept_of(structure: Structure, *, on: date | None = None) -> Kept:
    """Five queries. With `on`, teasers that ended before that day are left out."""
    teasers = structure.teasers.order_by("kind", "position", "id")
    if on is not None:
        teasers = teasers.filter(Q(until__isnull=True) | Q(until__gte=on))
    return Kept(
        services=list(structure.services.select_related("audience", "establishment")),
        pictures=list(structure.pictures.select_related("upload")),
        documents=list(structure.documents.select_related("upload")),
        links=list(structure.links.all()),
        teasers=list(teasers),
    )


def rows_of(structure: Structure, kind: Kind) -> list[Any]:
    manager: Any = kind.model._default_manager
    return list(manager.filter(structure=structure))


def network_of(url: str) -> str:
    """Name of the social network of `url`; empty for another host."""
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
    return next(
        (name for known, name in _NETWORKS.items() if host == known or host.endswith(f".{known}")),
        "",
    )


def values_of(row: Model, names: Iterable[str]) -> dict[str, Any]:
    """JSON values of these fields, keys of related rows instead of the rows."""
    found = {}
    for name in names:
        value = getattr(row, row._meta.get_field(name).attname)  # type: ignore[union-attr]
        found[name] = value.isoformat() if hasattr(value, "isoformat") else value
    return found
