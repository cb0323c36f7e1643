"""Fill the words in double braces of a letter or an agreement.

A template is plain text: `{{ nom }}` is the only thing that is not printed as it stands. Nothing is run: a name is
looked up among those that `lib/paper_fields.py` lists. A value that nobody knows is never printed as a blank: the
merge is refused, and the refusal names it. Lines become blocks (`blocks`): `## ` a heading, `- ` an item of a list.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

_PLACE = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")
_BRACES = re.compile(r"\{\{|\}\}|\{%|%\}")


class MissingValueError(Exception):
    """Values without which the document is not made: `names`, in the order of the text."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def names_in(*texts: str) -> list[str]:
    """Names in braces, each once, in the order of the text."""
    return list(dict.fromkeys(name for text in texts for name in _PLACE.findall(text)))


def faults_of(text: str, known: Iterable[str]) -> list[str]:
    """What makes `text` no template: one French sentence each. Empty when it is one."""
    known = set(known)
    wrong = [
        f"« {name} » n'est pas un champ connu : choisissez dans la liste."
        for name in names_in(text)
        if name not in known
    ]
    if _BRACES.search(_PLACE.sub("", text)):
        wrong.append("Des accolades sont mal fermées : un champ s'écrit {{ montant }}.")
    return wrong


def merge(text: str, values: Mapping[str, str]) -> str:
    """`text` with its names replaced, once: a value that holds braces stays as it is. Raises MissingValueError."""
    missing = missing_in(text, values)
    if missing:
        raise MissingValueError(missing)
    return _PLACE.sub(lambda found: values[found[1]], text)


def missing_in(text: str, values: Mapping[str, str]) -> list[str]:
    """Names of `text` that have no value, or an empty one."""
    return [name for name in names_in(text) if not values.get(name, "").strip()]


def blocks(text: str) -> list[dict[str, Any]]:
    """The text as `heading`, `prose` and `list` blocks, for a template of documents: words, never markup."""
    made: list[dict[str, Any]] = []
    lines: list[str] = []
    items: list[str] = []

    def close() -> None:
        if lines:
            made.append({"kind": "prose", "text": "\n".join(lines)})
        if items:
            made.append({"kind": "list", "items": list(items)})
        lines.clear()
        items.clear()

    for line in text.replace("\r\n", "\n").split("\n"):
        bare = line.strip()
        if bare.startswith("## "):
            close()
            made.append({"kind": "heading", "text": bare[3:].strip()})
        elif bare.startswith("- "):
            if lines:
                close()
            items.append(bare[2:].strip())
        elif not bare:
            close()
        else:
            if items:
                close()
            lines.append(bare)
    close()
    return made
