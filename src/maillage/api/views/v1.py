"""Version 1 of the API: the one place where its routers are added.

A view is public: it reads only what `queries.spaces.public_space` gives, takes the space as `slug`, and
answers with `answers.send` (or any response). It raises `Http404` or `Problem`; never a page.
"""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from maillage.api.lib.problems import MEDIA_TYPE, Problem, document
from maillage.api.views import calls, dumps, formats, ogc, open_data, spaces, structures, writing

api = NinjaAPI(
    title="Maillage",
    version="1.0.0",
    description="L'économie sociale et solidaire d'un territoire : lecture libre, sans clé.",
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)
api.add_router("", spaces.router)
api.add_router("", structures.router)
api.add_router("", open_data.router)
api.add_router("", calls.router)
api.add_router("", formats.router)
api.add_router("", dumps.router)
api.add_router("", ogc.router)
api.add_router("", writing.router)


def patterns() -> list[URLPattern | URLResolver]:
    """Every address of the routers, open to who is not signed in; a key guards those that write."""
    found = [one for one in api.urls[0] if getattr(one, "name", "") != "api-root"]
    for one in found:
        one.callback.login_required = False  # type: ignore[union-attr]
    return found


@api.exception_handler(Problem)
def _problem(request: HttpRequest, problem: Any) -> HttpResponse:
    answer = _answer(request, problem.status, problem.detail, problem.errors)
    for name, value in problem.headers.items():
        answer.headers[name] = value
    return answer


@api.exception_handler(Http404)
def _absent(request: HttpRequest, error: Any) -> HttpResponse:
    # A sentence of ours ends with a full stop; Django's own are in English, for developers.
    detail = str(error) if str(error).endswith(".") and error.args else ""
    return _answer(request, 404, "" if detail.startswith("No ") else detail)


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    return _answer(request, error.status_code, "")


_SENTENCES = {
    "missing": "Ce paramètre manque.",
    "int_parsing": "Un nombre entier est attendu.",
    "int_type": "Un nombre entier est attendu.",
    "greater_than_equal": "Ce nombre est trop petit.",
    "less_than_equal": "Ce nombre est trop grand.",
    "int_parsing_size": "Ce nombre est trop grand.",
    "extra_forbidden": "Ce champ n'est pas admis.",
    "string_too_long": "Ce texte est trop long.",
    "string_type": "Un texte est attendu.",
}


@api.exception_handler(ValidationError)
def _unreadable(request: HttpRequest, error: Any) -> HttpResponse:
    errors = [
        {
            "field": ".".join(str(part) for part in one["loc"][1:] if part != "payload"),
            "message": _SENTENCES.get(one["type"], "Cette valeur n'est pas lisible."),
        }
        for one in error.errors
    ]
    return _answer(request, 422, "", errors)


def _answer(request: HttpRequest, status: int, detail: str, errors: Any = ()) -> HttpResponse:
    body = document(
        status, detail, instance=request.path, base_url=settings.BASE_URL, errors=errors
    )
    return HttpResponse(body, status=status, content_type=MEDIA_TYPE)
