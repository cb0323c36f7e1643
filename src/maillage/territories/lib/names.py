"""Names of communes as people and registers write them, folded to one form that compares equal."""

import re
import unicodedata
from functools import lru_cache

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "’": " ", "'": " "})
_CEDEX = re.compile(r"\bcedex\b.*$")
_TRAILING_ARTICLE = re.compile(r"^(.*)\((le|la|les|l|los)\)$")
_ORDINAL = re.compile(
    r"\b0?(\d{1,2}) ?(?:er|ere|e|eme|ieme|nd|nde)?(?: (?:arr|arrdt|arrondissement))?$"
)
# « Paris XIème », « Lyon VIIe arrondissement »: only these three communes count in Roman numerals.
_ROMAN = re.compile(
    r"^(paris|lyon|marseille) ([ivx]+)(?:er|e|eme)?(?: (?:arr|arrdt|arrondissement))?$"
)
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10}
_WORDS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}


@lru_cache(maxsize=4096)
def fold_name(name: str) -> str:
    """`ST-OUEN S/ SEINE` and `Saint-Ouen-sur-Seine` give one key; `PARIS 20 CEDEX 20` gives `paris 20`."""
    text = unicodedata.normalize("NFKD", name.translate(_LIGATURES)).lower()
    text = "".join(char for char in text if not unicodedata.combining(char))
    text = _CEDEX.sub("", text.replace("s/", " sur ")).strip()
    if trailing := _TRAILING_ARTICLE.match(text):
        text = f"{trailing[2]} {trailing[1]}"
    words = re.sub(r"[^a-z0-9]+", " ", text).split()
    text = " ".join(_WORDS.get(word, word) for word in words)
    if roman := _ROMAN.match(text):
        return f"{roman[1]} {_number(roman[2])}"
    return _ORDINAL.sub(lambda match: match[1], text)


def _number(roman: str) -> int:
    """`xiv` → 14. A small digit before a greater one is taken away."""
    digits = [_ROMAN_DIGITS[letter] for letter in roman]
    pairs = zip(digits, [*digits[1:], 0], strict=True)
    return sum(-digit if digit < following else digit for digit, following in pairs)
