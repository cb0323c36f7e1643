"""Take a text, a picture or a page out of sight, with a statement of reasons; and put it back."""

import json
from datetime import datetime
from typing import Any

from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import models, transaction

from maillage.accounts.actions import tell
from maillage.accounts.models import User
from maillage.core import journal
from maillage.core.uploads.store import give_back, withhold
from maillage.moderation.enums import Ground, Measure
from maillage.moderation.lib.restrictable import ROWS, TEXTS, Hidden
from maillage.moderation.lib.text import one_line, paragraphs
from maillage.moderation.models import Contribution, Restriction
from maillage.moderation.notices import RESTRICTED
from maillage.moderation.notices.statements import redress, statement_text
from maillage.spaces.models import Space
from maillage.structures.actions.after import after_write
from maillage.structures.actions.archive import archive_structure, restore_structure
from maillage.structures.actions.save import update_structure
from maillage.structures.enums import State
from maillage.structures.models import Structure


@transaction.atomic
def restrict(
    structure: Structure,
    target: str,
    *,
    ground: str,
    ground_text: str,
    facts: str,
    by: User,
    now: datetime,
    space: Space,
    contribution: Contribution | None = None,
) -> Restriction:
    """Hide `target`: `page`, a field of `TEXTS`, or `picture-12` and the like (`ROWS`).

    The people of the page get the statement of reasons. Raises `ValidationError` (by field) for an
    unknown or empty target, and without ground or facts.
    """
    errors = {}
    if ground not in Ground.values:
        errors["ground"] = ["Choisissez le fondement."]
    rule, told = one_line(ground_text)[:300], paragraphs(facts)[:2000]
    if not rule:
        errors["ground_text"] = ["Citez la règle ou l'article."]
    if not told:
        errors["facts"] = ["Écrivez les faits."]
    if errors:
        raise ValidationError(errors)
    hidden = _hide(structure, target, by=by, now=now, space=space)
    made = Restriction.objects.create(
        space=space,
        structure=structure,
        contribution=contribution,
        measure=hidden.measure,
        target=target,
        kept=hidden.kept,
        ground=ground,
        ground_text=rule,
        facts=told,
        by=by,
        at=now,
    )
    statement = statement_text(
        structure=structure.name,
        measure=hidden.measure,
        target=hidden.label,
        facts=told,
        ground=ground,
        ground_text=rule,
        contest=redress(space),
    )
    members = User.objects.filter(memberships__structure=structure, memberships__ended_at=None)
    values = {
        "structure": structure.name,
        "space": space.name,
        "kind": Measure(hidden.measure).label,
        "statement": statement,
    }
    tell(list(members.order_by("pk")), RESTRICTED, values, now=now, space_id=space.pk)
    if contribution is not None:
        Contribution.objects.filter(pk=contribution.pk).update(statement={"text": statement})
    _record("restricted", made, by=by, now=now)
    return made


def _hide(structure: Structure, target: str, *, by: User, now: datetime, space: Space) -> Hidden:
    if target == Measure.PAGE:
        before = structure.state
        if before != State.ACTIVE:
            raise ValidationError({"target": ["Cette fiche n'est déjà plus montrée."]})
        archive_structure(structure, reason="Restriction", by=by, now=now, space=space)
        return Hidden(Measure.PAGE, "", {})
    if target in TEXTS:
        value = getattr(structure, target)
        if not value:
            raise ValidationError({"target": ["Ce texte est déjà vide."]})
        update_structure(structure, {target: ""}, by=by, now=now, space=space)
        return Hidden(Measure.TEXT, TEXTS[target], {"value": value})
    return _hide_row(structure, target, by=by, now=now, space=space)


def _hide_row(
    structure: Structure, target: str, *, by: User, now: datetime, space: Space
) -> Hidden:
    kind, _dash, number = target.partition("-")
    model: type[models.Model] | None = ROWS.get(kind)
    row = None
    if model is not None and number.isdecimal() and len(number) < 19:
        row = model._default_manager.filter(structure=structure, pk=int(number)).first()
    if row is None:
        raise ValidationError({"target": ["Choisissez ce qui doit être caché."]})
    label = f"{row._meta.verbose_name} « {row} »"[:200]
    kept = {"row": json.loads(serializers.serialize("json", [row]))}
    row.delete()
    if upload_id := getattr(row, "upload_id", None):
        withhold(upload_id)
    _touch(structure, {f"{kind} {number}": [label, None]}, by=by, now=now, space=space)
    return Hidden(Measure.PICTURE if kind == "picture" else Measure.TEXT, label, kept)


def _touch(
    structure: Structure, changes: dict[str, Any], *, by: User, now: datetime, space: Space
) -> None:
    journal.record("edit", structure, by=by, at=now, changes=changes, space_id=space.pk)
    after_write(structures={structure.pk}, now=now)


@transaction.atomic
def lift(restriction: Restriction, *, by: User, now: datetime) -> Restriction:
    """Put back what was hidden. Raises `ValidationError` when it is done already, or impossible."""
    held = (
        Restriction.objects.select_for_update(of=("self",))
        .select_related("structure", "space")
        .get(pk=restriction.pk)
    )
    if held.lifted_at is not None:
        raise ValidationError("Cette restriction est déjà levée.")
    structure, space = held.structure, held.space
    if held.measure == Measure.PAGE:
        if structure.state == State.ARCHIVED:
            restore_structure(structure, by=by, now=now, space=space)
    elif held.target in TEXTS:
        if getattr(structure, held.target):
            raise ValidationError(
                "Un autre texte a été écrit depuis : l'ancien est gardé dans l'historique de la fiche."
            )
        update_structure(structure, {held.target: held.kept["value"]}, by=by, now=now, space=space)
    else:
        for found in serializers.deserialize("json", json.dumps(held.kept["row"])):
            try:
                found.object.clean_fields()  # what it points to may have gone since
            except ValidationError as error:
                raise ValidationError(
                    "Ce contenu ne peut pas être remis : son fichier n'existe plus."
                ) from error
            found.save()
            if upload_id := getattr(found.object, "upload_id", None):
                give_back(upload_id)
        _touch(
            structure, {held.target.replace("-", " "): [None, "remis"]}, by=by, now=now, space=space
        )
    held.lifted_at, held.lifted_by = now, by
    held.save(update_fields=["lifted_at", "lifted_by"])
    _record("restriction_lifted", held, by=by, now=now)
    return held


def _record(action: str, made: Restriction, *, by: User, now: datetime) -> None:
    journal.record(
        action,
        made.structure,
        by=by,
        at=now,
        changes={"restriction": [None, f"{made.get_measure_display()} {made.target}".strip()]},
        reason=made.facts,
        space_id=made.space_id,
    )
