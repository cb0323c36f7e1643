"""The language of the account pages."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import translation

from maillage.accounts.access import to_protection
from maillage.accounts.queries import has_second_factor

_TRANSLATED = "/compte/"


class AccountLanguage:
    """Pages of accounts are in the language that the person chose; every other page is in French.

    What a browser prefers decides nothing: a page half in one language, half in another, helps nobody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = settings.LANGUAGE_CODE
        if request.path_info.startswith(_TRANSLATED):
            language = self._chosen(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    def _chosen(self, request: HttpRequest) -> str:
        known = dict(settings.LANGUAGES)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            chosen = request.user.language
        else:
            chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        return chosen if chosen in known else settings.LANGUAGE_CODE


class HostsAreProtected:
    """The technical administration is for hosts whose account has a second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        inside = request.path_info.startswith(reverse("admin:index"))
        if inside and request.user.is_staff and not has_second_factor(request.user):
            return to_protection(request)
        return self.get_response(request)
