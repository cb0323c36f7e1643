"""A space's identity, logo and people."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from maillage.accounts.actions import open_account
from maillage.accounts.notices import send_invitation
from maillage.core import journal
from maillage.spaces.actions import CLOCK, grant_role

if TYPE_CHECKING:
    from django.core.files import File

    from maillage.accounts.models import User
    from maillage.spaces.models import Space


@transaction.atomic
def update_identity(
    space: "Space", fields: dict[str, Any], *, by: "User", now: datetime
) -> dict[str, list[Any]]:
    """Write the fields that differ; returns them as `{field: [before, after]}`."""
    changes = {
        name: [getattr(space, name), value]
        for name, value in fields.items()
        if getattr(space, name) != value
    }
    for name, (_, value) in changes.items():
        setattr(space, name, value)
    if changes:
        space.save(update_fields=list(changes))
        journal.tick(CLOCK)
        journal.record("space_updated", space, by=by, at=now, changes=changes, space_id=space.pk)
    return changes


@transaction.atomic
def set_logo(space: "Space", upload: "File[bytes] | None", *, by: "User", now: datetime) -> None:
    """Put `upload` in the place of the logo, or take the logo away. The old file is dropped after commit."""
    storage, old = space.logo.storage, space.logo.name or ""
    if upload is None:
        space.logo = ""
    else:
        # A name of its own: the address of the logo, kept for a year by browsers, changes with it.
        upload.name = f"{space.slug}-{now:%Y%m%d%H%M%S}.{(upload.name or '').rpartition('.')[2]}"
        space.logo = upload
    space.save(update_fields=["logo"])
    new = space.logo.name or ""
    journal.record(
        "logo_changed", space, by=by, at=now, changes={"logo": [old, new]}, space_id=space.pk
    )
    if old and old != new:
        transaction.on_commit(lambda: storage.delete(old))


@transaction.atomic
def set_embed_sites(space: "Space", sites: list[str], *, by: "User", now: datetime) -> None:
    """Only these origins may frame the space; none of them: any site may."""
    before, space.embed_sites = space.embed_sites, sites
    if before == sites:
        return
    space.save(update_fields=["embed_sites"])
    changes = {"embed_sites": [before, sites]}
    journal.record("embed_sites_set", space, by=by, at=now, changes=changes, space_id=space.pk)


@transaction.atomic
def invite(
    space: "Space",
    *,
    email: str,
    name: str,
    kind: str,
    by: "User",
    now: datetime,
    partner_kind: str = "",
) -> "User":
    """Give `email` a role in the space; the letter with the link leaves once all is written."""
    user = open_account(email, name=name, by=by, now=now)
    grant_role(space, user, kind, by=by, now=now, partner_kind=partner_kind)
    transaction.on_commit(lambda: send_invitation(user, place=space.name, inviter=str(by)))
    return user
