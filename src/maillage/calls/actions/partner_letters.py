"""Tell the organisations of a file what changes, in the caller's transaction."""

from datetime import datetime

from maillage.accounts.actions import tell
from maillage.accounts.models import User
from maillage.calls.enums import PartnerRole
from maillage.calls.lib.words import in_euros, long_date
from maillage.calls.models import Partner, Writer
from maillage.calls.notices import partners as letters
from maillage.core.letters.kinds import LetterKind
from maillage.core.letters.outbox import post
from maillage.structures.actions.telling import link_to
from maillage.structures.queries.people import administrators_of


def terms_words(partner: Partner) -> str:
    """« partenaire financé, 30 % et 3 000 €, pour : tenir les ateliers »."""
    said = [partner.get_role_display()]
    if partner.share is not None and partner.role != PartnerRole.UNFUNDED:
        said.append(f"{partner.share.normalize():f} %".replace(".", ","))
    if partner.amount is not None and partner.role != PartnerRole.UNFUNDED:
        said.append(in_euros(partner.amount))
    words = ", ".join(said)
    return f"{words}, pour : {partner.tasks}" if partner.tasks else f"{words}."


def values_of(partner: Partner) -> dict[str, str]:
    application = partner.application
    return {
        "title": application.title or "sans titre encore",
        "call": application.edition.title,
        "lead": application.lead_name or "Le chef de file",
        "partner": partner.name,
    }


def people_of(partner: Partner) -> list[User]:
    """Administrators of its page, and whoever reads the file for it."""
    found: dict[int, User] = {}
    if partner.structure is not None:
        found |= {one.user.pk: one.user for one in administrators_of(partner.structure)}
    rows = Writer.objects.filter(partner=partner, ended_at=None, user__isnull=False)
    for row in rows.select_related("user"):
        if row.user is not None:
            found[row.user.pk] = row.user
    return [found[pk] for pk in sorted(found)]


def leaders_of(partner: Partner) -> list[User]:
    rows = Writer.objects.filter(
        application=partner.application, partner=None, ended_at=None, user__isnull=False
    )
    return [one.user for one in rows.select_related("user").order_by("pk") if one.user is not None]


def send_key(partner: Partner, key: str, *, now: datetime) -> None:
    """To the contact's address; the administrators of the page are told beside, without a key."""
    words = values_of(partner) | {"terms": terms_words(partner)}
    if partner.contact_email and partner.key_expires_at is not None:
        post(
            letters.INVITED,
            to=partner.contact_email,
            values=words | {"until": long_date(partner.key_expires_at)},
            link=link_to("partners:invitation", key),
            now=now,
        )
    theirs = [one for one in people_of(partner) if one.email != partner.contact_email]
    tell(theirs, letters.ASKED, words, now=now, link=link_to("partners:one", partner.pk))


def tell_partner(partner: Partner, kind: LetterKind, *, now: datetime, **values: str) -> None:
    link = link_to("partners:one", partner.pk) if kind.button else ""
    tell(people_of(partner), kind, values_of(partner) | values, now=now, link=link)


def tell_leaders(partner: Partner, kind: LetterKind, *, now: datetime, **values: str) -> None:
    link = link_to("partners:list", partner.application_id)
    tell(leaders_of(partner), kind, values_of(partner) | values, now=now, link=link)
