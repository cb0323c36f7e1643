"""Stop publishing what somebody asked to be left out, and remember it: no import brings it back."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from maillage.accounts.models import User
from maillage.core import journal
from maillage.spaces.models import Space
from maillage.structures.actions.after import after_write
from maillage.structures.actions.hold import hold
from maillage.structures.enums import State
from maillage.structures.models import Structure, Suppression

PAGE, ADDRESS = "page", "address"
CONTACTS = ("email", "phone", "website")
SUPPRESSIBLE = {
    "email": "l'adresse e-mail",
    "phone": "le téléphone",
    "website": "le site web",
    ADDRESS: "l'adresse postale (seule la commune reste)",
    "description": "la présentation",
    PAGE: "la page entière",
}


@transaction.atomic
def suppress(
    structure: Structure,
    fields: Collection[str],
    *,
    by: User,
    now: datetime,
    space: Space,
    request_id: int | None = None,
) -> None:
    """Take `fields` (keys of `SUPPRESSIBLE`) off the page. The journal says what was, not the values.

    Done twice, it is done once. A page taken off is archived; an address keeps its commune.
    """
    if unknown := set(fields) - SUPPRESSIBLE.keys():
        raise KeyError(*unknown)
    hold(structure)
    for name in fields:
        Suppression.objects.get_or_create(
            structure=structure, field=name, defaults={"at": now, "request_id": request_id}
        )
    owner = {"source": "agent", "by": by.pk, "at": now.isoformat(), "date": now.date().isoformat()}
    for name in {*fields} & {*CONTACTS, "description"}:
        setattr(structure, name, "")
        structure.provenance[name] = owner
    places = (
        list(structure.establishments.values_list("pk", flat=True)) if ADDRESS in fields else []
    )
    structure.establishments.filter(pk__in=places).update(address_is_public=False)
    if PAGE in fields:
        structure.state = State.ARCHIVED
        structure.provenance["state"] = owner
    structure.save()
    journal.record(
        "suppressed",
        structure,
        by=by,
        at=now,
        changes={"suppressed": [None, sorted(fields)]},
        space_id=space.pk,
    )
    after_write(structures={structure.pk}, places=places, now=now)
