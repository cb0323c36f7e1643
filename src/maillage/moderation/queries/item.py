"""Everything an agent needs to decide on one contribution."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils.dateparse import parse_date

from maillage.accounts.models import User
from maillage.moderation.enums import Illegal, Kind, Wrong
from maillage.moderation.lib.fields import FIELDS, PLACE, TERM
from maillage.moderation.lib.wording import said, sector_labels
from maillage.moderation.models import Contribution
from maillage.moderation.queries.current import current_values, place_of
from maillage.moderation.queries.queue import is_pending
from maillage.moderation.queries.reasons import reason_label, reasons_of
from maillage.moderation.queries.scope import agents_of, seen_from
from maillage.spaces.models import Space
from maillage.territories.queries import names_by_code


@dataclass(frozen=True, slots=True)
class Difference:
    """One field: what is on the page now, what is proposed, and whether the page moved in between.

    `current`, `seen` and `proposed` are in words, `value` is what the form edits. `origin` says where
    the present value comes from. `is_same`: the page says it already.
    """

    name: str
    label: str
    is_long: bool
    current: str
    seen: str
    proposed: str
    value: str
    origin: str
    has_moved: bool
    is_same: bool


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
    contribution: Contribution, typed: dict[str, str] | None = None
) -> list[Difference]:
    """Field by field, in the order of the form. `typed` are values the agent changed."""
    structure, place = contribution.structure, place_of(contribution)
    now = current_values(structure, place) if structure else dict.fromkeys(FIELDS, "")
    proposed, seen = contribution.fields, contribution.seen
    sectors = sector_labels(
        {values.get("sector", "") for values in (now, proposed, seen, typed or {})}
    )
    people = _people(contribution, place)
    found = []
    for name, field in FIELDS.items():
        if name not in proposed:
            continue
        value = (typed or {}).get(name, proposed[name])
        shown = seen.get(name, "")
        found.append(
            Difference(
                name=name,
                label=field.label,
                is_long=field.is_long,
                current=said(name, now[name], sectors),
                seen=said(name, shown, sectors),
                proposed=said(name, proposed[name], sectors),
                value=value,
                origin=_origin(_facts(contribution, place, name), people),
                has_moved=structure is not None
                and contribution.kind == Kind.CORRECT
                and now[name] not in {shown, proposed[name]},
                is_same=structure is not None and now[name] == proposed[name],
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
    who = f"confirmé par {person}" if person else f"source : {fact.get('source') or 'inconnue'}"
    day = parse_date(str(fact.get("date") or fact.get("at") or "")[:10])
    return f"{who}, {day:%d/%m/%Y}" if day else who


def item_sheet(contribution: Contribution, space: Space) -> dict[str, Any]:
    """Context of the item's page."""
    details = contribution.details
    return {
        "contribution": contribution,
        "structure": contribution.structure,
        "commune": names_by_code().get(contribution.municipality_code, ""),
        "differences": differences(contribution),
        "thread": list(contribution.thread.select_related("by")),
        "is_pending": is_pending(contribution),
        "reasons": reasons_of(space),
        "reason": reason_label(space, contribution.reason),
        "colleagues": agents_of(space),
        "wrong": dict(Wrong.choices).get(details.get("wrong", ""), ""),
        "illegal": dict(Illegal.choices).get(details.get("illegal", ""), ""),
    }
