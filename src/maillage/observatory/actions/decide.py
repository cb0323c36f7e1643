"""Publish, refuse, bring together, answer; take the last decision back."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from maillage.accounts.models import User
from maillage.core import journal
from maillage.core.letters.kinds import LetterKind
from maillage.core.models import Letter
from maillage.moderation.lib.text import paragraphs
from maillage.observatory.actions.deciding import StaleError, end, put_back, take
from maillage.observatory.actions.telling import link_of, tell_author
from maillage.observatory.enums import DeclaredState
from maillage.observatory.models import DeclaredNeed, Echo
from maillage.observatory.notices import ANSWERED, MERGED, PUBLISHED, REFUSED
from maillage.observatory.queries.declared import SHOWN
from maillage.observatory.queries.needs import need_of
from maillage.observatory.queries.undoing import UNDO, can_undo
from maillage.spaces.queries import perimeter_codes

__all__ = ["StaleError", "answer", "merge", "publish", "publish_all", "refuse", "undo"]
_UNDECIDED = (DeclaredState.WAITING, DeclaredState.REFUSED)
_OPEN = (DeclaredState.WAITING, *SHOWN)
_UNSENT = (Letter.Status.WAITING, Letter.Status.HELD, Letter.Status.SILENT)
_TOO_LATE = "Cette décision ne peut plus être défaite : la lettre est partie."
REASON_LONGEST, ANSWER_LONGEST = 300, 2000


@transaction.atomic
def publish(
    declared: DeclaredNeed,
    *,
    by: User,
    now: datetime,
    version: int | None,
    need_code: str | None = None,
    commune: str | None = None,
) -> DeclaredNeed:
    """Show it to everybody, with the need and the commune as the agent corrects them (None: as said).

    Raises `StaleError`, and `ValidationError` by field (`need`, `commune`).
    """
    held = take(declared, version, _UNDECIDED)
    _correct(held, need_code, commune)
    held.reason = ""
    _tell(held, PUBLISHED, {}, now=now, linked=True)
    end(held, DeclaredState.PUBLISHED, by=by, now=now)
    return held


def publish_all(
    chosen: Iterable[DeclaredNeed], *, by: User, now: datetime
) -> tuple[list[DeclaredNeed], list[DeclaredNeed]]:
    """Publish each as it was said: those done, and those that somebody decided meanwhile."""
    done, left = [], []
    for one in chosen:
        try:
            done.append(publish(one, by=by, now=now, version=one.version))
        except StaleError:
            left.append(one)
    return done, left


@transaction.atomic
def refuse(
    declared: DeclaredNeed, *, reason: str, by: User, now: datetime, version: int | None
) -> DeclaredNeed:
    """Not shown, or no longer; the reason is sent to who said it."""
    held = take(declared, version, _OPEN)
    words = paragraphs(reason)[:REASON_LONGEST]
    if not words:
        raise ValidationError({"reason": ["Écrivez le motif : il est envoyé à la personne."]})
    held.reason, held.answer = words, ""
    _tell(held, REFUSED, {"reason": words}, now=now)
    end(held, DeclaredState.REFUSED, by=by, now=now)
    return held


@transaction.atomic
def answer(
    declared: DeclaredNeed, *, text: str, by: User, now: datetime, version: int | None
) -> DeclaredNeed:
    """Write the authority's public answer, or change it."""
    held = take(declared, version, SHOWN)
    words = paragraphs(text)[:ANSWER_LONGEST]
    if not words:
        raise ValidationError({"answer": ["Écrivez la réponse : elle est publiée."]})
    if words == held.answer:
        raise ValidationError({"answer": ["C'est déjà la réponse publiée."]})
    held.answer = words
    _tell(held, ANSWERED, {"answer": words}, now=now, linked=True)
    end(held, DeclaredState.ANSWERED, by=by, now=now)
    return held


@transaction.atomic
def merge(
    declared: DeclaredNeed, into: DeclaredNeed, *, by: User, now: datetime, version: int | None
) -> DeclaredNeed:
    """Bring it to a published one that says the same: its voices, and the voice of who said it, go there.

    A person who spoke in both counts once. Raises `StaleError`, and `ValidationError` (`into`).
    """
    # Held in the order of numbers, as two agents who merge each into the other would.
    list(
        DeclaredNeed.objects.select_for_update(of=("self",))
        .filter(pk__in=[declared.pk, into.pk])
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    held = take(declared, version, _OPEN)
    target = DeclaredNeed.objects.filter(
        pk=into.pk, space_id=held.space_id, state__in=SHOWN
    ).first()
    if target is None or target.pk == held.pk:
        raise ValidationError({"into": ["Choisissez un autre besoin, déjà publié."]})
    held.merged_into, held.answer, held.reason = target, "", ""
    moved = _move_echoes(held, target)
    voice = _voice_of(held, target, now)
    below = list(held.merged.order_by("pk").values_list("pk", flat=True))
    held.merged.update(merged_into=target)
    _tell(held, MERGED, {}, now=now, linked=True, shown=target)
    held.outcome |= {"moved": moved, "voice": voice, "below": below}
    end(held, DeclaredState.MERGED, by=by, now=now)
    return held


@transaction.atomic
def undo(declared: DeclaredNeed, *, by: User, now: datetime) -> DeclaredNeed:
    """Put it back as it was before the last decision, while the letter has not left; nobody is told.

    Raises `ValidationError` when it is too late.
    """
    held = DeclaredNeed.objects.select_for_update(of=("self",)).get(pk=declared.pk)
    letters = held.outcome.get("letters", [])
    unsent = Letter.objects.filter(pk__in=letters, status__in=_UNSENT)
    if not can_undo(held, now=now) or unsent.count() != len(letters):
        raise ValidationError(_TOO_LATE)
    unsent.delete()
    Echo.objects.filter(pk__in=held.outcome.get("moved", [])).update(declared=held)
    Echo.objects.filter(pk=held.outcome.get("voice")).delete()
    DeclaredNeed.objects.filter(pk__in=held.outcome.get("below", [])).update(merged_into=held)
    before = held.state
    put_back(held)
    held.save()
    journal.record(
        "declared_undone",
        held,
        by=by,
        at=now,
        changes={"state": [before, held.state]},
        space_id=held.space_id,
    )
    return held


def _correct(held: DeclaredNeed, need_code: str | None, commune: str | None) -> None:
    if need_code is not None and need_code != held.need_code:
        if need_code and need_of(held.space, need_code) is None:
            raise ValidationError({"need": ["Choisissez un besoin de la liste."]})
        held.need_code = need_code
    if not (held.need_code or held.text):
        raise ValidationError({"need": ["Sans texte, il faut un besoin de la liste."]})
    if commune is not None and commune != held.municipality_code:
        if commune not in perimeter_codes(held.space):
            raise ValidationError({"commune": ["Choisissez une commune de la liste."]})
        held.municipality_code = commune
        if held.neighbourhood and commune not in held.neighbourhood.municipality_codes:
            held.neighbourhood = None


def _move_echoes(held: DeclaredNeed, target: DeclaredNeed) -> list[int]:
    """Voices of people who have not spoken there: the others count once, where they already are."""
    there = Echo.objects.filter(declared=target, user__isnull=False).values_list("user", flat=True)
    heard = {*there, target.author_id}
    rows = Echo.objects.filter(declared=held).values_list("pk", "user_id")
    moved = [pk for pk, user in rows if user is None or user not in heard]
    Echo.objects.filter(pk__in=moved).update(declared=target)
    return moved


def _voice_of(held: DeclaredNeed, target: DeclaredNeed, now: datetime) -> int | None:
    """Who said it says « moi aussi » to the other; the number of that voice, None when it is there already."""
    if held.author_id is not None:
        if held.author_id == target.author_id:
            return None
        one, is_new = Echo.objects.get_or_create(
            declared=target, user_id=held.author_id, defaults={"at": now}
        )
    else:
        one, is_new = Echo.objects.get_or_create(
            declared=target, key=f"merged-{held.pk}", defaults={"at": now}
        )
    return one.pk if is_new else None


def _tell(
    held: DeclaredNeed,
    kind: LetterKind,
    values: dict[str, str],
    *,
    now: datetime,
    linked: bool = False,
    shown: DeclaredNeed | None = None,
) -> None:
    """Once it can no longer be undone."""
    link = link_of(shown or held) if linked else ""
    held.outcome["letters"] = tell_author(held, kind, values, now=now, link=link, after=UNDO)
