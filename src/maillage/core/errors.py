"""The answer to what went wrong. A database that is away is a moment, not a bug."""

import logging
import sys

from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.views import defaults
from django.views.decorators.csrf import requires_csrf_token

RETRY_AFTER_SECONDS = 10
logger = logging.getLogger("maillage.errors")


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """503 with Retry-After when the database does not answer or is full; 500 for everything else.

    Django calls this while it handles the exception, wherever it came from. The templates take no
    context: filling one would ask the database again.
    """
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response = HttpResponse(get_template("503.html").render(), status=503)
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    else:
        # Django keeps silent about an exception raised by an error page itself.
        logger.error("Erreur sur %s", request.path, exc_info=sys.exc_info())
        response = HttpResponse(get_template("500.html").render(), status=500)
    response.headers["Cache-Control"] = "no-store"
    return response


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400. A request refused before anybody knew who sends it (a foreign host) is a visitor's."""
    if not hasattr(request, "user"):
        request.user = AnonymousUser()
    return defaults.bad_request(request, exception)
