"""Everything an agent needs to decide on one contribution."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.utils.dateparse import parse_date

from maillage.accounts.models import User
from maillage.moderation.enums import PENDING, Illegal, Kind, State, Wrong
from maillage.moderation.lib.fields import FIELDS, PLACE, TERM
from maillage.moderation.lib.wording import said
from maillage.moderation.models import Contribution
from maillage.moderation.queries.current import current_values, place_of
from maillage.moderation.queries.public import sectors as sector_choices
from maillage.moderation.queries.queue import communes_of, is_pending
from maillage.moderation.queries.reasons import reason_label, reasons_of
from maillage.moderation.queries.scope import agents_of, seen_from
from maillage.moderation.queries.similar import Lookalike, lookalikes
from maillage.moderation.queries.undoing import can_undo
from maillage.spaces.models import Space
from maillage.structures.lib import source_label
from maillage.territories.queries import names_by_code


@dataclass(frozen=True, slots=True)
class Difference:
    """One field: what is on the page now, what is proposed, and whether the page moved in between.

    `current`, `seen` and `proposed` are in words; `raw` is the present value and `value` what the form
    edits, as codes, with `choices` when it is one of a list. `origin` says where the present value comes
    from. `is_same`: the page says it already. `is_taken`: the agent keeps it.
    """

    name: str
    label: str
    is_long: bool
    current: str
    seen: str
    proposed: str
    raw: str
    value: str
    choices: list[tuple[str, str]]
    origin: str
    has_moved: bool
    is_same: bool
    is_taken: bool


def load(space: Space, pk: int) -> Contribution:
    """A contribution that this space may see, or `Http404`."""
    found = (
        seen_from(space)
        .select_related("space", "structure", "contributor", "assigned_to", "decided_by")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found


def differences(
    contribution: Contribution,
    space: Space,
    typed: Mapping[str, str] | None = None,
    taken: Collection[str] | None = None,
) -> list[Difference]:
    """Field by field, in the order of the form. `typed` and `taken` are what the agent did with them."""
    structure, place = contribution.structure, place_of(contribution)
    now = current_values(structure, place) if structure else dict.fromkeys(FIELDS, "")
    proposed, seen, typed = contribution.fields, contribution.seen, typed or {}
    sectors = dict(sector_choices()) if "sector" in proposed else {}
    choices = {"sector": list(sectors.items())}
    if "municipality_code" in proposed:
        choices["municipality_code"] = communes_of(space)
    people = _people(contribution, place)
    found = []
    for name, known in FIELDS.items():
        if name not in proposed:
            continue
        has_moved = (
            contribution.kind == Kind.CORRECT
            and structure is not None
            and now[name] not in {seen.get(name, ""), proposed[name]}
        )
        is_same = structure is not None and now[name] == proposed[name]
        found.append(
            Difference(
                name=name,
                label=known.label,
                is_long=known.is_long,
                current=said(name, now[name], sectors),
                seen=said(name, seen.get(name, ""), sectors),
                proposed=said(name, proposed[name], sectors),
                raw=now[name],
                value=typed.get(name, proposed[name]),
                choices=choices.get(name, []),
                origin=_origin(_facts(contribution, place, name), people),
                has_moved=has_moved,
                is_same=is_same,
                is_taken=name in taken if taken is not None else not (has_moved or is_same),
            )
        )
    return found


def _facts(contribution: Contribution, place: Any, name: str) -> dict[str, Any]:
    owner = FIELDS[name].owner
    holder = place if owner == PLACE else contribution.structure
    facts = (holder.provenance or {}) if holder is not None else {}
    return facts.get("terms" if owner == TERM else name) or {}


def _people(contribution: Contribution, place: Any) -> dict[int, User]:
    facts = [_facts(contribution, place, name) for name in contribution.fields]
    ids = {fact["by"] for fact in facts if fact.get("by")}
    return User.objects.in_bulk(ids) if ids else {}


def _origin(fact: dict[str, Any], people: dict[int, User]) -> str:
    if not fact:
        return ""
    person = people.get(fact.get("by") or 0)
    who = (
        f"confirmé par {person}"
        if person
        else f"source : {source_label(str(fact.get('source') or 'inconnue'))}"
    )
    day = parse_date(str(fact.get("date") or fact.get("at") or "")[:10])
    return f"{who}, {day:%d/%m/%Y}" if day else who


@dataclass(frozen=True, slots=True)
class Typed:
    """What the agent wrote and that was not done: shown again. `act` is the form it was in."""

    act: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    taken: Collection[str] | None = None
    text: str = ""
    reason: str = ""
    until: str = ""


def item_sheet(
    contribution: Contribution, space: Space, *, now: datetime, typed: Typed | None = None
) -> dict[str, Any]:
    """Context of the item's page."""
    details, typed = contribution.details, typed or Typed()
    pending = is_pending(contribution)
    return {
        "contribution": contribution,
        "structure": contribution.structure,
        "commune": names_by_code().get(contribution.municipality_code, ""),
        "differences": differences(contribution, space, typed.values, typed.taken),
        "published": contribution.outcome.get("fields", {}),
        "thread": list(contribution.thread.select_related("by")),
        "is_pending": pending,
        "can_reach": bool(contribution.contributor_id or contribution.email),
        "can_undo": can_undo(contribution, now=now),
        "useful": _useful(contribution),
        "others": _others(contribution, space) if pending else [],
        "alike": _alike(contribution, space) if pending else [],
        "reasons": reasons_of(space),
        "reason": reason_label(space, contribution.reason),
        "colleagues": agents_of(space),
        "wrong": dict(Wrong.choices).get(details.get("wrong", ""), ""),
        "illegal": dict(Illegal.choices).get(details.get("illegal", ""), ""),
        "restrictions": list(contribution.restrictions.select_related("by")),
        "on": parse_date(str(details.get("on") or "")),
        "valid_from": parse_date(str(details.get("valid_from") or "")),
        "valid_to": parse_date(str(details.get("valid_to") or "")),
        "typed": typed,
    }


def _useful(contribution: Contribution) -> int:
    """How many contributions of the same person were accepted."""
    if not (contribution.contributor_id or contribution.email):
        return 0
    same = (
        Q(contributor=contribution.contributor_id)
        if contribution.contributor_id
        else Q(email=contribution.email, verified_at__isnull=False)
    )
    accepted = Contribution.objects.filter(same, state__in=[State.ACCEPTED, State.PARTLY])
    return accepted.exclude(pk=contribution.pk).count()


def _others(contribution: Contribution, space: Space) -> list[Contribution]:
    """What waits besides about the same page, or about the same name."""
    same = (
        Q(structure=contribution.structure_id)
        if contribution.structure_id
        else Q(subject__iexact=contribution.subject, structure=None)
    )
    waiting = seen_from(space).filter(same, state__in=PENDING).exclude(pk=contribution.pk)
    return list(waiting.order_by("created_at", "pk")[:5])


def _alike(contribution: Contribution, space: Space) -> list[Lookalike]:
    if contribution.kind != Kind.PROPOSE:
        return []
    proposed = contribution.fields
    return lookalikes(
        space,
        name=proposed.get("name", ""),
        municipality_code=contribution.municipality_code,
        siren=proposed.get("siret", "")[:9],
        rna=proposed.get("rna", ""),
    )
