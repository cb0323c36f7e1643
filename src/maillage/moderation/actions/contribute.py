"""Receive what somebody sends about a structure, with or without an account.

What other rooms call is stable: `contribute` (a person or a key speaks) and `request_label` (a member
asks for what only an agent may give).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from maillage.accounts.models import User
from maillage.core import journal
from maillage.moderation.actions.apply import write_values
from maillage.moderation.actions.telling import (
    give_key,
    tell_agents_of_arrival,
    tell_contributor,
)
from maillage.moderation.enums import Kind, State, Trust
from maillage.moderation.lib.fields import clean_values
from maillage.moderation.lib.keys import hash_of
from maillage.moderation.lib.text import one_line, paragraphs
from maillage.moderation.models import Contribution
from maillage.moderation.notices import CONFIRM, RECEIVED
from maillage.moderation.permissions import trust_of, writes_live
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes
from maillage.structures.models import Structure, Term

KEY = "key"
MOST_UNCONFIRMED = 5  # per address and day: nobody's mailbox is filled by a stranger
_TOO_MANY = "Plusieurs envois attendent déjà la confirmation de cette adresse : ouvrez d'abord les messages reçus."
_ABOUT_ONE = (Kind.CORRECT, Kind.CLOSED, Kind.LABEL)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a sending.

    `key` opens the follow-up page; it is given here only when no letter can carry it (no address).
    `is_live`: already published, no agent has to decide. `is_replay`: the same form was sent twice and
    `contribution` is the first one.
    """

    contribution: Contribution
    key: str = ""
    is_live: bool = False
    is_replay: bool = False


def contribute(
    space: Space,
    *,
    kind: str,
    by: User | None,
    now: datetime,
    structure: Structure | None = None,
    fields: Mapping[str, object] | None = None,
    seen: Mapping[str, object] | None = None,
    message: str = "",
    details: Mapping[str, Any] | None = None,
    name: str = "",
    email: str = "",
    trust: str = "",
    token: str = "",
    waits: bool = False,
) -> Sent:
    """Keep one contribution and put it where it belongs: confirmation, queue, or live.

    - `kind` is a value of `moderation.enums.Kind`. All but a proposal (and a notice about a list) need
      `structure`.
    - `fields` maps names of `moderation.lib.fields.FIELDS` to what is proposed, as text; `seen` maps the
      same names to the values that were shown. For a correction, fields equal to `seen` are dropped.
      `details["place"]` is the id of the establishment whose address is corrected.
    - `by` is the signed-in person, or None. Without `by`, `email` gets a letter with a link to confirm
      and nothing reaches the queue before (`State.UNVERIFIED`), except: `trust="key"`, when the caller
      has checked a key sent to the structure's own address (a reminder's link); and a notice of illegal
      content, which is read at once.
    - A correction by a member of the structure or an agent of the space is written at once, unless `waits`:
      what a program sends in somebody's name is for an agent to decide.
    - `token` identifies one filled form: sent again, the first contribution is given back.

    Raises `ValidationError` (by field when it can, French sentences): unknown values, nothing changed, a
    commune outside of the perimeter, too many unconfirmed sendings for this address.
    """
    details = {
        name: paragraphs(value) if isinstance(value, str) else value
        for name, value in (details or {}).items()
    }
    known = _same_form(token)
    if known:
        return Sent(known, is_replay=True)
    if structure is None and kind in _ABOUT_ONE:
        raise ValidationError("Dites de quelle structure il s'agit.")
    values = clean_values(fields or {})
    shown = {key: str(value or "") for key, value in (seen or {}).items() if key in values}
    if kind == Kind.CORRECT:
        values = {key: value for key, value in values.items() if value != shown.get(key, "")}
    _check(space, kind, values, message)
    address = "" if by else _address(email, now=now, confirm=trust != KEY)
    if not (by or address or trust == KEY or kind == Kind.NOTICE):
        raise ValidationError(
            {"person_email": ["Donnez une adresse e-mail : elle sert à confirmer l'envoi."]}
        )
    level = trust_of(by, space=space, structure=structure, by_key=trust == KEY)
    contribution = Contribution(
        space=space,
        structure=structure,
        subject=_subject(structure, values, details),
        municipality_code=values.get("municipality_code") or _commune(space, structure),
        kind=kind,
        fields=values,
        seen=shown,
        details=details,
        message=paragraphs(message)[:4000],
        contributor=by,
        name="" if by else one_line(name)[:120],
        email=address,
        trust=level,
        token_hash=hash_of(token) if token else None,
        created_at=now,
    )
    try:
        with transaction.atomic():
            return _keep(contribution, by=by, now=now, waits=waits)
    except IntegrityError:
        known = _same_form(token)
        if known is None:
            raise
        return Sent(known, is_replay=True)


def _keep(contribution: Contribution, *, by: User | None, now: datetime, waits: bool) -> Sent:
    asks_confirmation = contribution.trust == Trust.VISITOR and contribution.kind != Kind.NOTICE
    if asks_confirmation:
        contribution.save()
        _record(contribution, by=by, now=now)
        tell_contributor(contribution, CONFIRM, {}, now=now)
        return Sent(contribution)
    contribution.state = State.OPEN
    contribution.verified_at = now
    contribution.save()
    _record(contribution, by=by, now=now)
    may_write = not waits and by is not None and contribution.kind == Kind.CORRECT
    if may_write and by is not None and writes_live(contribution):
        _publish(contribution, by=by, now=now)
        return Sent(contribution, is_live=True)
    reached = tell_contributor(contribution, RECEIVED, {}, now=now)
    tell_agents_of_arrival(contribution, now=now)
    return Sent(contribution, key="" if reached else give_key(contribution, now=now))


def _publish(contribution: Contribution, *, by: User, now: datetime) -> None:
    space = contribution.space if contribution.trust == Trust.AGENT else None
    pairs = write_values(contribution, contribution.fields, by=by, now=now, space=space)
    contribution.state = State.ACCEPTED
    contribution.decided_by, contribution.decided_at = by, now
    contribution.outcome = {"fields": pairs, "live": True}
    contribution.save()


def confirm(contribution: Contribution, *, now: datetime) -> bool:
    """The address is its owner's: the contribution joins the queue. False when it had already."""
    with transaction.atomic():
        held = Contribution.objects.select_for_update().get(pk=contribution.pk)
        if held.state != State.UNVERIFIED:
            return False
        held.state, held.verified_at, held.version = State.OPEN, now, held.version + 1
        held.trust = max(held.trust, Trust.VERIFIED)
        held.save()
        journal.record("contribution_confirmed", held, by=None, at=now, space_id=held.space_id)
        tell_agents_of_arrival(held, now=now)
    contribution.refresh_from_db()
    return True


def request_label(
    structure: Structure,
    term: Term,
    *,
    by: User,
    now: datetime,
    space: Space,
    identifier: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    proof: str = "",
    remove: bool = False,
    message: str = "",
) -> Contribution:
    """Ask an agent to give (or `remove`) an approval or label: members never write those themselves."""
    details = {
        "term": term.code,
        "label": term.label,
        "identifier": one_line(identifier)[:60],
        "valid_from": valid_from.isoformat() if valid_from else "",
        "valid_to": valid_to.isoformat() if valid_to else "",
        "proof": one_line(proof)[:300],
        "remove": remove,
    }
    return contribute(
        space,
        kind=Kind.LABEL,
        by=by,
        now=now,
        structure=structure,
        details=details,
        message=message,
    ).contribution


def _same_form(token: str) -> Contribution | None:
    return Contribution.objects.filter(token_hash=hash_of(token)).first() if token else None


def _check(space: Space, kind: str, values: dict[str, str], message: str) -> None:
    if kind == Kind.CORRECT and not values and not message.strip():
        raise ValidationError("Rien n'a changé : modifiez un champ, ou écrivez ce qui est faux.")
    if kind == Kind.PROPOSE:
        missing = {
            name: ["Ce champ est nécessaire."]
            for name in ("name", "municipality_code")
            if not values.get(name)
        }
        if missing:
            raise ValidationError(missing)
        if values["municipality_code"] not in perimeter_codes(space):
            raise ValidationError(
                {
                    "municipality_code": [
                        f"Cette commune n'est pas dans le territoire de {space.name}."
                    ]
                }
            )


def _address(email: str, *, now: datetime, confirm: bool) -> str:
    email = email.strip().lower()
    if not email:
        return ""
    try:
        validate_email(email)
    except ValidationError as error:
        raise ValidationError({"person_email": error.messages}) from error
    unconfirmed = Contribution.objects.filter(
        email=email, state=State.UNVERIFIED, created_at__gt=now - timedelta(days=1)
    )
    if confirm and unconfirmed.count() >= MOST_UNCONFIRMED:
        raise ValidationError({"person_email": [_TOO_MANY]})
    return email


def _subject(structure: Structure | None, values: dict[str, str], details: dict[str, Any]) -> str:
    return structure.name if structure else values.get("name") or details.get("where", "")[:250]


def _commune(space: Space, structure: Structure | None) -> str:
    """The structure's commune in the space, its head office's first."""
    if structure is None:
        return ""
    codes = structure.establishments.order_by("-is_head_office", "pk").values_list(
        "municipality_code", flat=True
    )
    inside = perimeter_codes(space)
    return next((code for code in codes if code in inside), "")


def _record(contribution: Contribution, *, by: User | None, now: datetime) -> None:
    journal.record(
        "contribution_sent",
        contribution,
        by=by,
        at=now,
        changes={"kind": [None, contribution.kind], "state": [None, contribution.state]},
        space_id=contribution.space_id,
    )
