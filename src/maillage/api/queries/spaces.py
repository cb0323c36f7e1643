"""The spaces that the API may speak of, and what tells that an answer is still true."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.http import Http404
from django.utils import timezone

from maillage.directory.queries.memory import version_served
from maillage.spaces.models import Space

CLOSED = "Cet espace n'existe pas, ou n'est pas ouvert au public."
# One query, in plain SQL: every answer that is remembered begins with it.
_VERSION = """
    SELECT space.id, space.is_public, space.name, space.authority, COUNT(entry.id), SUM(entry.id),
           (SELECT SUM(value) FROM core_clock)
    FROM spaces_space space
    LEFT JOIN spaces_perimeterentry entry ON entry.space_id = space.id AND entry.until IS NULL
    WHERE space.slug = %s GROUP BY space.id
"""


def public_space(slug: str) -> Space:
    """The space, or `Http404`: one that is not open does not exist here, whoever asks."""
    space = Space.objects.filter(slug=slug, is_public=True).first()
    if space is None:
        raise Http404(CLOSED)
    return space


def version_of(slug: str, now: datetime) -> tuple[Any, ...] | None:
    """Changes with every clock, the perimeter, the name, the day; None when the space is not open.

    And with the snapshot that a large space serves while it is behind: what was told from it is not told after it.

    One query in plain SQL. Read it before the data: what is built may then be younger than its label,
    never older.
    """
    with connection.cursor() as cursor:
        cursor.execute(_VERSION, [slug])
        row = cursor.fetchone()
    if row is None or not row[1]:
        return None
    return (*row, timezone.localdate(now), version_served(row[0]))
