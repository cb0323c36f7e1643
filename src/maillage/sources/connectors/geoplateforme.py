"""Client of the State's geocoder (Géoplateforme, IGN): many addresses in one request, as CSV.

Public documentation of `/search/csv`: 50 requests a second for an address, then 429 and five seconds of
refusal; the answer gives each row back with columns `longitude`, `latitude` and `result_…`.
"""

import csv
import io
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx
from django.utils import timezone

from maillage.sources.connectors.base import SourceError

BATCH_ROWS = 5_000
MAX_ATTEMPTS = 5
MAX_ANSWER_BYTES = 20 * 2**20
BLOCKED_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 60.0
# Ten requests a second: a fifth of what is allowed, as an office shares its address.
SPACING_SECONDS = 0.1
LONGEST_ANSWER_SECONDS = 300
TIMEOUT = httpx.Timeout(90, connect=10)
_ANSWERED = ("longitude", "latitude", "result_score", "result_type", "result_citycode")


@dataclass(frozen=True, slots=True)
class Query:
    """`key` comes back with the answer; `municipality_code` bounds the search to a commune."""

    key: str
    address: str
    city: str
    municipality_code: str


@dataclass(frozen=True, slots=True)
class Answer:
    """`kind` is the geocoder's: housenumber, street, locality, municipality… `score` is in 0…1."""

    lon: float
    lat: float
    score: float
    kind: str
    municipality_code: str


class GeocodingClient:
    """`pause` waits that many seconds; a test gives its own."""

    def __init__(
        self,
        base_url: str,
        *,
        pause: Callable[[float], None] = time.sleep,
        timeout: httpx.Timeout = TIMEOUT,
    ) -> None:
        self.url = f"{base_url.rstrip('/')}/search/csv"
        self.pause = pause
        self.timeout = timeout

    def search(self, queries: Sequence[Query]) -> dict[str, Answer | None]:
        """The best answer to each query, by key; None when nothing was found. 5 000 queries at most.

        Raises `SourceError` when the service stays out of reach or answers something else.
        """
        self.pause(SPACING_SECONDS)
        return _read_answers(self._post(_as_csv(queries)), queries)

    def _post(self, content: bytes) -> str:
        """The body of the answer, after as many patient attempts as it takes, five at most."""
        trouble, wait = "", 0.0
        for attempt in range(MAX_ATTEMPTS):
            if attempt:
                self.pause(min(wait, LONGEST_PAUSE_SECONDS))
            wait = 2.0**attempt
            try:
                status, headers, body = self._request(content)
            except httpx.RequestError as error:
                trouble = (
                    "délai dépassé"
                    if isinstance(error, httpx.TimeoutException)
                    else "connexion impossible"
                )
                continue
            if status == httpx.codes.OK:
                return body
            trouble = f"réponse {status}"
            if status == httpx.codes.TOO_MANY_REQUESTS:
                wait = _retry_after(headers)
            elif status < 500:
                raise SourceError(
                    f"Le service de géocodage refuse la demande ({trouble}) : rien n'a été changé."
                )
        raise SourceError(
            f"Le service de géocodage ne répond pas après {MAX_ATTEMPTS} essais ({trouble}) : "
            "rien n'a été changé, relancez plus tard."
        )

    def _request(self, content: bytes) -> tuple[int, httpx.Headers, str]:
        with (
            httpx.Client(timeout=self.timeout) as client,
            client.stream(
                "POST",
                self.url,
                files={"data": ("adresses.csv", content, "text/csv")},
                data={
                    "columns": ["adresse", "ville"],
                    "citycode": "code_insee",
                    "result_columns": list(_ANSWERED),
                },
            ) as response,
        ):
            body, deadline = bytearray(), time.monotonic() + LONGEST_ANSWER_SECONDS
            for chunk in response.iter_bytes():
                body += chunk
                if time.monotonic() > deadline:
                    raise httpx.ReadTimeout("answer dripped out")
                if len(body) > MAX_ANSWER_BYTES:
                    raise SourceError("Le service de géocodage envoie une réponse démesurée.")
            return response.status_code, response.headers, body.decode("utf-8", "replace")


def _retry_after(headers: httpx.Headers) -> float:
    """Seconds to wait: the header's (a number or a date), at least the known five."""
    said = headers.get("Retry-After", "").strip()
    try:
        seconds = (
            float(said)
            if said.replace(".", "", 1).isdigit()
            else (parsedate_to_datetime(said) - timezone.now()).total_seconds()
        )
    except (ValueError, TypeError):
        seconds = 0.0
    return max(seconds, BLOCKED_SECONDS)


def _as_csv(queries: Sequence[Query]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["cle", "adresse", "ville", "code_insee"])
    for query in queries:
        address = " ".join(query.address.split())
        writer.writerow([query.key, address, query.city, query.municipality_code])
    return text.getvalue().encode("utf-8")


def _read_answers(body: str, queries: Sequence[Query]) -> dict[str, Answer | None]:
    try:
        rows = list(csv.DictReader(io.StringIO(body.removeprefix("\ufeff")), strict=True))
    except csv.Error as error:
        raise _unreadable("ce n'est pas un tableau") from error
    columns = set(rows[0]) if rows else set()
    if missing := sorted({"cle", *_ANSWERED} - columns):
        raise _unreadable(f"colonnes absentes : {', '.join(missing)}")
    answers = {row["cle"]: _answer(row) for row in rows}
    if len(rows) != len(queries) or answers.keys() != {query.key for query in queries}:
        raise _unreadable(f"{len(rows)} lignes pour {len(queries)} adresses")
    return answers


def _answer(row: dict[str, str]) -> Answer | None:
    try:
        lon, lat = float(row["longitude"]), float(row["latitude"])
        score = float(row["result_score"])
    except (TypeError, ValueError):
        return None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90 and 0 <= score <= 1.5):
        return None
    return Answer(
        lon=round(lon, 5),
        lat=round(lat, 5),
        score=round(min(score, 1.0), 3),
        kind=row["result_type"] or "",
        municipality_code=row["result_citycode"] or "",
    )


def _unreadable(why: str) -> SourceError:
    return SourceError(
        f"Le service de géocodage a envoyé une réponse illisible ({why}) : rien n'a été changé."
    )
