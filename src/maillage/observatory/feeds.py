"""The Atom feed of published declared needs."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from maillage.observatory.models import DeclaredNeed
from maillage.spaces.models import Space


@dataclass(frozen=True, slots=True)
class SaidLately:
    space: Space
    rows: list[DeclaredNeed]


class DeclaredNeeds(Feed[DeclaredNeed, SaidLately]):
    """Call it with `found`."""

    feed_type = Atom1Feed
    description_template = None

    def get_object(self, request: HttpRequest, found: SaidLately) -> SaidLately:
        return found

    def title(self, found: SaidLately) -> str:
        return f"Ce que les gens disent manquer, {found.space.name}"

    def subtitle(self, found: SaidLately) -> str:
        return f"Besoins signalés à {found.space.authority}, lus par un agent avant publication."

    def author_name(self, found: SaidLately) -> str:
        """RFC 4287, 4.1.1: a feed names its author, or each of its entries does. Never who said it."""
        return found.space.authority

    def link(self, found: SaidLately) -> str:
        return reverse("declared:list", args=[found.space.slug])

    def feed_url(self, found: SaidLately) -> str:
        return reverse("declared:feed", args=[found.space.slug])

    def items(self, found: SaidLately) -> list[DeclaredNeed]:
        for row in found.rows:
            row.space_slug = found.space.slug  # type: ignore[attr-defined]
        return found.rows

    def item_title(self, item: DeclaredNeed) -> str:
        return f"{item.need.capitalize()}, {item.place}"  # type: ignore[attr-defined]

    def item_description(self, item: DeclaredNeed) -> str:
        """Said to be HTML by Django: a « < » that somebody typed stays one (RFC 4287, 3.1.1.2)."""
        return escape(item.text)

    def item_link(self, item: DeclaredNeed) -> str:
        return reverse("declared:one", args=[item.space_slug, item.pk])  # type: ignore[attr-defined]

    def item_guid(self, item: DeclaredNeed) -> str:
        return f"urn:maillage:declared:{item.pk}"

    def item_pubdate(self, item: DeclaredNeed) -> datetime:
        return item.said_at

    def item_updateddate(self, item: DeclaredNeed) -> datetime:
        return item.decided_at or item.said_at
