"""What the pages of a space share."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse

from maillage.core.ui.colors import stylesheet
from maillage.spaces.models import Space

YEAR = 365 * 24 * 3600


@login_not_required
def theme(request: HttpRequest, space: Space) -> HttpResponse:
    """The space's colours as style variables: the content policy forbids them inside a page."""
    response = HttpResponse(
        stylesheet(space.color_main, space.color_ink), content_type="text/css; charset=utf-8"
    )
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response
