"""How often the doors of accounts may be knocked at. Numbers are (times, seconds)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from maillage.core import throttle

View = Callable[..., HttpResponseBase]
Pace = tuple[int, int]

# Wrong passwords for one account, and from one address.
PER_ACCOUNT: Pace = (5, 300)
PER_ADDRESS: Pace = (10, 60)
# Codes of a second factor for one account; guesses of one code that was sent.
PER_FACTOR: Pace = (5, 300)
PER_CODE: Pace = (3, 1800)


def limited(
    view: View, name: str, *, address: Pace, field: str = "", each: Pace = PER_ACCOUNT
) -> View:
    """`view`, that answers 429 when posted to too often by a visitor, or about one value of `field`.

    The value counts whether or not an account has it: the answer says nothing of that.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not _may_post(request, name, address, field, each):
            answer = render(request, "429.html", status=429)
            answer["Retry-After"] = str(max(address[1], each[1] if field else 0))
            return answer
        return view(request, *args, **kwargs)

    return guarded


def _may_post(request: HttpRequest, name: str, address: Pace, field: str, each: Pace) -> bool:
    if not throttle.allows(request, name, times=address[0], seconds=address[1]):
        return False
    value = request.POST.get(field, "").strip().lower()[:254] if field else ""
    return not value or throttle.take(f"{name}-{field}", value, times=each[0], seconds=each[1])


def to_protection(request: HttpRequest) -> HttpResponse:
    """Send whoever manages without a second factor to the page where one is added, and back afterwards."""
    back = request.get_full_path() if request.method == "GET" else request.path
    return redirect(f"{reverse('account_protect')}?{urlencode({'next': back})}")
