"""Say that something is missing, and say « moi aussi »."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from maillage.accounts.models import User
from maillage.core import journal, throttle
from maillage.moderation.lib.keys import hash_of
from maillage.moderation.lib.text import paragraphs
from maillage.observatory.actions.telling import tell_agents, tell_author
from maillage.observatory.enums import DeclaredState
from maillage.observatory.models import DeclaredNeed, Echo
from maillage.observatory.notices import RECEIVED
from maillage.observatory.queries.declared import SHOWN
from maillage.observatory.queries.needs import need_of
from maillage.observatory.queries.saying import kept_by
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes
from maillage.structures.models import Structure
from maillage.territories.models import Neighbourhood

LONGEST = 600  # characters
SHORTEST = 8
LETTERS_A_DAY = 3  # « bien reçu » to one address: nobody's mailbox is filled by a stranger


@dataclass(frozen=True, slots=True)
class Said:
    """`is_replay`: the same form was sent twice and `declared` is the first one."""

    declared: DeclaredNeed
    is_replay: bool = False


def declare_need(
    space: Space,
    *,
    need_code: str,
    commune: str,
    text: str,
    by: User | None,
    now: datetime,
    quarter: Neighbourhood | None = None,
    structure: Structure | None = None,
    email: str = "",
    token: str = "",
) -> Said:
    """Keep one declared need, waiting for an agent; nobody reads it before.

    `need_code` is empty for what no need of the catalogue fits: `text` is then needed. `email` is for a
    visitor who wants to know what becomes of it. `token` identifies one filled form.

    Raises `ValidationError` by field: `need`, `commune`, `quarter`, `text`, `structure`.
    """
    known = _same_form(token)
    if known:
        return Said(known, is_replay=True)
    words = paragraphs(text)[:LONGEST]
    _check(space, need_code, commune, words, quarter, structure, by)
    declared = DeclaredNeed(
        space=space,
        need_code=need_code,
        municipality_code=commune,
        neighbourhood=quarter,
        text=words,
        structure=structure,
        author=by,
        email="" if by else email.strip().lower(),
        token_hash=hash_of(token) if token else None,
        said_at=now,
        state=DeclaredState.WAITING,
    )
    # Counted before the transaction: one that is undone would undo the count.
    is_told = not declared.email or throttle.take(
        "declared-letters", declared.email, times=LETTERS_A_DAY, seconds=86400, now=now
    )
    try:
        with transaction.atomic():
            _keep(declared, by=by, now=now, is_told=is_told)
    except IntegrityError:
        known = _same_form(token)
        if known is None:
            raise
        return Said(known, is_replay=True)
    return Said(declared)


def _keep(declared: DeclaredNeed, *, by: User | None, now: datetime, is_told: bool) -> None:
    declared.save()
    journal.record(
        "need_declared",
        declared,
        by=by,
        at=now,
        changes={"need_code": ["", declared.need_code]},
        space_id=declared.space_id,
    )
    if is_told:
        path = reverse("declared:list", args=[declared.space.slug])
        tell_author(declared, RECEIVED, {}, now=now, link=f"{settings.BASE_URL}{path}")
    tell_agents(declared, now=now)


def _same_form(token: str) -> DeclaredNeed | None:
    return DeclaredNeed.objects.filter(token_hash=hash_of(token)).first() if token else None


def _check(
    space: Space,
    need_code: str,
    commune: str,
    text: str,
    quarter: Neighbourhood | None,
    structure: Structure | None,
    by: User | None,
) -> None:
    wrong: dict[str, str] = {}
    if need_code and need_of(space, need_code) is None:
        wrong["need"] = "Choisissez un besoin de la liste, ou « autre chose »."
    if not need_code and len(text) < SHORTEST:
        wrong["text"] = "Dites en quelques mots ce qui manque."
    if commune not in perimeter_codes(space):
        wrong["commune"] = f"Cette commune n'est pas dans le territoire de {space.name}."
    if quarter is not None and commune not in quarter.municipality_codes:
        wrong["quarter"] = "Ce quartier n'est pas dans la commune choisie."
    if structure is not None and (by is None or structure not in kept_by(by)):
        wrong["structure"] = "Vous ne tenez pas la fiche de cette structure."
    if wrong:
        raise ValidationError({name: [said] for name, said in wrong.items()})


def echo(declared: DeclaredNeed, *, by: User | None, key: str, now: datetime) -> bool:
    """Count one « moi aussi » for a published need; False when this voice is counted already.

    A person with an account counts once, and not for what they said themselves; a visitor once per
    `key` (`lib.prints`). The row is its own trace: the journal, never corrected, would keep who said it.
    """
    if by is not None and declared.author_id == by.pk:
        return False
    voice = {"user": by} if by is not None else {"key": key}
    with transaction.atomic():
        held = DeclaredNeed.objects.select_for_update(of=("self",)).filter(
            pk=declared.pk, state__in=SHOWN
        )
        if not held.exists():
            raise ValidationError("Ce besoin n'est plus publié.")
        try:
            with transaction.atomic():
                _echo, is_new = Echo.objects.get_or_create(
                    declared=declared, **voice, defaults={"at": now}
                )
        except IntegrityError:
            return False
    return is_new
