"""Who is in a file with the lead, who has still to engage, and whether the shares hold together."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from maillage.accounts.queries import verified_addresses
from maillage.calls.enums import ApplicationStatus, PartnerRole, WriterKind
from maillage.calls.lib.rule_words import CER_FAMILIES
from maillage.calls.lib.words import in_euros
from maillage.calls.models import Application, Partner
from maillage.calls.permissions import speaks_for, writer_of
from maillage.structures.models import LegalCategory
from maillage.structures.queries.people import administrators_of

if TYPE_CHECKING:
    from maillage.accounts.models import User

HUNDRED = Decimal(100)
# While the file may still be deposited, whoever is in it may change.
OPEN = frozenset(
    {ApplicationStatus.DRAFT, ApplicationStatus.SUBMITTED, ApplicationStatus.SHORTLISTED}
)


def not_engaged(application: Application) -> list[Partner]:
    """Partners whose representative has still to sign. The lead engages by depositing; who refused is out."""
    waiting = Partner.objects.filter(application=application, engaged_at=None, refused_at=None)
    return list(waiting.exclude(role=PartnerRole.LEAD).order_by("pk"))


def present(application: Application) -> list[Partner]:
    """The lead first, then the others in the order in which they came; without those who refused."""
    rows = Partner.objects.filter(application=application, refused_at=None)
    found = rows.select_related("structure", "engaged_by").order_by("pk")
    return sorted(found, key=lambda one: one.role != PartnerRole.LEAD)


def refused(application: Application) -> list[Partner]:
    rows = Partner.objects.filter(application=application, refused_at__isnull=False)
    return list(rows.order_by("pk"))


def shares_problem(application: Application) -> str:
    """One sentence when shares or amounts do not hold together; empty when they do, or when the lead is alone."""
    partners = present(application)
    if len(partners) < 2:
        return ""
    funded = [one for one in partners if one.role != PartnerRole.UNFUNDED]
    if sum((one.share or Decimal(0) for one in funded), Decimal(0)) != HUNDRED:
        total = sum((one.share or Decimal(0) for one in funded), Decimal(0))
        said = f"{total.normalize():f}".replace(".", ",")
        return f"Les parts font {said} % : elles doivent faire 100 %."
    amounts = sum((one.amount or Decimal(0) for one in funded), Decimal(0))
    asked = application.requested
    if asked is not None and amounts != asked:
        return f"Les montants des partenaires font {in_euros(amounts)} ; le projet demande {in_euros(asked)}."
    return ""


def must_redistribute(application: Application) -> bool:
    """Whether the money would pass from the lead to the others: the agreement must then say so (CGCT L1611-4)."""
    return any(one.role == PartnerRole.LEAD and one.redistributes for one in present(application))


def signs_commitment(partner: Partner) -> bool:
    """Associations and foundations sign the « contrat d'engagement républicain ».

    One whose legal form nobody knows is asked too: the page says that it is for associations and foundations.
    """
    family = partner.structure.family if partner.structure is not None else ""
    if not family and partner.legal_category:
        code = partner.legal_category
        family = (
            LegalCategory.objects.filter(code=code).values_list("family", flat=True).first() or ""
        )
    return not family or family in CER_FAMILIES


@dataclass(frozen=True)
class Standing:
    """What a person may do about a partner. `why` says what is missing to sign."""

    may_read: bool
    may_sign: bool
    why: str = ""


def standing_of(user: "User", partner: Partner) -> Standing:
    """An administrator of the structure's page signs; when nobody is, or out of the directory, its keyed contact."""
    writer = writer_of(user, partner.application)
    reads = writer is not None
    if partner.structure is not None:
        if speaks_for(user, partner.structure):
            return Standing(may_read=True, may_sign=True)
        if administrators_of(partner.structure).exists():
            why = f"Seule une personne qui administre la fiche de {partner.name} peut l'engager."
            return Standing(may_read=reads, may_sign=False, why=why)
    if writer is not None and writer.partner_id == partner.pk:
        return Standing(may_read=True, may_sign=True)
    return Standing(may_read=reads, may_sign=False, why="Ouvrez le lien reçu dans l'invitation.")


def may_lead(user: "User", application: Application) -> bool:
    """Whether the person settles who is in the file: a writer of the lead who deposits or writes."""
    writer = writer_of(user, application)
    return (
        writer is not None and writer.kind != WriterKind.READER and writer.partner_id is None
    ) or (writer is not None and writer.kind == WriterKind.OWNER)


def is_contact(user: "User", partner: Partner) -> bool:
    """Whether the invitation was sent to an address that the person proved."""
    return partner.contact_email.lower() in verified_addresses(user)


def key_is_open(partner: Partner, now: datetime) -> bool:
    return partner.key_expires_at is not None and now < partner.key_expires_at
