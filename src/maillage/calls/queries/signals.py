"""Links between people who read and files, found from everything both are known by.

A confirmed address is not asked for: a link must not be missed because somebody never opened a letter.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.db.models import Q

from maillage.accounts.models import ProConnectAccount, User
from maillage.calls.lib.signals import SHARED_DOMAINS, Signal, own_domain
from maillage.calls.models import Application, Award, Edition, Juror, Partner, Writer
from maillage.core.search.analysis import fold
from maillage.structures.models import Membership

if TYPE_CHECKING:
    from datetime import datetime

_PAST_YEARS = 3


@dataclass
class _Person:
    emails: set[str] = field(default_factory=set)
    name: str = ""
    organisation: str = ""
    sirens: set[str] = field(default_factory=set)
    keeps: set[int] = field(default_factory=set)
    kept: set[int] = field(default_factory=set)
    writes: set[int] = field(default_factory=set)


@dataclass
class _File:
    contacts: set[str] = field(default_factory=set)
    domains: set[str] = field(default_factory=set)
    officers: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    sirens: set[str] = field(default_factory=set)
    structures: set[int] = field(default_factory=set)


def found_signals(
    edition: Edition,
    users: Collection[int],
    now: "datetime",
    applications: Collection[int] | None = None,
) -> dict[tuple[int, int], list[Signal]]:
    """Signals by (file, person); pairs without any are left out. Seven queries whatever the numbers.

    `applications`: only these files; the others of the edition still tell who competes.
    """
    files = _files(edition)
    people = _people(edition, users, now)
    applying = {pk for one in files.values() for pk in one.structures}
    funded = set(
        Award.objects.filter(
            application__edition__programme=edition.programme_id, structure__isnull=False
        )
        .exclude(application__edition=edition)
        .values_list("structure", flat=True)
    )
    wanted = files if applications is None else {pk: files.get(pk, _File()) for pk in applications}
    return {
        (pk, user): signals
        for pk, file in wanted.items()
        for user, person in people.items()
        if (signals := sorted(_between(pk, file, person, applying, funded)))
    }


def _between(
    pk: int, file: _File, person: _Person, applying: set[int], funded: set[int]
) -> Iterable[Signal]:
    inside = bool(person.keeps & file.structures)
    seen = {
        "writer": pk in person.writes,
        "member": inside,
        "was_member": not inside and bool(person.kept & file.structures),
        "contact": bool(person.emails & file.contacts),
        "officer": person.name in file.officers - {""},
        "organisation": person.organisation in file.names - {""},
        "competes": not inside and bool(person.keeps & applying),
        "funded": bool(person.keeps & funded),
    }
    yield from (Signal(code) for code, is_seen in seen.items() if is_seen)
    yield from (Signal("employer", siren) for siren in person.sirens & file.sirens)
    domains = {own_domain(one) for one in person.emails} & file.domains
    yield from (Signal("domain", domain) for domain in domains - {""})


def _files(edition: Edition) -> dict[int, _File]:
    files: dict[int, _File] = {
        pk: _File()
        for pk in Application.objects.filter(edition=edition)
        .deposited()
        .values_list("pk", flat=True)
    }
    rows = Partner.objects.filter(application__in=files).values_list(
        "application", "name", "siret", "contact_email", "contact_name", "representative",
        "structure", "structure__name", "structure__siren", "structure__email", "structure__website",
    )  # fmt: skip
    for pk, name, siret, contact, contact_name, official, structure, known, siren, email, site in rows:  # fmt: skip
        file = files[pk]
        file.names |= {fold(one) for one in (name, known) if one}
        file.sirens |= {one for one in (siret[:9], siren) if one}
        file.officers |= {fold(one) for one in (contact_name, official) if one}
        if contact:
            file.contacts.add(contact.lower())
        file.domains |= {own_domain(one) for one in (contact, email) if one}
        host = (urlsplit(site).hostname or "").removeprefix("www.") if site else ""
        file.domains |= {host} if host and host not in SHARED_DOMAINS else set()
        if structure:
            file.structures.add(structure)
    return files


def _people(edition: Edition, users: Collection[int], now: "datetime") -> dict[int, _Person]:
    people: dict[int, _Person] = defaultdict(_Person)
    for pk, email, name in User.objects.filter(pk__in=users).values_list("pk", "email", "name"):
        people[pk].emails.add(email.lower())
        people[pk].name = fold(name)
    for pk, email in EmailAddress.objects.filter(user__in=users).values_list("user", "email"):
        people[pk].emails.add(email.lower())
    for pk, siret in ProConnectAccount.objects.filter(user__in=users).values_list("user", "siret"):
        people[pk].sirens |= {siret[:9]} if siret else set()
    since = now.replace(year=now.year - _PAST_YEARS, day=min(now.day, 28))
    memberships = Membership.objects.filter(
        Q(ended_at=None) | Q(ended_at__gte=since), user__in=users
    )
    for pk, structure, ended in memberships.values_list("user", "structure", "ended_at"):
        (people[pk].keeps if ended is None else people[pk].kept).add(structure)
    writers = Writer.objects.filter(application__edition=edition, user__in=users)
    for pk, application in writers.values_list("user", "application"):
        people[pk].writes.add(application)
    for pk, organisation in Juror.objects.filter(edition=edition, user__in=users).values_list(
        "user", "organisation"
    ):
        people[pk].organisation = fold(organisation)
    return dict(people)
