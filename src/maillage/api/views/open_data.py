"""Taxonomies, figures, gaps and imports: what the observatory shows, to programs."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from maillage.api import schemas as shapes
from maillage.api.lib import licence
from maillage.api.queries import open_data
from maillage.api.queries.spaces import public_space
from maillage.api.schemas import ABSENT, ERRORS
from maillage.api.views.answers import pages, send
from maillage.api.views.spaces import PARTS, SLUG, base_of
from maillage.api.views.structures import PAGE, SIZE
from maillage.observatory.queries.figures import territory_figures
from maillage.observatory.queries.needs import needs_of

router = Router(tags=["Chiffres, manques, sources"])
PARTS |= {
    "needs": "needs",
    "figures": "figures",
    "sourced_figures": "figures/sourced",
    "gaps": "gaps",
    "imports": "imports",
}
_SECRECY = (
    "Une case de moins de trois structures, ou dominée par une seule, n'a pas de valeur ; ni celles qui "
    "permettraient de la retrouver."
)
NEED = Query("", description="Code d'un besoin.", max_length=40, example="aide-alimentaire")
PLACE = Query("", description="Code d'un lieu (INSEE pour une commune).", max_length=20)
KIND = Query("", description="commune, quarter ou cell.", max_length=10, example="commune")
LAYERS = {
    "measured": "Mesurée : offre pour 10 000 habitants, lissée, et probabilité que le lieu soit sous le taux de référence.",
    "declared": "Déclarée : ce que des habitants et des structures disent manquer, publié après lecture par un agent.",
    "unknown": "Inconnue : là où l'annuaire est mince ou ancien, un silence n'est pas une absence.",
}


@router.get(
    "/taxonomies",
    response={200: shapes.Taxonomies, 429: ERRORS[429]},
    summary="Les axes et leurs termes",
    url_name="taxonomies",
)
def taxonomies(request: HttpRequest) -> HttpResponse:
    """Codes et libellés communs à tous les espaces ; un code n'est jamais repris pour autre chose."""
    return send({"licence": licence.NAME, "axes": open_data.axes()})


@router.get(
    "/spaces/{slug:slug}/needs",
    response={200: shapes.Needs} | ABSENT,
    summary="Le catalogue des besoins",
    url_name="needs",
)
def needs(request: HttpRequest, slug: str = SLUG) -> HttpResponse:
    """Ce que l'espace suit : qui répond à chaque besoin, pour qui, jusqu'à quelle distance."""
    found = [open_data.need(sheet) for sheet in needs_of(public_space(slug))]
    return send({"count": len(found), "licence": licence.NAME, "results": found})


@router.get(
    "/spaces/{slug:slug}/figures",
    response={200: shapes.Figures} | ERRORS,
    summary="Les chiffres comptés dans l'annuaire",
    url_name="figures",
)
def figures(
    request: HttpRequest,
    slug: str = SLUG,
    commune: str = Query("", description="Code INSEE : cette commune seule.", max_length=5),
) -> HttpResponse:
    """Ceux de l'observatoire, chacun avec sa définition ; le secret statistique est appliqué."""
    space = public_space(slug)
    try:
        found = territory_figures(space, now=timezone.now(), commune=commune)
    except LookupError as error:
        raise Http404("Cette commune n'est pas dans le territoire de cet espace.") from error
    return send(
        {
            "territory": found.name,
            "commune": found.commune,
            "population": found.population,
            "secrecy": _SECRECY,
            "licence": licence.NAME,
            "indicators": open_data.counted(found),
        }
    )


@router.get(
    "/spaces/{slug:slug}/figures/sourced",
    response={200: shapes.SourcedFigures} | ERRORS,
    summary="Les chiffres publiés par d'autres",
    url_name="sourced_figures",
)
def sourced_figures(
    request: HttpRequest,
    slug: str = SLUG,
    page: int = PAGE,
    page_size: int = SIZE,
    indicator: str = Query("", description="Code d'un indicateur.", max_length=24, example="jobs"),
    year: str = Query("", description="Année.", max_length=4, pattern="^([0-9]{4})?$"),
) -> HttpResponse:
    """Avec source, année, périmètre et confiance ; ils ne s'additionnent jamais aux nôtres."""
    space = public_space(slug)
    when = int(year) if year else None
    rows = open_data.sourced(space, indicator=_text(indicator), year=when)
    kept = {"indicator": indicator, "year": year}

    def tell(found: Any) -> list[dict[str, Any]]:
        return [open_data.sourced_row(one) for one in found]

    return pages(rows, f"{base_of(slug)}/figures/sourced", page, page_size, kept, tell)


@router.get(
    "/spaces/{slug:slug}/gaps",
    response={200: shapes.Layers} | ABSENT,
    summary="Les trois couches des manques",
    url_name="gaps",
)
def gaps(request: HttpRequest, slug: str = SLUG) -> HttpResponse:
    """Elles se lisent l'une à côté de l'autre, et ne se réunissent jamais en une note."""
    public_space(slug)
    url = f"{base_of(slug)}/gaps"
    layers = [
        {"layer": name, "said": said, "url": f"{url}/{name}"} for name, said in LAYERS.items()
    ]
    return send({"licence": licence.NAME, "layers": layers})


@router.get(
    "/spaces/{slug:slug}/gaps/measured",
    response={200: shapes.Measured} | ERRORS,
    summary="La couche mesurée",
    url_name="gaps_measured",
)
def gaps_measured(
    request: HttpRequest,
    slug: str = SLUG,
    page: int = PAGE,
    page_size: int = SIZE,
    need: str = NEED,
    place_kind: str = KIND,
    place: str = PLACE,
) -> HttpResponse:
    """Taux pour 10 000 habitants, distances en mètres ; vide quand la mesure n'a pas pu être faite."""
    return _layer(open_data.measured, slug, "measured", page, page_size, need, place_kind, place)


@router.get(
    "/spaces/{slug:slug}/gaps/unknown",
    response={200: shapes.Unknown} | ERRORS,
    summary="La couche inconnue",
    url_name="gaps_unknown",
)
def gaps_unknown(
    request: HttpRequest,
    slug: str = SLUG,
    page: int = PAGE,
    page_size: int = SIZE,
    need: str = NEED,
    place_kind: str = KIND,
    place: str = PLACE,
) -> HttpResponse:
    """Structures connues, dont anciennes et sans secteur ; `is_silent` : ne concluez rien de ce lieu."""
    return _layer(open_data.unknown, slug, "unknown", page, page_size, need, place_kind, place)


@router.get(
    "/spaces/{slug:slug}/gaps/declared",
    response={200: shapes.Declared} | ERRORS,
    summary="La couche déclarée",
    url_name="gaps_declared",
)
def gaps_declared(
    request: HttpRequest,
    slug: str = SLUG,
    page: int = PAGE,
    page_size: int = SIZE,
    need: str = NEED,
    place: str = PLACE,
) -> HttpResponse:
    """Par besoin et par commune, sans les mots des personnes."""
    space = public_space(slug)
    rows = open_data.declared(space, need_code=_text(need), place_code=_text(place))
    kept = {"need": need, "place": place}
    return pages(rows, f"{base_of(slug)}/gaps/declared", page, page_size, kept, list)


@router.get(
    "/spaces/{slug:slug}/imports",
    response={200: shapes.Imports} | ERRORS,
    summary="Les imports en vigueur",
    url_name="imports",
)
def imports(
    request: HttpRequest, slug: str = SLUG, page: int = PAGE, page_size: int = SIZE
) -> HttpResponse:
    """Source, dates, licence et comptes de chaque import appliqué."""
    space = public_space(slug)
    url = f"{base_of(slug)}/imports"
    return pages(open_data.imports(space), url, page, page_size, {}, open_data.reports)


def _layer(
    ask: Callable[..., Any],
    slug: str,
    layer: str,
    page: int,
    page_size: int,
    need: str,
    place_kind: str,
    place: str,
) -> HttpResponse:
    space = public_space(slug)
    rows = ask(space, need_code=_text(need), place_kind=_text(place_kind), place_code=_text(place))
    kept = {"need": need, "place_kind": place_kind, "place": place}
    return pages(rows, f"{base_of(slug)}/gaps/{layer}", page, page_size, kept, list)


def _text(raw: str) -> str:
    """A NUL is in no code, and one of the engines refuses to compare it."""
    return raw.replace("\0", "")
