"""Edit the tables shared by every space: terms, synonyms, rules of the ESS perimeter."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from django.utils.text import slugify

from maillage.core import journal
from maillage.structures.enums import Axis
from maillage.structures.models import Activity, LegalCategory, Synonym, Term

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.db.models import Model

Row = TypeVar("Row", bound="Model")
PREFIXES = {
    Axis.SECTOR: "sec",
    Axis.AIM: "us",
    Axis.AUDIENCE: "pub",
    Axis.LABEL: "lab",
    Axis.ROLE: "rol",
}


class TaxonomyError(ValueError):
    """The table refuses the change. The message is one French sentence."""


def _edit(
    row: Row,
    values: dict[str, Any],
    *,
    by: "AbstractBaseUser | None",
    now: datetime,
    space_id: int | None,
) -> Row:
    """Write the values that differ, with one line in the journal; nothing differs, nothing happens."""
    changes: dict[str, list[Any]] = {}
    for name, value in values.items():
        before = getattr(row, name)
        if before != value:
            changes[name] = [_plain(before), _plain(value)]
            setattr(row, name, value)
    if changes:
        row.save(update_fields=list(changes))
        journal.record("edited", row, by=by, at=now, changes=changes, space_id=space_id)
        journal.tick("structures")
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if hasattr(value, "pk") else value


@transaction.atomic
def add_term(
    axis: str,
    fields: dict[str, Any],
    *,
    by: "AbstractBaseUser | None",
    now: datetime,
    space_id: int,
) -> Term:
    """A new value of an axis, last in its order. Its code comes from its label and never changes."""
    base = slugify(f"{PREFIXES[Axis(axis)]}-{fields['label']}")[:50].strip("-")
    code, number = base, 2
    while Term.objects.filter(code=code).exists():
        code, number = f"{base}-{number}", number + 1
    last = Term.objects.filter(axis=axis).order_by("-position").first()
    position = last.position + 1 if last else 1
    parent = fields.get("parent")
    if parent and not fields.get("hue"):
        fields = {**fields, "hue": parent.hue, "icon": parent.icon}
    term = Term.objects.create(axis=axis, code=code, position=position, **fields)
    journal.record(
        "term_added", term, by=by, at=now, changes={"label": ["", term.label]}, space_id=space_id
    )
    journal.tick("structures")
    return term


@transaction.atomic
def edit_term(
    term: Term,
    fields: dict[str, Any],
    *,
    by: "AbstractBaseUser | None",
    now: datetime,
    space_id: int,
) -> Term:
    """Change the words of a term, or put it out of use with `ended_on`: those who hold it keep it."""
    parent = fields.get("parent")
    if parent and term.pk in {parent.pk, parent.parent_id}:
        raise TaxonomyError("Un terme ne peut être placé sous lui-même.")
    return _edit(term, fields, by=by, now=now, space_id=space_id)


@transaction.atomic
def save_synonym(
    words: str,
    *,
    synonym: Synonym | None = None,
    by: "AbstractBaseUser | None",
    now: datetime,
    space_id: int,
) -> Synonym:
    """A group of at least two expressions, separated by commas."""
    parts = list(dict.fromkeys(" ".join(part.split()) for part in words.split(",") if part.strip()))
    if len(parts) < 2:
        raise TaxonomyError(
            "Un groupe demande au moins deux mots ou expressions, séparés par des virgules."
        )
    text = ", ".join(parts)
    if len(text) > 300:
        raise TaxonomyError("Un groupe tient en 300 caractères : faites-en deux.")
    others = Synonym.objects.filter(words=text)
    if (others.exclude(pk=synonym.pk) if synonym else others).exists():
        raise TaxonomyError("Ce groupe existe déjà.")
    if synonym:
        return _edit(synonym, {"words": text}, by=by, now=now, space_id=space_id)
    synonym = Synonym.objects.create(words=text)
    journal.record(
        "synonym_added", synonym, by=by, at=now, changes={"words": ["", text]}, space_id=space_id
    )
    journal.tick("structures")
    return synonym


@transaction.atomic
def remove_synonym(
    synonym: Synonym, *, by: "AbstractBaseUser | None", now: datetime, space_id: int
) -> None:
    journal.record(
        "synonym_removed",
        synonym,
        by=by,
        at=now,
        changes={"words": [synonym.words, ""]},
        space_id=space_id,
    )
    synonym.delete()
    journal.tick("structures")


@transaction.atomic
def edit_legal_category(
    category: LegalCategory,
    fields: dict[str, Any],
    *,
    by: "AbstractBaseUser | None",
    now: datetime,
    space_id: int | None,
) -> LegalCategory:
    """Change what a legal form says of membership. Statuses follow by `recompute_statuses`."""
    return _edit(category, fields, by=by, now=now, space_id=space_id)


@transaction.atomic
def edit_activity(
    activity: Activity,
    fields: dict[str, Any],
    *,
    by: "AbstractBaseUser | None",
    now: datetime,
    space_id: int | None,
) -> Activity:
    """Change what an activity says of membership and sector. Statuses follow by `recompute_statuses`."""
    return _edit(activity, fields, by=by, now=now, space_id=space_id)
