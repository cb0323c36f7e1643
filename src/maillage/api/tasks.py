"""What the open interfaces do each night, and each minute that a webhook has something to say."""

import logging
from datetime import datetime, time
from functools import partial

from django.utils import timezone

from maillage.api.actions.delivering import deliver, due
from maillage.api.actions.telling import something_to_tell, tell
from maillage.api.actions.webhooks import JOB
from maillage.api.exports.dump import write_dump
from maillage.api.lib import shelf
from maillage.api.queries.dumps import hidden_at, withdrawn_at
from maillage.core import schedule
from maillage.core.jobs import Context, job
from maillage.spaces.models import Space

logger = logging.getLogger("maillage.api")


@schedule.daily("api.dumps", at=time(4, 15))
@job("api.dumps", backoff=(600, 3600))
def dumps(context: Context) -> dict[str, int]:
    """The whole directory of every open space. Killed anywhere, the next run goes on with the others."""
    now, made, failed = timezone.now(), 0, 0
    shelf.forget_others(Space.objects.values_list("pk", flat=True))
    spaces = list(Space.objects.filter(is_public=True).order_by("pk"))
    for number, space in enumerate(spaces):
        context.progress(100 * number // len(spaces), f"Export de {space.name}")
        try:
            made += dump_of(space, now=now)
        except OSError:
            logger.exception("Export ouvert de l'espace %s : échec.", space.slug)
            failed += 1
    if failed:
        raise RuntimeError(
            f"{failed} exports n'ont pas pu être écrits : la place manque peut-être."
        )
    return {"made": made}


def dump_of(space: Space, *, now: datetime) -> bool:
    """Make today's file unless it is there, and remove those whose time has come. Raises OSError."""
    today, since = timezone.localdate(now), withdrawn_at(space)
    if kept := shelf.dumps_of(
        space.pk
    ):  # what was hidden before the newest was judged when it was made
        hidden = hidden_at(space, kept[0].made_at)
        since = max((one for one in (since, hidden) if one), default=None)
    shelf.prune(space.pk, today, since)  # first: it makes room
    name = shelf.name_of(space.slug, today)
    if any(one.name == name for one in shelf.dumps_of(space.pk)):
        return False
    shelf.keep(space.pk, name, partial(write_dump, space=space, now=now), made_at=now)
    return True


def is_due(now: datetime) -> bool:
    return due(now).exists() or something_to_tell()


@schedule.whenever(JOB, is_due)
@job(JOB, max_attempts=1)
def webhooks(context: Context) -> dict[str, int]:
    """Read the journal, then make the calls. Given up, it is asked again a minute later."""
    now = timezone.now()
    return {"told": tell(now=now), "received": deliver(now=now, renew=context.renew)}
