"""Two pages for one structure become one; the old address redirects for ever, and it can be taken back."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model

from maillage.accounts.models import User
from maillage.core import journal
from maillage.core.models import JournalEntry
from maillage.spaces.models import Space
from maillage.structures.actions.after import after_write
from maillage.structures.actions.hold import hold
from maillage.structures.actions.merge_people import give_people_back, move_people
from maillage.structures.enums import Disclosure, State
from maillage.structures.lib import python_value
from maillage.structures.models import (
    Document,
    Label,
    Link,
    Picture,
    Service,
    Structure,
    StructureTerm,
    Teaser,
)

_FILLED = (
    "legal_name", "acronym", "description", "website", "email", "phone", "legal_category", "activity_code",
    "activity_nomenclature", "family", "size_band", "size_year", "is_employer", "created_on",
)  # fmt: skip
# What goes to the winner with the loser's people, and what makes two rows of each the same one.
_MOVED: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "labels": (Label, ("term_id", "establishment_id")),
    "terms": (StructureTerm, ("term_id",)),
    "services": (Service, ("id",)),
    "pictures": (Picture, ("id",)),
    "documents": (Document, ("id",)),
    "links": (Link, ("url",)),
    "teasers": (Teaser, ("id",)),
}


@transaction.atomic
def merge_structures(
    loser: Structure, winner: Structure, *, by: User, now: datetime, space: Space
) -> None:
    """Move what the loser has, its people included, to the winner, which also takes the values it lacks.

    Raises `ValidationError` when both are the same, already merged, or have different SIREN or RNA numbers.
    """
    hold(loser, winner)
    _check(loser, winner)
    moved: dict[str, Any] = {
        "places": list(loser.establishments.values_list("pk", flat=True)),
        "heads": list(
            loser.establishments.filter(is_head_office=True).values_list("pk", flat=True)
        ),
        **{what: _move_rows(loser, winner, *rule) for what, rule in _MOVED.items()},
        "people": move_people(loser, winner),
        "filled": {},
        "state": loser.state,
    }
    loser.establishments.update(structure=winner, is_head_office=False)
    taken_off = _carry_suppressions(loser, winner)
    if (
        Disclosure.PARTIAL in {loser.disclosure, winner.disclosure}
        and loser.disclosure != winner.disclosure
    ):
        # Hidden there, hidden here: what comes is a home's address, a person's telephone.
        moved["disclosure"] = winner.disclosure
        winner.disclosure = Disclosure.PARTIAL
    for name in ("siren", "rna", *_FILLED):
        value = getattr(loser, name)
        if value in (None, "") or getattr(winner, name) not in (None, "") or name in taken_off:
            continue
        moved["filled"][name] = value.isoformat() if hasattr(value, "isoformat") else value
        setattr(winner, name, value)
        if name in loser.provenance:
            winner.provenance[name] = loser.provenance[name]
        if name in loser.contact_visibility:  # hidden there, hidden here
            winner.contact_visibility[name] = loser.contact_visibility[name]
        if name in {"siren", "rna"}:
            setattr(loser, name, None)
    loser.merged_into, loser.state = winner, State.ARCHIVED
    loser.save()
    winner.save()
    for page, other in ((loser, winner), (winner, loser)):
        journal.record(
            "merge",
            page,
            by=by,
            at=now,
            changes={
                "merged": [None, other.name],
                "moved": [None, moved if page is loser else None],
            },
            space_id=space.pk,
        )
    after_write(structures={loser.pk, winner.pk}, places=moved["places"], now=now)


def _carry_suppressions(loser: Structure, winner: Structure) -> set[str]:
    """What somebody had taken off either page: the one that stays remembers all of it."""
    for one in loser.suppressions.all():
        winner.suppressions.get_or_create(
            field=one.field, defaults={"at": one.at, "request_id": one.request_id}
        )
    return set(winner.suppressions.values_list("field", flat=True))


def _check(loser: Structure, winner: Structure) -> None:
    if loser.pk == winner.pk:
        raise ValidationError(
            "Choisissez une autre structure : une fiche ne peut pas être fusionnée avec elle-même."
        )
    if loser.merged_into_id or winner.merged_into_id:
        raise ValidationError("L'une des deux fiches a déjà été fusionnée.")
    if loser.siren and winner.siren and loser.siren != winner.siren:
        raise ValidationError(
            "Ces deux structures ont des SIREN différents : ce sont deux personnes morales distinctes."
        )
    if loser.rna and winner.rna and loser.rna != winner.rna:
        raise ValidationError(
            "Ces deux structures ont des numéros RNA différents : ce sont deux associations distinctes."
        )


def _move_rows(
    loser: Structure, winner: Structure, model: type[Model], key: tuple[str, ...]
) -> list[int]:
    """Give the winner the rows it has no equal of; the others stay with the loser's page."""
    rows = model._default_manager
    held = set(rows.filter(structure=winner).values_list(*key))
    moved = [
        row.pk
        for row in rows.filter(structure=loser)
        if tuple(getattr(row, name) for name in key) not in held
    ]
    values = (
        {"structure": winner, "is_main": False} if model is StructureTerm else {"structure": winner}
    )
    rows.filter(pk__in=moved).update(**values)
    return moved


@transaction.atomic
def unmerge_structure(loser: Structure, *, by: User, now: datetime, space: Space) -> None:
    """Take a merge back: the two pages are as before, but for what was edited since."""
    hold(loser)
    winner = loser.merged_into
    if winner is None:
        raise ValidationError("Cette fiche n'est pas fusionnée.")
    hold(winner)
    entry = (
        JournalEntry.objects.filter(
            subject_type="structures.structure", subject_id=str(loser.pk), action="merge"
        )
        .order_by("-id")
        .first()
    )
    moved = entry.changes["moved"][1] if entry else {}
    winner.establishments.filter(pk__in=moved.get("places", ())).update(structure=loser)
    loser.establishments.filter(pk__in=moved.get("heads", ())).update(is_head_office=True)
    for what, (model, _key) in _MOVED.items():
        rows = model._default_manager.filter(structure=winner, pk__in=moved.get(what, ()))
        rows.update(structure=loser)
    give_people_back(loser, winner, moved.get("people", {}))
    blank = Structure()
    for name, said in moved.get("filled", {}).items():
        value = python_value(Structure, name, said)
        if getattr(winner, name) != value:
            continue  # edited since: the winner keeps it
        setattr(winner, name, getattr(blank, name))
        winner.provenance.pop(name, None)
        setattr(loser, name, value)
    winner.disclosure = moved.get("disclosure", winner.disclosure)
    loser.merged_into, loser.state = None, moved.get("state", State.ACTIVE)
    winner.save()
    loser.save()
    for page in (loser, winner):
        journal.record(
            "unmerge",
            page,
            by=by,
            at=now,
            changes={"merged": [winner.name, None]},
            space_id=space.pk,
        )
    after_write(structures={loser.pk, winner.pk}, places=moved.get("places", ()), now=now)
