"""Kinds of letter, declared by the rooms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.module_loading import autodiscover_modules

if TYPE_CHECKING:
    from maillage.core.letters.models import Letter


@dataclass(frozen=True, kw_only=True)
class LetterKind:
    """`places` names the words in braces that `subject` and `text` may hold, each with an example.

    `category` groups the kinds a person sets a rhythm for; empty, the letter is never held back.
    `secret` letters carry a key (sign-in, reset): their text is forgotten once sent, no inbox shows it.
    `button` is the label of the one link; a letter without link has none. `why` ends the letter: why it
    was received, and how to stop. `parts` writes text and HTML when a letter leaves, for one that is
    the same for thousands: its words are then kept once, elsewhere.
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
    parts: "Callable[[Letter], tuple[str, str]] | None" = None


_kinds: dict[str, LetterKind] = {}


def declare(kind: LetterKind) -> LetterKind:
    known = _kinds.get(kind.code)
    if known and known != kind:
        raise ValueError(f"letter {kind.code} is declared twice")
    _kinds[kind.code] = kind
    return kind


def known(code: str) -> LetterKind | None:
    """None for a code no room declares: a library's letter, or one of another version of the program."""
    if code not in _kinds:
        autodiscover_modules("notices")
    return _kinds.get(code)


def kind_of(code: str) -> LetterKind:
    """Raises LookupError for a code no room declares."""
    found = known(code)
    if found is None:
        raise LookupError(f"no room declares the letter {code}")
    return found


def kinds() -> list[LetterKind]:
    autodiscover_modules("notices")
    return sorted(_kinds.values(), key=lambda kind: (kind.category, kind.label))
