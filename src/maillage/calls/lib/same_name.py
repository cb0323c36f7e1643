"""Whether two writings of a name may be those of one legal person."""

import re
import unicodedata

# Words that tell nothing apart.
_COMMON = frozenset(
    [
        "association",
        "asso",
        "ass",
        "de",
        "des",
        "du",
        "la",
        "le",
        "les",
        "l",
        "d",
        "et",
        "en",
        "pour",
        "sur",
        "a",
        "au",
        "aux",
        "scic",
        "scop",
        "sas",
        "sarl",
        "sa",
        "sasu",
        "cooperative",
        "fondation",
        "mutuelle",
        "societe",
        "ste",
        "mr",
        "mme",
        "m",
        "compte",
    ]
)
_ENOUGH = 0.5


def _words(name: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    return set(re.findall(r"[a-z0-9]+", plain)) - _COMMON


def resembles(first: str, second: str) -> bool:
    """Half the words of the shorter name are in the other; accents, case and legal forms do not count.

    A name made of common words only resembles everything: it proves nothing.
    """
    one, other = _words(first), _words(second)
    if not one or not other:
        return True
    return len(one & other) / min(len(one), len(other)) >= _ENOUGH
