"""The acknowledgment of a deposit."""

from maillage.calls.lib.answer_values import euros
from maillage.calls.lib.receipt import Receipt
from maillage.calls.models import Application, Deposit


def receipt_of(application: Application, deposit: Deposit) -> Receipt:
    """`application` with its edition, space and programme."""
    edition = application.edition
    return Receipt(
        reference=application.reference,
        title=application.title or "Sans titre",
        lead=application.lead_name,
        call=edition.title,
        authority=edition.space.authority or edition.space.name,
        service=edition.programme.service or edition.space.authority or edition.space.name,
        contact=edition.contact_email or edition.programme.contact_email,
        rank=deposit.rank,
        received_at=deposit.at,
        signed_as=deposit.signed_as,
        silent_on=application.implicit_rejection_on,
        requested=euros(application.requested) if application.requested is not None else "",
        files=tuple(one.get("name", "") for one in deposit.content.get("files", ())),
    )
