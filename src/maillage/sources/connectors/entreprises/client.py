"""Client of the API Recherche d'entreprises, within the limits of its public documentation.

Seven requests a second for an address (we keep under), 429 with Retry-After beyond; `page × per_page`
at most 10 000, and `total_results` capped at that ceiling.
"""

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any, Self

import httpx
from django.utils import timezone

from maillage.sources.connectors.base import SourceError

PER_PAGE = 25
CEILING = 10_000
PER_SECOND = 6.5
ATTEMPTS = 6
LONGEST_WAIT = 120.0
MAX_ANSWER = 20_000_000


class EntreprisesClient:
    """Use as a context manager. `clock` and `sleep` are those of `time`; a test may give its own."""

    def __init__(
        self,
        url: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = f"{url.rstrip('/')}/search"
        self._clock, self._sleep = clock, sleep
        self._next = 0.0
        self._http = httpx.Client(
            timeout=30.0, headers={"User-Agent": "maillage", "Accept": "application/json"}
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def search(self, params: dict[str, str]) -> dict[str, Any]:
        """One page of results.

        Raises:
            SourceError: the API refuses the question, or does not answer after six patient attempts.
        """
        trouble = ""
        for attempt in range(ATTEMPTS):
            self._keep_pace()
            try:
                answer = self._http.get(self.url, params=params)
            except httpx.TransportError as error:
                trouble, wait = f"pas de réponse ({type(error).__name__})", 2.0**attempt
            else:
                if answer.status_code == httpx.codes.OK:
                    found = _results(answer)
                    if found is not None:
                        return found
                    trouble, wait = "réponse illisible", 2.0**attempt
                elif answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
                    trouble = "trop de requêtes"
                    wait = _retry_after(answer.headers.get("Retry-After", ""), 2.0**attempt)
                elif answer.is_server_error:
                    trouble, wait = f"erreur {answer.status_code}", 2.0**attempt
                else:
                    raise SourceError(
                        f"L'API Recherche d'entreprises refuse la question : {_refusal(answer)}."
                    )
            if attempt + 1 < ATTEMPTS:
                self._sleep(min(wait, LONGEST_WAIT))
        raise SourceError(
            f"L'API Recherche d'entreprises ne répond pas comme prévu ({trouble}). Ce qui est déjà lu est "
            "gardé un jour : relancez la même commande pour continuer."
        )

    def _keep_pace(self) -> None:
        now = self._clock()
        if now < self._next:
            self._sleep(self._next - now)
            now = self._next
        self._next = now + 1 / PER_SECOND


def _results(answer: httpx.Response) -> dict[str, Any] | None:
    if len(answer.content) > MAX_ANSWER:
        return None
    try:
        found = answer.json()
    except ValueError:
        return None
    if not isinstance(found, dict) or not isinstance(found.get("results"), list):
        return None
    return found if isinstance(found.get("total_results"), int) else None


def _retry_after(said: str, otherwise: float) -> float:
    """Seconds of the header, a number or a date; at least `otherwise` when it says neither."""
    if said.strip().isdigit():
        return float(said)
    try:
        return max(0.0, (parsedate_to_datetime(said) - timezone.now()).total_seconds())
    except (TypeError, ValueError):
        return otherwise


def _refusal(answer: httpx.Response) -> str:
    try:
        said = str(answer.json().get("erreur", ""))
    except (ValueError, AttributeError):
        said = ""
    return (said or f"erreur {answer.status_code}").rstrip(".")[:200]
