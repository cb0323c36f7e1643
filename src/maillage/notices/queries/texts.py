"""The texts of letters that a space may write in its own words."""

import hashlib
from dataclasses import dataclass
from itertools import groupby

from maillage.core.letters.compose import Composed, compose, places_in
from maillage.core.letters.kinds import LetterKind, kind_of, kinds
from maillage.core.models import LetterText
from maillage.notices.lib.categories import label_of
from maillage.spaces.models import Space
from maillage.structures.models import Structure


@dataclass(frozen=True)
class TextLine:
    kind: LetterKind
    is_ours: bool


def editable(code: str) -> LetterKind | None:
    """None for a kind that does not exist or that a space may not rewrite."""
    try:
        kind = kind_of(code)
    except LookupError:
        return None
    return kind if kind.editable else None


def text_lines(space: Space) -> list[tuple[str, list[TextLine]]]:
    """By category, those of no category last."""
    changed = set(LetterText.objects.filter(space_id=space.pk).values_list("kind", flat=True))
    lines = [TextLine(kind, kind.code not in changed) for kind in kinds() if kind.editable]
    lines.sort(key=lambda line: (not line.kind.category, line.kind.category, line.kind.label))
    return [
        (label_of(category) if category else "Comptes et vérifications", list(group))
        for category, group in groupby(lines, key=lambda line: line.kind.category)
    ]


def present_text(space: Space, kind: LetterKind) -> LetterText:
    """What is sent today: the space's words (saved), or ours (not saved)."""
    found = LetterText.objects.filter(space_id=space.pk, kind=kind.code).first()
    return found or LetterText(
        space_id=space.pk, kind=kind.code, subject=kind.subject, text=kind.text
    )


def version_of(text: LetterText) -> str:
    """Tells whether somebody else wrote meanwhile."""
    return hashlib.sha256(f"{text.subject}\0{text.text}".encode()).hexdigest()[:16]


def known_places(kind: LetterKind) -> list[str]:
    """Words in braces that a text may hold."""
    asked = places_in(kind.subject) | places_in(kind.text) | set(kind.places)
    return sorted(asked - {"link"})


def preview(space: Space, kind: LetterKind, text: LetterText) -> Composed:
    """With this space's name and one of its structures; the kind's examples for the rest."""
    values: dict[str, object] = dict(kind.places)
    if "space" in values:
        values["space"] = space.name
    structure = Structure.objects.published().in_space(space).order_by("name", "id").first()
    if "structure" in values and structure is not None:
        values["structure"] = structure.name
    return compose(kind, values, text)
