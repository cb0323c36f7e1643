"""Ask for a booklet, keep the file that was made, forget it when its days are over."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from maillage.accounts.models import User
from maillage.core import journal
from maillage.core.jobs import ask_again, enqueue
from maillage.core.uploads.store import remove, store
from maillage.directory.lib.booklet import KEPT, MOST_STRUCTURES, BookletOptions
from maillage.directory.lib.criteria import DirectoryFilters
from maillage.directory.models import Booklet
from maillage.directory.queries.matching import matching
from maillage.spaces.models import Space

JOB = "directory.make_booklet"
TITLE = "Annuaire de l'économie sociale et solidaire"


class BookletRefusedError(Exception):
    """No booklet can be made of this list. The message is one French sentence."""


@dataclass(frozen=True)
class Asked:
    """`ids` of the list, and the print of the demand: what makes two booklets the same."""

    ids: list[int]
    querystring: str
    key: str


def read_demand(
    space: Space, filters: DirectoryFilters, options: BookletOptions, title: str, *, now: datetime
) -> Asked:
    """Raises BookletRefusedError for an empty list, or one that nobody would print."""
    clocks = [journal.now_at(name) for name in ("structures", "territories")]
    selection = matching(space, filters, now=now).selection
    ids, querystring = selection.ids(), selection.filters.querystring(page=False)
    if not ids:
        raise BookletRefusedError(
            "Cette liste est vide : il n'y a rien à imprimer. Retirez un filtre ou changez la recherche."
        )
    if len(ids) > MOST_STRUCTURES:
        raise BookletRefusedError(
            f"Cette liste compte {len(ids)} structures et un livret en tient {MOST_STRUCTURES} au plus : "
            "choisissez un secteur ou une commune, puis faites un livret pour chacun."
        )
    if len(querystring) > 2000:
        raise BookletRefusedError("Cette recherche porte trop de filtres : retirez-en.")
    day = timezone.localdate(now).isoformat()
    said = [space.pk, space.name, space.authority, sorted(ids), querystring, title]
    plain = json.dumps([*said, options.as_json(), clocks, day], ensure_ascii=False)
    return Asked(ids, querystring, hashlib.sha256(plain.encode()).hexdigest())


def existing(space: Space, asked: Asked, *, now: datetime) -> Booklet | None:
    return Booklet.objects.filter(space=space, key=asked.key, expires_at__gt=now).first()


def ask(
    space: Space,
    asked: Asked,
    options: BookletOptions,
    title: str,
    *,
    by: User | None,
    now: datetime,
) -> Booklet:
    """The booklet of this demand: the one that was asked already, or a new one whose job begins soon."""
    known = existing(space, asked, now=now)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            Booklet.objects.filter(space=space, key=asked.key).delete()  # its days are over
            made = Booklet.objects.create(
                space=space,
                key=asked.key,
                title=title or TITLE,
                querystring=asked.querystring,
                options=options.as_json(),
                structures=asked.ids,
                asked_at=now,
                expires_at=now + KEPT,
            )
            made.job = enqueue(JOB, booklet_id=made.pk)
            made.save(update_fields=["job"])
            journal.record("booklet_asked", made, by=by, at=now, space_id=space.pk)
    except IntegrityError:  # somebody asked for the very same at once
        return Booklet.objects.get(space=space, key=asked.key)
    return made


def try_again(booklet: Booklet) -> bool:
    """One more attempt for a job that was given up; False when there is nothing to try."""
    return booklet.file is None and booklet.job is not None and ask_again(booklet.job)


def keep_file(booklet_id: int, content: bytes, told: str, *, now: datetime) -> None:
    """Called where the job commits. Raises UploadRefusedError when the file is too heavy."""
    booklet = Booklet.objects.select_for_update().get(pk=booklet_id)
    name = f"livret-{booklet.space.slug}.pdf"
    booklet.file = store(ContentFile(content, name=name), accept={"pdf"}, by=None, now=now)
    booklet.told = told
    booklet.save(update_fields=["file", "told"])


def forget_old(now: datetime) -> int:
    """Booklets whose days are over, with their files; their number."""
    old = list(Booklet.objects.filter(expires_at__lte=now).select_related("file"))
    for booklet in old:
        file = booklet.file
        booklet.delete()
        if file is not None:
            remove(file)
    return len(old)
