"""From what a person types to a point: a commune or a postal code we know, else an address."""

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db.models import Avg

from maillage.sources.connectors.one_address import AddressServiceError, Spot, find_spot
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes
from maillage.territories.lib.names import fold_name
from maillage.territories.models import Municipality
from maillage.territories.queries import find_municipality

_KEPT_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Around:
    """A spot, or a French sentence that says why there is none."""

    spot: Spot | None = None
    refusal: str = ""


def around(space: Space, typed: str) -> Around:
    """Communes of France are answered here; addresses by the geocoder, and remembered for a day."""
    text = " ".join(typed.split())
    if not text:
        return Around(refusal="Indiquez une adresse, une commune ou un code postal.")
    commune = _commune(space, text)
    if commune is not None and commune.lon is not None and commune.lat is not None:
        return Around(Spot(commune.lon, commune.lat, commune.name))
    key = f"around:{space.pk}:{hashlib.sha256(text.casefold().encode()).hexdigest()}"
    kept: Around | None = cache.get(key)
    if kept is None:
        try:
            kept = Around(find_spot(settings.GEOCODING_API, text, around=_centre(space)))
        except AddressServiceError:
            return Around(
                refusal="Le service d'adresses ne répond pas. Indiquez une commune ou un code postal."
            )
        cache.set(key, kept, _KEPT_SECONDS)
    if kept.spot is None:
        return Around(refusal=f"Aucune adresse ne ressemble à « {text[:80]} ».")
    return kept


def _commune(space: Space, text: str) -> Municipality | None:
    """The commune that `text` names: one of here first, since several may share a name."""
    wanted = fold_name(text)
    for commune in Municipality.objects.filter(pk__in=perimeter_codes(space)):
        if fold_name(commune.name) == wanted:
            return commune
    code = find_municipality(text, text if text.isdigit() else "")
    return Municipality.objects.filter(pk=code).first() if code else None


def _centre(space: Space) -> tuple[float, float] | None:
    """Middle of the perimeter, so that « 12 rue de Paris » is the one of here."""
    here = Municipality.objects.filter(pk__in=perimeter_codes(space))
    centre = here.aggregate(lon=Avg("lon"), lat=Avg("lat"))
    return (centre["lon"], centre["lat"]) if centre["lon"] is not None else None
