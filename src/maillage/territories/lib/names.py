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
    return _ORDINAL.sub(lambda match: match[1], text)
