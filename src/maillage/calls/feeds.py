"""The Atom feed of a space's calls."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from maillage.calls.lib.moments import moment_words
from maillage.calls.models import Edition
from maillage.spaces.models import Space


@dataclass(frozen=True, slots=True)
class PublishedLately:
    space: Space
    rows: list[Edition]


class Calls(Feed[Edition, PublishedLately]):
    """Call it with `found`."""

    feed_type = Atom1Feed
    description_template = None

    def get_object(self, request: HttpRequest, found: PublishedLately) -> PublishedLately:
        del request
        return found

    def title(self, found: PublishedLately) -> str:
        return f"Appels à projets, {found.space.name}"

    def subtitle(self, found: PublishedLately) -> str:
        return f"Les appels de {found.space.authority or found.space.name}, et leurs clôtures."

    def author_name(self, found: PublishedLately) -> str:
        """RFC 4287, 4.1.1: a feed names its author, or each of its entries does."""
        return found.space.authority or found.space.name

    def link(self, found: PublishedLately) -> str:
        return reverse("calls:list", args=[found.space.slug])

    def feed_url(self, found: PublishedLately) -> str:
        return reverse("calls:feed", args=[found.space.slug])

    def items(self, found: PublishedLately) -> list[Edition]:
        return found.rows

    def item_title(self, item: Edition) -> str:
        return item.title

    def item_description(self, item: Edition) -> str:
        """Said to be HTML by Django: a « < » that somebody typed stays one (RFC 4287, 3.1.1.2)."""
        closes = f" Clôture : {moment_words(item.closes_at)}." if item.closes_at else ""
        return escape(f"{item.summary}{closes}")

    def item_guid(self, item: Edition) -> str:
        return f"urn:maillage:call:{item.pk}"

    def item_pubdate(self, item: Edition) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: Edition) -> datetime | None:
        last = [event.at for event in item.events.all()[:1]]
        return last[0] if last else item.published_at
