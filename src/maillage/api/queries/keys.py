"""Which key a call bears, and what it is worth now."""

from datetime import datetime

from django.utils import timezone

from maillage.api.lib.problems import Problem
from maillage.api.lib.scopes import SCOPES
from maillage.api.models import ApiKey
from maillage.spaces.models import Space
from maillage.spaces.permissions import can_manage

_BEARER = {"WWW-Authenticate": 'Bearer realm="Maillage"'}


def of_space(space: Space) -> list[ApiKey]:
    """Those in force first, the latest first."""
    today = timezone.localdate()
    found = list(ApiKey.objects.filter(space=space).select_related("by").order_by("-created_at"))
    for key in found:
        key.state = state_of(key, today)  # type: ignore[attr-defined]
        key.said = [SCOPES.get(code, code) for code in key.scopes]  # type: ignore[attr-defined]
    return sorted(found, key=lambda key: key.state != "valable")  # type: ignore[attr-defined]


def state_of(key: ApiKey, today: object) -> str:
    if key.revoked_at is not None:
        return "révoquée"
    return "expirée" if key.expires_on < today else "valable"  # type: ignore[operator]


def key_of(header: str, key_hash: str, space: Space, scope: str, *, now: datetime) -> ApiKey:
    """The key of this call, when it may do `scope` in `space` now. Raises a 401 or a 403.

    The key is looked up by the hash of what was sent: nothing is compared character by character. A key worth
    nothing, another space's and one that never was are told the same.
    """
    kind, _, _secret = header.partition(" ")
    if kind.lower() != "bearer":
        raise Problem(401, headers=_BEARER)
    key = (
        ApiKey.objects.filter(key_hash=key_hash, space=space).select_related("by", "space").first()
    )
    if key is None or state_of(key, timezone.localdate(now)) != "valable":
        raise Problem(401, "Cette clé n'est pas valable.", headers=_BEARER)
    if not key.by.is_active or key.by.erased_at is not None:
        raise Problem(401, "Cette clé n'est pas valable.", headers=_BEARER)
    if scope not in key.scopes:
        raise Problem(403, f"Cette clé n'a pas la portée {scope}.")
    if not can_manage(key.by, space):
        raise Problem(403, "La personne qui a créé cette clé n'a plus le droit d'écrire ici.")
    return key
