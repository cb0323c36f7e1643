"""The Atom feed of structures that entered the directory."""

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from maillage.core.tabular.writing import CONTROLS
from maillage.directory.queries.newest import Newest
from maillage.sources.queries.credits import LICENCE_OUVERTE, LICENCE_OUVERTE_URL
from maillage.structures.models import Structure


class NewStructures(Feed[Structure, Newest]):
    """Call it with `found`, what `queries.newest` answered."""

    feed_type = Atom1Feed
    description_template = None

    def get_object(self, request: HttpRequest, found: Newest) -> Newest:
        return found

    def title(self, found: Newest) -> str:
        return f"Nouvelles structures de l'annuaire {found.space.name}"

    def subtitle(self, found: Newest) -> str:
        return f"Les structures de l'économie sociale et solidaire entrées dans l'annuaire de {found.space.authority}."

    def author_name(self, found: Newest) -> str:
        """RFC 4287, 4.1.1: a feed names its author, or each of its entries does."""
        return found.space.authority

    def feed_copyright(self, found: Newest) -> str:
        return f"{LICENCE_OUVERTE}, {LICENCE_OUVERTE_URL}"

    def link(self, found: Newest) -> str:
        return found.list_url

    def feed_url(self, found: Newest) -> str:
        return found.feed_url

    def items(self, found: Newest) -> list[Structure]:
        for structure in found.structures:
            structure.space_slug = found.space.slug  # type: ignore[attr-defined]
        return found.structures

    def item_title(self, item: Structure) -> str:
        # XML holds no control character: one would be an error for the whole feed.
        name = CONTROLS.sub("", item.name)
        return f"{name} (structure inventée)" if item.is_demo else name

    def item_description(self, item: Structure) -> str:
        """Said to be HTML by Django: a « < » of the description stays one (RFC 4287, 3.1.1.2)."""
        return escape(CONTROLS.sub("", item.description))

    def item_link(self, item: Structure) -> str:
        return reverse("directory:structure", args=[item.space_slug, item.slug])  # type: ignore[attr-defined]

    def item_guid(self, item: Structure) -> str:
        return f"urn:maillage:structure:{item.pk}"

    def item_pubdate(self, item: Structure) -> datetime:
        return item.created_at

    def item_updateddate(self, item: Structure) -> datetime:
        return item.updated_at
