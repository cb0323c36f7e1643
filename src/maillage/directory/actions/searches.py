"""Keep a search, forget it, and tell what it finds that it did not."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from maillage.accounts.actions import tell
from maillage.accounts.models import User
from maillage.directory.lib.criteria import DirectoryFilters
from maillage.directory.models import SavedSearch
from maillage.directory.notices import NEW_RESULTS
from maillage.directory.queries.matching import matching
from maillage.spaces.models import Space
from maillage.structures.models import Structure

MOST_SEARCHES = 30
MOST_RESULTS = 5000
_MOST_NAMED = 20


class SearchRefusedError(Exception):
    """The search can't be kept. The message is one French sentence."""


@transaction.atomic
def save_search(
    space: Space, filters: DirectoryFilters, name: str, *, by: User, now: datetime
) -> SavedSearch:
    """The search that has this state already is given as it is, under its new name."""
    querystring = filters.querystring(page=False)
    if filters.is_unfiltered():
        raise SearchRefusedError(
            "Ajoutez un mot ou un filtre : sans cela, la recherche rend tout l'annuaire."
        )
    found = matching(space, filters, now=now).selection.ids()
    if len(found) > MOST_RESULTS or len(querystring) > 2000:
        raise SearchRefusedError("Cette recherche est trop large pour une alerte : précisez-la.")
    User.objects.select_for_update().get(pk=by.pk)
    known = SavedSearch.objects.filter(user=by, space=space, querystring=querystring).first()
    if known:
        known.name = name
        known.save(update_fields=["name"])
        return known
    if SavedSearch.objects.filter(user=by).count() >= MOST_SEARCHES:
        raise SearchRefusedError(
            f"Vous avez déjà {MOST_SEARCHES} recherches enregistrées : effacez-en une d'abord."
        )
    return SavedSearch.objects.create(
        user=by,
        space=space,
        name=name,
        querystring=querystring,
        known=found,
        looked_at=now,
        created_at=now,
    )


def forget_search(search: SavedSearch, *, by: User) -> None:
    SavedSearch.objects.filter(pk=search.pk, user=by).delete()


def mark_seen(search: SavedSearch, *, by: User) -> None:
    SavedSearch.objects.filter(pk=search.pk, user=by).update(fresh=[])


@transaction.atomic
def look_again(search: SavedSearch, filters: DirectoryFilters, *, now: datetime) -> int:
    """Compare with last time and write of what is new, in one transaction; the number of new structures.

    A value that the space does not know any more would widen the search: it is then left for later.
    """
    held = (
        SavedSearch.objects.select_for_update(of=("self",))
        .select_related("user", "space")
        .filter(pk=search.pk, looked_at=search.looked_at)
        .first()
    )
    if held is None:  # another process did it, or the person forgot it
        return 0
    answer = matching(held.space, filters, now=now)
    found = answer.selection.ids()
    if answer.messages or len(found) > MOST_RESULTS:
        return 0
    known = set(held.known)
    fresh = [pk for pk in found if pk not in known]
    still = set(found)
    # Who left and comes back is no news: what was known once stays known, within reason.
    held.known = (found + [pk for pk in held.known if pk not in still])[: 2 * MOST_RESULTS]
    held.fresh = [*fresh, *(pk for pk in held.fresh if pk in still)][:MOST_RESULTS]
    held.looked_at = now
    held.save(update_fields=["known", "fresh", "looked_at"])
    if fresh:
        _tell(held, fresh, now)
    return len(fresh)


def _tell(search: SavedSearch, fresh: list[int], now: datetime) -> None:
    slug = search.space.slug
    named = Structure.objects.filter(pk__in=fresh[:_MOST_NAMED]).order_by("name")
    lines = [
        f"• {one.name}\n  {settings.BASE_URL}{reverse('directory:structure', args=[slug, one.slug])}"
        for one in named
    ]
    if len(fresh) > _MOST_NAMED:
        lines.append(f"… et {len(fresh) - _MOST_NAMED} autres.")
    values = {
        "space": search.space.name,
        "search": search.name,
        "count": "une structure" if len(fresh) == 1 else f"{len(fresh)} structures",
        "structures": "\n\n".join(lines),
    }
    link = f"{settings.BASE_URL}{reverse('directory:list', args=[slug])}?{search.querystring}"
    tell([search.user], NEW_RESULTS, values, now=now, link=link, space_id=search.space_id)
