"""What the pages of a space share."""

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse

from maillage.core.ui.colors import stylesheet
from maillage.spaces.models import Space

YEAR = 365 * 24 * 3600
_LOGO_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}


@login_not_required
def theme(request: HttpRequest, space: Space) -> HttpResponse:
    """The space's colours as style variables: the content policy forbids them inside a page."""
    response = HttpResponse(
        stylesheet(space.color_main, space.color_ink), content_type="text/css; charset=utf-8"
    )
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response


@login_not_required
def logo(request: HttpRequest, space: Space) -> FileResponse:
    """The space's logo, under the type its bytes had when it was accepted."""
    kind = _LOGO_TYPES.get((space.logo.name or "").rpartition(".")[2])
    if kind is None:
        raise Http404
    try:
        answer = FileResponse(space.logo.open("rb"), content_type=kind)
    except FileNotFoundError as error:
        raise Http404 from error
    answer["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return answer
