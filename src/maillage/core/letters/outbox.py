"""Write letters in the caller's transaction; a job sends them once it is committed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from maillage.core.jobs import enqueue
from maillage.core.letters import stop
from maillage.core.letters.compose import compose
from maillage.core.letters.kinds import LetterKind
from maillage.core.letters.models import Letter, LetterText

JOB = "core.send_letters"


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """`values` are this person's words; `status` is what their rhythm asks for."""

    to: str
    values: Mapping[str, object]
    user_id: int | None = None
    link: str = ""
    status: str = Letter.Status.WAITING
    headers: Mapping[str, str] = field(default_factory=dict)


def post(
    kind: LetterKind,
    *,
    to: str,
    values: Mapping[str, object],
    now: datetime,
    user_id: int | None = None,
    space_id: int | None = None,
    link: str = "",
    status: str = Letter.Status.WAITING,
) -> Letter:
    """One letter, in the caller's transaction."""
    one = Recipient(to=to, values=values, user_id=user_id, link=link, status=status)
    return post_many(kind, [one], now=now, space_id=space_id)[0]


def post_many(
    kind: LetterKind, recipients: Iterable[Recipient], *, now: datetime, space_id: int | None = None
) -> list[Letter]:
    """The same kind to many people, a few statements for all of them."""
    theirs = LetterText.objects.filter(kind=kind.code)
    text = theirs.filter(space_id=space_id).first() if space_id else None
    written = []
    for one in recipients:
        subject, body = compose(kind, {"link": one.link, **one.values}, text)
        written.append(
            Letter(
                kind=kind.code,
                category=kind.category,
                space_id=space_id,
                user_id=one.user_id,
                to=one.to,
                subject=subject,
                body=body,
                link=one.link,
                button=kind.button if one.link else "",
                headers=_headers(kind, one),
                is_secret=kind.secret,
                status=one.status,
                next_at=now,
                created_at=now,
            )
        )
    Letter.objects.bulk_create(written, batch_size=500)
    if any(letter.status == Letter.Status.WAITING for letter in written):
        enqueue(JOB)
    return written


def _headers(kind: LetterKind, one: Recipient) -> dict[str, str]:
    """A letter that may be stopped says how, in the way that mail readers understand."""
    may_stop = kind.category and one.user_id and one.status == Letter.Status.WAITING
    known = stop.headers_for(one.user_id, kind.category) if may_stop and one.user_id else {}
    return {**known, **one.headers}
