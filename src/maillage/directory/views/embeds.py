"""The list, the map and the page of a structure, as other sites frame them. Nothing depends on the reader."""

from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.core.embeds import Embed, Shown
from maillage.directory.filters import parse
from maillage.directory.lib.criteria import DirectoryFilters
from maillage.directory.lib.pages import DirectoryPage
from maillage.directory.queries.addresses import addresses
from maillage.directory.queries.outline import outline_svg
from maillage.directory.queries.page import directory_page
from maillage.directory.queries.sheet import structure_sheet
from maillage.spaces.models import Space

_MOST_CHOICES = 8


def embedded_list(request: HttpRequest, space: Space, _item: str, now: datetime) -> Shown:
    page = directory_page(space, parse(request.GET).filters, now=now)
    return _directory(space, page, "Annuaire", addresses(space.slug).list, now)


def embedded_map(request: HttpRequest, space: Space, _item: str, now: datetime) -> Shown:
    page = directory_page(space, parse(request.GET).filters, now=now, face="map")
    return _directory(space, page, "Carte", addresses(space.slug).map, now)


def _directory(space: Space, page: DirectoryPage, what: str, url: str, now: datetime) -> Shown:
    filters = tuple(chip.label for chip in page.chips)
    subject = f" : {', '.join(filters)}" if filters else " de l'économie sociale et solidaire"
    return Shown(
        title=f"{what}{subject}",
        page=url,
        querystring=page.querystring,
        filters=filters,
        source=f"Annuaire de l'économie sociale et solidaire de {space.name}",
        on=timezone.localdate(now),
        context={"page": page},
    )


def embedded_structure(
    _request: HttpRequest, space: Space, item: str, now: datetime
) -> Shown | None:
    """What anybody may read of it, whoever asks."""
    found = structure_sheet(space, item, now=now)
    if found is None:
        return None
    return Shown(
        title=found.card.name,
        page=f"{addresses(space.slug).structure}{item}/",
        source=f"Annuaire de l'économie sociale et solidaire de {space.name}",
        on=timezone.localdate(found.updated_at),
        context={"sheet": found},
    )


def structure_choices(space: Space, words: str, now: datetime) -> list[tuple[str, str]]:
    """The first that answer to `words`."""
    filters = DirectoryFilters(q=words.strip()[:200])
    return [
        (card.slug, card.name)
        for card in directory_page(space, filters, now=now).cards[:_MOST_CHOICES]
    ]


@login_not_required
@require_safe
def outline(request: HttpRequest, space: Space) -> HttpResponse:
    """The map as a picture: what is seen without a script, and while the map comes."""
    svg = outline_svg(space, parse(request.GET).filters, now=timezone.now())
    scope = "public" if space.is_public else "private"
    headers = {"Cache-Control": f"{scope}, max-age=3600"}
    return HttpResponse(svg, content_type="image/svg+xml", headers=headers)


EMBEDS = (
    Embed(
        code="carte",
        label="La carte",
        hint="Les points de la carte et la liste des structures, avec les filtres choisis.",
        icon="map",
        template="directory/embeds/map.html",
        page_name="directory:map",
        shown=embedded_map,
        has_filters=True,
        height=640,
        order=10,
    ),
    Embed(
        code="liste",
        label="La liste",
        hint="Les structures, page par page, avec les filtres choisis.",
        icon="list",
        template="directory/embeds/list.html",
        page_name="directory:list",
        shown=embedded_list,
        has_filters=True,
        height=720,
        order=20,
    ),
    Embed(
        code="structure",
        label="Une structure",
        hint="Sa présentation, ses lieux, ses contacts publics.",
        icon="building-community",
        template="directory/embeds/structure.html",
        page_name="directory:structure",
        shown=embedded_structure,
        item="slug",
        item_label="Quelle structure ?",
        choices=structure_choices,
        height=420,
        order=30,
    ),
)
