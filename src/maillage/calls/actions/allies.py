"""Say what one brings and seeks, form groups, write to them, and begin the file of a group."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from maillage.accounts.actions import tell
from maillage.accounts.models import User
from maillage.calls.actions.beginning import begin
from maillage.calls.actions.partners import Share, Who, add_partner
from maillage.calls.enums import IntentionStatus, PartnerRole
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import AllyGroup, Application, Edition, Intention
from maillage.calls.notices.allies import APPLIED, GROUPED, MESSAGE
from maillage.calls.queries.allies import (
    Group,
    group_of,
    is_member,
    structures_of,
    takes_intentions,
    who,
)
from maillage.core import journal
from maillage.core.letters.kinds import LetterKind
from maillage.structures.actions.telling import link_to
from maillage.structures.models import Structure

MOST = 20
LONGEST = 2000
_CLOSED = "Cet appel est clos : il n'y a plus d'alliés à chercher."


@transaction.atomic
def say_intention(
    edition: Edition,
    *,
    by: User,
    now: datetime,
    structure: Structure | None,
    brings: str,
    seeks: str = "",
    theme: str = "",
    commune: str = "",
) -> Intention:
    """Shown to people who are signed in, without any address. Said again, it replaces what was said."""
    if not takes_intentions(edition, now):
        raise StepRefused(_CLOSED)
    if structure is not None and structure not in structures_of(by):
        raise StepRefused("Vous ne tenez pas la fiche de cette structure.")
    words = {"brings": brings, "seeks": seeks, "theme": theme, "municipality_code": commune}
    rows = Intention.objects.select_for_update().exclude(status=IntentionStatus.ENDED)
    known = rows.filter(edition=edition, user=by, structure=structure).first()
    if known is None and rows.filter(edition=edition, user=by).count() >= MOST:
        raise ValidationError(f"{MOST} intentions au plus : retirez-en une d'abord.")
    one = known or Intention(edition=edition, user=by, structure=structure)
    for name, value in words.items():
        setattr(one, name, value)
    one.at = now
    one.save()
    journal.record("intention_said", one, by=by, at=now, space_id=edition.space_id)
    return one


@transaction.atomic
def withdraw(intention: Intention, *, by: User, now: datetime) -> None:
    """No longer shown, nor in a group. No effect the second time."""
    if intention.user_id != by.pk:
        raise StepRefused("Cette intention n'est pas la vôtre.")
    changed = (
        Intention.objects.filter(pk=intention.pk)
        .exclude(status=IntentionStatus.ENDED)
        .update(status=IntentionStatus.ENDED, group=None)
    )
    if changed:
        space = intention.edition.space_id
        journal.record("intention_withdrawn", intention, by=by, at=now, space_id=space)


@transaction.atomic
def save_group(
    group: AllyGroup, members: Sequence[Intention], *, by: User, now: datetime, version: int
) -> AllyGroup:
    """Form a group, or change it: who enters is told, who leaves seeks allies again."""
    new = group.pk is None
    if new:
        group.created_by, group.created_at = by, now
    else:
        held = AllyGroup.objects.select_for_update().get(pk=group.pk)
        if held.version != version:
            raise StepRefused("Quelqu'un d'autre a changé ce groupe entre-temps : relisez-le.")
        group.version = held.version + 1
        group.application_id = held.application_id
    group.save()
    wanted = {one.pk for one in members}
    current = Intention.objects.filter(group=group)
    before = set(current.values_list("pk", flat=True))
    current.exclude(pk__in=wanted).update(group=None, status=IntentionStatus.OPEN)
    free = Intention.objects.filter(pk__in=wanted, edition=group.edition)
    free.exclude(status=IntentionStatus.ENDED).update(group=group, status=IntentionStatus.GROUPED)
    journal.record("allies_grouped", group, by=by, at=now, space_id=group.edition.space_id)
    found = group_of(group)
    for one in found.members:
        if one.pk not in before:
            others = ", ".join(who(other) for other in found.members if other.pk != one.pk)
            _tell(found, [one.user], GROUPED, now=now, others=others or "personne encore")
    return group


@transaction.atomic
def write_to_group(group: AllyGroup, words: str, *, by: User, now: datetime) -> int:
    """A letter to each member but the author; how many were written."""
    if not words.strip():
        raise ValidationError({"words": ["Écrivez votre message."]})
    found = group_of(group)
    people = [one.user for one in found.members if one.user_id != by.pk]
    unique = list({user.pk: user for user in people}.values())
    _tell(found, unique, MESSAGE, now=now, who=str(by), words=words.strip()[:LONGEST])
    journal.record("allies_written", group, by=by, at=now, space_id=group.edition.space_id)
    return len(unique)


def apply_together(
    group: AllyGroup, structure: Structure, *, by: User, now: datetime
) -> Application:
    """A draft led by `structure`, every other member of the group invited as a partner; the lead settles the shares.

    Raises what `begin` raises.
    """
    found = group_of(group)
    if not is_member(by, found):
        raise StepRefused("Seul un membre du groupe peut commencer sa candidature.")
    if structure not in structures_of(by):
        raise StepRefused("Vous ne tenez pas la fiche de cette structure.")
    with transaction.atomic():
        held = AllyGroup.objects.select_for_update().get(pk=group.pk)
        if held.application_id is not None:
            raise StepRefused("Ce groupe a déjà commencé sa candidature.")
        application = begin(group.edition, by=by, now=now, structure=structure)
        _invite_others(found, application, structure, by, now)
        held.application = application
        held.save(update_fields=["application"])
        journal.record("allies_applied", held, by=by, at=now, space_id=group.edition.space_id)
        people = {one.user_id: one.user for one in found.members if one.user_id != by.pk}
        _tell(found, list(people.values()), APPLIED, now=now, lead=structure.name)
    return application


def _invite_others(
    group: Group, application: Application, lead: Structure, by: User, now: datetime
) -> None:
    asked: set[object] = {lead.pk}
    for one in group.members:
        key = one.structure_id or f"person {one.user_id}"
        alone = one.structure is None and one.user_id == by.pk
        if key in asked or alone:
            continue
        asked.add(key)
        invited = Who(structure=one.structure)
        if one.structure is None:
            invited = Who(name=str(one.user), contact_email=one.user.email)
        share = Share(PartnerRole.FUNDED, None, None, one.brings[:600])
        add_partner(application, invited, share, by=by, now=now)


def _tell(
    group: Group, people: Sequence[User], kind: LetterKind, *, now: datetime, **values: str
) -> None:
    edition = group.row.edition
    tell(
        people,
        kind,
        {"group": group.row.name, "call": edition.title, **values},
        now=now,
        link=link_to("allies:group", edition.space.slug, edition.slug, group.row.pk),
        space_id=edition.space_id,
    )
