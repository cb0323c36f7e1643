"""Kinds of letter, declared by the rooms."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.module_loading import autodiscover_modules


@dataclass(frozen=True, kw_only=True)
class LetterKind:
    """`places` names the words in braces that `subject` and `text` may hold, each with an example.

    `category` groups the kinds a person sets a rhythm for; empty, the letter is never held back.
    `secret` letters carry a key (sign-in, reset): their text is forgotten once sent, no inbox shows it.
    `button` is the label of the one link; a letter without link has none. `why` ends the letter: why it
    was received, and how to stop.
    """

    code: str
    label: str
    subject: str
    text: str
    category: str = ""
    button: str = ""
    why: str = ""
    secret: bool = False
    editable: bool = True
    places: Mapping[str, str] = field(default_factory=dict)


_kinds: dict[str, LetterKind] = {}


def declare(kind: LetterKind) -> LetterKind:
    known = _kinds.get(kind.code)
    if known and known != kind:
        raise ValueError(f"letter {kind.code} is declared twice")
    _kinds[kind.code] = kind
    return kind


def kind_of(code: str) -> LetterKind:
    """Raises LookupError for a code no room declares."""
    if code not in _kinds:
        autodiscover_modules("notices")
    if code not in _kinds:
        raise LookupError(f"no room declares the letter {code}")
    return _kinds[code]


def kinds() -> list[LetterKind]:
    autodiscover_modules("notices")
    return sorted(_kinds.values(), key=lambda kind: (kind.category, kind.label))
