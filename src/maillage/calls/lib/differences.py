"""What changed between two deposits of a file, question by question."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from maillage.calls.lib.answer_words import NOTHING, said
from maillage.calls.lib.form import Field, FieldType, Form


@dataclass(frozen=True, slots=True)
class Difference:
    """`before` and `after` are words; « Sans réponse » when there was none."""

    label: str
    before: str
    after: str


def differences(
    form: Form, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[Difference]:
    """Answers in the order of the form, then files, then partners. Both are contents of `lib/frozen.py`."""
    return [
        *_answers(form, before.get("answers", {}), after.get("answers", {})),
        *_files(form, before.get("files", ()), after.get("files", ())),
        *_partners(before.get("partners", ()), after.get("partners", ())),
    ]


def _answers(
    form: Form, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Difference]:
    for one in form.fields:
        if before.get(one.code) != after.get(one.code):
            yield Difference(one.label, _words(one, before), _words(one, after))


def _words(field: Field, answers: Mapping[str, Any]) -> str:
    return said(field, answers.get(field.code)) or NOTHING


def _files(form: Form, before: Any, after: Any) -> Iterator[Difference]:
    for one in form.fields:
        if one.type != FieldType.FILE:
            continue
        names = [_names(rows, one.code) for rows in (before, after)]
        prints = [
            sorted(row.get("sha256", "") for row in rows if row.get("code") == one.code)
            for rows in (before, after)
        ]
        if prints[0] != prints[1]:
            yield Difference(one.label, names[0], names[1])


def _names(rows: Any, code: str) -> str:
    return (
        ", ".join(row.get("name", "") for row in rows if row.get("code") == code) or "Aucune pièce"
    )


def _partners(before: Any, after: Any) -> Iterator[Difference]:
    known = {row.get("id"): row for row in before}
    now = {row.get("id"): row for row in after}
    for pk in [*known, *(pk for pk in now if pk not in known)]:
        old, new = known.get(pk), now.get(pk)
        if old is None or new is None or _share(old) != _share(new):
            name = (new or old or {}).get("name", "")
            yield Difference(
                f"Partenaire : {name}",
                _share(old) if old else "Absent",
                _share(new) if new else "Absent",
            )


def _share(row: Mapping[str, Any]) -> str:
    parts = [
        f"{row['share']} %" if row.get("share") else "sans part",
        f"{row['amount']} €" if row.get("amount") else "sans montant",
        row.get("tasks") or "sans tâche dite",
        "engagé" if row.get("engaged_at") else "pas encore engagé",
    ]
    return ", ".join(parts)
