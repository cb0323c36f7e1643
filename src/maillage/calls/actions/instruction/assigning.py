"""Who follows which file: by hand, by the rules of the call, and who wants to be told besides."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from maillage.accounts.models import User
from maillage.calls.actions.instruction.holding import record, take
from maillage.calls.lib.conditions import holds
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Application, Edition, Follower, RoutingRule
from maillage.calls.permissions import is_recused
from maillage.calls.queries.examining import answers_of
from maillage.core import journal
from maillage.moderation.queries.scope import agents_of


@transaction.atomic
def assign(
    application: Application, user: User | None, *, by: User | None, now: datetime
) -> int | None:
    """Give the file to an agent of the space, or to nobody; who followed it before, by key."""
    held = take(application, by)
    if user is not None:
        if user not in agents_of(held.edition.space):
            raise StepRefused("Choisissez un agent de cet espace.")
        if is_recused(user, held):
            raise StepRefused(
                "Cette personne ne peut pas suivre ce dossier : choisissez-en une autre."
            )
    before: int | None = held.assigned_to_id
    after = user.pk if user else None
    if before != after:
        held.assigned_to = user
        held.save(update_fields=["assigned_to"])
        changes = {"assigned_to": [before, after]}
        record(held, "application_assigned", by=by, now=now, changes=changes)
    return before


@transaction.atomic
def follow(application: Application, *, wanted: bool, by: User, now: datetime) -> None:
    """Be told of the file besides who follows it up, or no longer."""
    held = take(application, by)
    if wanted:
        Follower.objects.get_or_create(application=held, user=by, defaults={"at": now})
    else:
        Follower.objects.filter(application=held, user=by).delete()


@transaction.atomic
def route(
    application: Application, *, now: datetime, by: User | None = None, again: bool = False
) -> User | None:
    """Give the file to the agent whom the rules of its call name; `again` takes it from whoever has it.

    Without a rule that fits nothing changes.
    """
    if application.assigned_to_id is not None and not again:
        return None
    user = _named(application)
    if user is not None:
        assign(application, user, by=by, now=now)
    return user


def route_deposit(application: Application, *, now: datetime) -> User | None:
    """The same within the transaction of a deposit, whose row is not numbered yet; `application` is kept in step."""
    if application.assigned_to_id is not None:
        return None
    user = _named(application)
    if user is not None:
        Application.objects.filter(pk=application.pk).update(assigned_to=user)
        application.assigned_to = user
        record(
            application,
            "application_assigned",
            by=None,
            now=now,
            changes={"assigned_to": [None, user.pk]},
        )
    return user


def _named(application: Application) -> User | None:
    """By the first rule that fits; one whose person left the space, or is recused of the file, is passed over."""
    rules = list(RoutingRule.objects.filter(edition=application.edition_id).select_related("user"))
    if not rules:
        return None
    agents = set(agents_of(application.edition.space))
    answers = answers_of(application) | _columns(application)
    for rule in rules:
        if rule.user not in agents or is_recused(rule.user, application):
            continue
        if holds(rule.condition, answers):
            return rule.user
    return None


def _columns(application: Application) -> dict[str, Any]:
    """What rules may name besides the questions of the form."""
    return {
        "_theme": application.theme,
        "_typology": application.typology,
        "_places": application.places,
        "_requested": str(application.requested) if application.requested is not None else "",
    }


@transaction.atomic
def save_rules(
    edition: Edition,
    rules: Iterable[tuple[str, dict[str, Any], User]],
    *,
    by: User,
    now: datetime,
) -> int:
    """Replace the rules of the call, in this order; files keep who follows them."""
    edition.routing.all().delete()
    made = [
        RoutingRule(edition=edition, label=label, condition=condition, user=user, position=rank)
        for rank, (label, condition, user) in enumerate(rules)
    ]
    RoutingRule.objects.bulk_create(made)
    changes = {"rules": ["", len(made)]}
    journal.record(
        "routing_saved", edition, by=by, at=now, space_id=edition.space_id, changes=changes
    )
    return len(made)
