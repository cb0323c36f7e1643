"""A limit on how often one visitor may ask for something that costs others."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest


def allows(request: HttpRequest, name: str, *, times: int, seconds: int) -> bool:
    """Count this request; False once the visitor's address made more than `times` in `seconds`.

    The count lives in the shared cache: it holds for all processes, and may let a few simultaneous
    requests through.
    """
    address = get_adapter(request).get_client_ip(request)
    key = f"throttle:{name}:{address}"
    if cache.add(key, 1, seconds):
        return True
    try:
        return cache.incr(key) <= times
    except ValueError:  # expired between the two
        return True
