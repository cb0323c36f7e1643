"""Fill a kind's words in braces. Values are plain text: they never become markup, a header or a link."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from maillage.core.letters.kinds import LetterKind
from maillage.core.letters.models import LetterText

_PLACE = re.compile(r"\{([a-z_]+)\}")


class Composed(NamedTuple):
    subject: str
    text: str


def places_in(text: str) -> set[str]:
    """Names of the words in braces."""
    return set(_PLACE.findall(text))


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
    body = fill(text.text if text else kind.text, values)
    if kind.why:
        body = f"{body.rstrip()}\n\n{fill(kind.why, values)}"
    return Composed(" ".join(subject.split())[:200], body.replace("\r\n", "\n"))
