"""Pure helpers: names and addresses made comparable, JSON forms of field values."""

import re
import unicodedata
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from rapidfuzz import fuzz

_LEGAL_WORDS = frozenset(
    [
        "association",
        "asso",
        "assoc",
        "ass",
        "sarl",
        "sas",
        "sasu",
        "sa",
        "scop",
        "scic",
        "coop",
        "cooperative",
        "societe",
        "ste",
        "fondation",
        "mutuelle",
        "union",
        "le",
        "la",
        "les",
        "l",
        "de",
        "du",
        "des",
        "d",
        "et",
        "a",
        "au",
        "aux",
        "en",
        "pour",
        "un",
        "une",
        "the",
    ]
)
_STREET_WORDS = {
    "r": "rue", "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "boul": "boulevard",
    "pl": "place", "all": "allee", "imp": "impasse", "pass": "passage", "sq": "square", "ch": "chemin",
    "chem": "chemin", "rte": "route", "fg": "faubourg", "fbg": "faubourg", "st": "saint", "ste": "sainte",
}  # fmt: skip


def plain(text: str) -> str:
    """Lower case, without accents or punctuation, single spaces."""
    text = text.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae")
    decomposed = unicodedata.normalize("NFKD", text)
    letters = "".join(char for char in decomposed if not unicodedata.combining(char)).lower()
    return re.sub(r"[^a-z0-9]+", " ", letters).strip()


def name_key(name: str) -> str:
    """A name without articles and legal words, tokens in order; the plain name if nothing is left."""
    tokens = [token for token in plain(name).split() if token not in _LEGAL_WORDS]
    return " ".join(tokens) or plain(name)


def address_key(address: str) -> str:
    """An address with its street kinds spelt out: "12 AV. Jean-Jaurès" → "12 avenue jean jaures"."""
    return " ".join(_STREET_WORDS.get(token, token) for token in plain(address).split())


def name_similarity(left: str, right: str) -> float:
    """Between 0 and 1, on `name_key` forms; word order counts little, missing words count."""
    return max(fuzz.token_sort_ratio(left, right), fuzz.token_set_ratio(left, right) - 15) / 100


def website_key(url: str) -> str:
    """Host and path without `www.` and trailing slash; empty when there is none."""
    parts = urlsplit(url if "//" in url else f"//{url}")
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{parts.path}".rstrip("/").lower()


def to_json(value: Any) -> Any:
    """A field's value as it is stored in plans and journals."""
    return value.isoformat() if isinstance(value, date) else value


def is_empty(value: Any) -> bool:
    return value is None or value == ""
