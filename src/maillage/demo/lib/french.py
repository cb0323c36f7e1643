"""Small French grammar: what a name becomes after « de », « à », and inside a sentence."""

import re

_VOWELS = "aàâeéèêëiîïoôuûüAÀÂEÉÈÊËIÎÏOÔUÛÜ"
_ARTICLE = re.compile(r"^(le |la |les |l')", re.IGNORECASE)
_CONTRACTED = {
    ("de", "le "): "du ",
    ("de", "les "): "des ",
    ("à", "le "): "au ",
    ("à", "les "): "aux ",
}
# « le 20e » is said of an arrondissement, never « de Paris 20e ».
_SPECIAL = {("de", "Paris 20e"): "du 20e", ("à", "Paris 20e"): "dans le 20e"}


def after(preposition: str, name: str) -> str:
    """`name` with its preposition, contracted or elided: « du Bourget », « d'Antony », « aux Lilas »."""
    if special := _SPECIAL.get((preposition, name)):
        return special
    article = _ARTICLE.match(name)
    if article:
        found = article.group(0)
        contracted = _CONTRACTED.get((preposition, found.lower()))
        return contracted + name[len(found) :] if contracted else f"{preposition} {name}"
    if preposition == "de" and name[:1] in _VOWELS:
        return f"d'{name}"
    return f"{preposition} {name}"


def capital(text: str) -> str:
    """First letter in capital, the rest untouched."""
    return text[:1].upper() + text[1:]


def fill(pattern: str, words: dict[str, str]) -> str:
    """Fill the `{slots}` of a sentence. A slot nobody knows raises `KeyError`."""
    return re.sub(r"\{(\w+)\}", lambda slot: words[slot.group(1)], pattern)


def bare(name: str) -> str:
    """Without its leading article: « les Murs à pêches » → « Murs à pêches »."""
    return _ARTICLE.sub("", name, count=1)


def plural(word: str) -> str:
    """Plural of a bare noun, with its adjective."""
    return " ".join(part if part[-1] in "sxz" else f"{part}s" for part in word.split())
