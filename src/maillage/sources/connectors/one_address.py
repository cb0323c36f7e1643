"""Where is this address? One quick question to the State's geocoder, for a person who waits.

Public documentation of `/search`: GeoJSON, `properties.score` in 0…1, `limit`, and `lat`/`lon` to prefer
what is near. The answer is given in two seconds and a half or not at all.
"""

import json
import time
from dataclasses import dataclass

import httpx

LONGEST_ADDRESS = 200
LEAST_SCORE = 0.4
_PATIENCE_SECONDS = 2.5
_MOST_BYTES = 64 * 2**10


@dataclass(frozen=True, slots=True)
class Spot:
    """WGS84 degrees and the address as the geocoder writes it."""

    lon: float
    lat: float
    label: str


class AddressServiceError(Exception):
    """The service does not answer, or answers something else."""


def find_spot(
    base_url: str, address: str, *, around: tuple[float, float] | None = None
) -> Spot | None:
    """The best place for `address`, preferably near `around` (lon, lat); None when nothing looks like it.

    Raises `AddressServiceError` when the service can't be asked in time.
    """
    asked: dict[str, str | int | float] = {"q": address[:LONGEST_ADDRESS], "limit": 1}
    if around:
        asked |= {"lon": around[0], "lat": around[1]}
    try:
        return _read(_get(f"{base_url.rstrip('/')}/search", asked))
    except (httpx.HTTPError, ValueError, KeyError, IndexError, TypeError) as error:
        raise AddressServiceError from error


def _get(url: str, asked: dict[str, str | int | float]) -> bytes:
    body, deadline = bytearray(), time.monotonic() + _PATIENCE_SECONDS
    timeout = httpx.Timeout(_PATIENCE_SECONDS)
    with (
        httpx.Client(timeout=timeout) as client,
        client.stream("GET", url, params=asked) as response,
    ):
        response.raise_for_status()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > _MOST_BYTES or time.monotonic() > deadline:
                raise ValueError("too long or too slow")
    return bytes(body)


def _read(body: bytes) -> Spot | None:
    features = json.loads(body)["features"]
    if not features:
        return None
    lon, lat = features[0]["geometry"]["coordinates"][:2]
    said = features[0]["properties"]
    if float(said["score"]) < LEAST_SCORE:
        return None
    return Spot(float(lon), float(lat), str(said["label"])[:LONGEST_ADDRESS])
