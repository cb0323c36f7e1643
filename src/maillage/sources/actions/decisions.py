"""What a person decides about an import's doubts: doubtful matches and suggestions."""

from datetime import datetime

from django.db import transaction

from maillage.accounts.models import User
from maillage.core import journal
from maillage.sources.actions.runs import apply_run, create_run, plan_run
from maillage.sources.connectors.registry import connector
from maillage.sources.models import ImportRun, Match, Suggestion
from maillage.structures.actions.save import update_structure


class AlreadyDecidedError(Exception):
    """Somebody decided first. The message is a French sentence."""


@transaction.atomic
def decide_match(match: Match, decision: str, *, by: User, now: datetime) -> ImportRun | None:
    """Say whether the record kept aside is the known structure.

    `same` joins it, `different` creates it: both are a small import of their own, which can be undone
    and is returned. `later` leaves the question at the end of the queue. Asked again never.

    Raises:
        AlreadyDecidedError: the question was settled in the meantime.
    """
    open_states = [Match.Decision.PENDING, Match.Decision.LATER]
    settled = Match.objects.filter(pk=match.pk, decision__in=open_states).update(
        decision=decision, decided_by=by, decided_at=now
    )
    if not settled:
        raise AlreadyDecidedError("Ce doublon possible a déjà été tranché.")
    match.refresh_from_db()
    journal.record(
        f"match.{decision}", match, by=by, at=now, space_id=match.space_id, run_id=match.run_id
    )
    if decision == Match.Decision.LATER:
        return None
    origin = match.run
    run = create_run(
        match.space,
        "decision",
        files={},
        options={
            "record": match.record,
            "source_key": (origin.options.get("source_key") or origin.connector)
            if origin
            else "table",
            "date": origin.source_date.isoformat() if origin and origin.source_date else "",
            "match": match.pk,
        },
        by=by,
        now=now,
    )
    plan_run(run, connector("decision"), now=now)
    apply_run(run, now=now)
    change = run.changes.first()
    if decision == Match.Decision.DIFFERENT and change is not None:
        Match.objects.filter(pk=match.pk).update(created_structure=change.structure_id)
    return run


@transaction.atomic
def decide_suggestion(suggestion: Suggestion, *, accept: bool, by: User, now: datetime) -> None:
    """Take the proposed value, or say that the present one is right; a refused value is not proposed again.

    Raises:
        AlreadyDecidedError: the suggestion was settled in the meantime.
    """
    status = Suggestion.Status.ACCEPTED if accept else Suggestion.Status.REFUSED
    settled = Suggestion.objects.filter(pk=suggestion.pk, status=Suggestion.Status.PENDING).update(
        status=status, decided_by=by, decided_at=now
    )
    if not settled:
        raise AlreadyDecidedError("Cette suggestion a déjà été tranchée.")
    suggestion.refresh_from_db()
    if accept:
        update_structure(
            suggestion.structure,
            {suggestion.field: suggestion.proposed},
            by=by,
            now=now,
            space=suggestion.run.space,
        )
