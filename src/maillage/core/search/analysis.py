"""From French text to search words, the same for documents and for queries, on every database.

A word has two faces: its plain form (lower case, no accent) and its stem. Documents are indexed
with both; a query matches on stems, and its last word also on the beginning of plain forms.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import Stemmer

LONGEST_WORD = 40
_STOP_WORDS = (
    "a au aux avec ce ces cet cette chez d dans de des du elle en entre est et eux il ils je l"
    " la le les leur leurs lui m ma mais me mes n ne nos notre nous on ou par pas pour qu que qui s"
    " sa sans se ses son sont sur t ta te tes toi ton tu un une vers vos votre vous y"
)
STOP_WORDS = frozenset(_STOP_WORDS.split())
_LIGATURES = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "’": "'"}
)
# SIREN (9 digits) and SIRET (14), often written with spaces or dots.
_LONG_NUMBER = re.compile(
    r"(?<![a-z0-9])\d{3}[\s.]?\d{3}[\s.]?\d{3}(?:[\s.]?\d{5}|\s?\d{2}\s?\d{3})?(?!\d)"
)
_DOTTED_ACRONYM = re.compile(r"(?<![a-z0-9.])(?:[a-z]\.){2,}[a-z]?(?![a-z0-9])")
_ELISION = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quelqu)'")
_WORD = re.compile(r"[^\W_]+")
_SEPARATORS = re.compile(r"[\s.]")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
# A stemmer object keeps a buffer: each thread has its own.
_local = threading.local()


class Word(NamedTuple):
    plain: str
    stem: str


def fold(text: str) -> str:
    """Lower case, without accents nor ligatures; control characters become spaces."""
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    return "".join(
        " " if unicodedata.category(char) == "Cc" else char
        for char in decomposed
        if not unicodedata.combining(char)
    )


def _fold(text: str) -> str:
    if text.isascii():
        return text.lower().replace("\0", " ")
    return fold(text)


def words(text: str) -> Iterator[Word]:
    """Words of `text` in order, without stop words."""
    folded = _fold(text)
    folded = _LONG_NUMBER.sub(lambda found: f" {_SEPARATORS.sub('', found[0])} ", folded)
    folded = _DOTTED_ACRONYM.sub(lambda found: f" {found[0].replace('.', '')} ", folded)
    for found in _WORD.findall(_ELISION.sub(" ", folded)):
        if found not in STOP_WORDS:
            yield _word(found)


@lru_cache(maxsize=100_000)
def _word(token: str) -> Word:
    plain = (token if _ASCII_WORD.fullmatch(token) else _spelled(token))[:LONGEST_WORD]
    return Word(plain, stem(plain))


def _spelled(token: str) -> str:
    """Other scripts as ASCII, so that no database's own tokenizer can cut them in its own way."""
    return "".join(char if char.isascii() else f"x{ord(char):x}" for char in token)


def stem(plain: str) -> str:
    """Stem of a plain word. Numbers, codes and words of three letters or fewer are kept whole."""
    if len(plain) <= 3 or any(char.isdigit() for char in plain):
        return plain
    singular = _singular(plain)
    stemmer = getattr(_local, "stemmer", None)
    if stemmer is None:
        stemmer = _local.stemmer = Stemmer.Stemmer("french", 0)
    return stemmer.stemWord(singular) or singular


def _singular(plain: str) -> str:
    """Without number nor feminine: Snowball relies on accents to tell them, and there are none."""
    if plain.endswith("eaux"):
        return plain[:-1]
    if plain.endswith("aux") and len(plain) > 5:
        return plain[:-2] + "l"
    if plain[-1] in "sx" and not plain.endswith("ss"):
        plain = plain[:-1]
    return plain[:-1] if plain.endswith("ee") and len(plain) > 4 else plain
