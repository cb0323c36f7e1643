"""What every response carries, whatever the view."""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from maillage.core import origin

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class SignInRequired(LoginRequiredMiddleware):
    """Sign-in is the rule. A view marked public is not even asked who reads it.

    Django's own asks first and looks at the mark next: every public answer would then vary with
    the cookie, and no shared cache could keep the map's feed.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        answer: HttpResponseBase | None = super().process_view(
            request, view_func, view_args, view_kwargs
        )
        return answer


class SafeHeaders:
    """What a browser is told whatever answers: a page, a file, a redirect, a failure of another middleware.

    The first of all to be entered, because it cannot fail. Django's own middlewares set most of these
    too, but not on what is answered above them. The server does not name its software.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.headers = {
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": settings.X_FRAME_OPTIONS,
            "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
            "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
            "Permissions-Policy": settings.PERMISSIONS_POLICY,
            "Server": "Maillage",
        }

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in self.headers.items():
            if name == "X-Frame-Options" and getattr(response, "xframe_options_exempt", False):
                continue  # its content policy says who may frame it (`portal/views/embeds.py`)
            response.headers.setdefault(name, value)
        return response


class PrivatePages:
    """Pages of a signed-in person are kept by no cache.

    Only a request that brings a session cookie can be signed in: the others are not asked, so that
    public pages stay cacheable and cost no query.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        if has_session and request.user.is_authenticated:
            patch_cache_control(response, no_store=True, private=True)
        return response


class KeepOrigin:
    """Tell the journal which network asks; whoever knows for which structure adds it (`core/origin.py`)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        address = get_adapter(request).get_client_ip(request)
        origin.enter(origin.Origin(network=origin.network_of(address)))
        try:
            return self.get_response(request)
        finally:
            origin.enter(origin.Origin())


class BodyLimit:
    """A body that is too big is refused before any of it is read, and whoever asked is told the limit.

    The first reader, the check against forged posts, would write its files to the disk whatever their
    size. Only people who signed in send files, two at most by form. Without a length nothing is read.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = str(request.META.get("CONTENT_LENGTH") or "")
        text = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if length.isdecimal() and int(length) > text:
            signed_in = (
                settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
            )
            files = 2 * settings.MAX_UPLOAD_MB * 1_000_000 if signed_in else 0
            if int(length) > text + files:
                context = {"limit": settings.MAX_UPLOAD_MB}
                return render(request, "413.html", context, status=413)
        return self.get_response(request)
