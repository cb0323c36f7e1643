"""Fill a kind's words in braces. Values are plain text: they never become markup, a header or a link.

Readers of mail turn whatever looks like an address into a link: words that people typed are made
harmless (« exemple[.]fr »), so that nobody has us send their own. Addresses of this installation stay.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from django.conf import settings

from maillage.core.letters.kinds import LetterKind
from maillage.core.letters.models import LetterText

_PLACE = re.compile(r"\{([a-z_]+)\}")
# A scheme and what follows; or a name with a dot and a tail of letters, unless an e-mail address.
_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]{1,20}:/{1,3}\S*"
    r"|(?<![\w@.-])(?:[\w-]+\.)+[a-z]{2,24}(?![\w@])(?:[/?#:]\S*)?",
    re.IGNORECASE,
)


class Composed(NamedTuple):
    subject: str
    text: str


def places_in(text: str) -> set[str]:
    """Names of the words in braces."""
    return set(_PLACE.findall(text))


def harmless(value: object) -> str:
    """`value` as text that no reader of mail makes a link of; our own addresses excepted."""

    def defuse(found: re.Match[str]) -> str:
        address = found[0]
        if address == settings.BASE_URL or address.startswith(f"{settings.BASE_URL}/"):
            return address
        return address.replace("://", " : ").replace(".", "[.]")

    return _ADDRESS.sub(defuse, str(value))


def fill(text: str, values: Mapping[str, object]) -> str:
    """`text` with its words in braces replaced, once: a value that has braces stays as it is."""
    return _PLACE.sub(lambda found: str(values.get(found[1], found[0])), text)


def compose(
    kind: LetterKind, values: Mapping[str, object], text: LetterText | None = None
) -> Composed:
    """Subject (one line, 200 characters at most) and text. Raises KeyError for a place without value."""
    missing = kind.places.keys() - values.keys() - {"link"}
    if missing:
        raise KeyError(f"{kind.code}: {', '.join(sorted(missing))}")
    subject = fill(text.subject if text else kind.subject, values)
    safe = {name: harmless(value) for name, value in values.items()}
    safe["link"] = str(values.get("link", ""))
    body = fill(text.text if text else kind.text, safe)
    if kind.why:
        body = f"{body.rstrip()}\n\n{fill(kind.why, safe)}"
    return Composed(" ".join(subject.split())[:200], body.replace("\r\n", "\n"))
