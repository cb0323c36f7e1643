"""What an acknowledgment of receipt says, on the page, in the letter and on paper.

Sources: code des relations entre le public et l'administration, articles L112-3 and R112-5 (date of receipt, service,
contact, date of the implicit decision) and L231-4, 3° (two months of silence on a demand of money are a rejection),
as read on 22 November 2026. The remedies are said without their delay, that the letter of decision will carry.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format

from maillage.calls.lib.words import long_instant

SILENCE_REF = "Code des relations entre le public et l'administration, article L231-4, 3° (texte lu le 22 novembre 2026)"
RECEIPT_REF = (
    "Code des relations entre le public et l'administration, articles L112-3 et R112-5 "
    "(textes lus le 22 novembre 2026)"
)


@dataclass(frozen=True)
class Receipt:
    """`rank` is the version deposited; `received_at` the instant at which it reached us."""

    reference: str
    title: str
    lead: str
    call: str
    authority: str
    service: str
    contact: str
    rank: int
    received_at: datetime
    signed_as: str
    silent_on: date | None
    requested: str = ""
    files: tuple[str, ...] = ()

    @property
    def received(self) -> str:
        return long_instant(self.received_at)

    @property
    def silence(self) -> str:
        if self.silent_on is None:
            return ""
        return (
            f"Sans réponse de {self.authority} le {date_format(self.silent_on, 'j F Y')}, votre demande sera réputée "
            "rejetée : le silence de deux mois sur une demande d'argent vaut rejet."
        )

    @property
    def remedies(self) -> str:
        return (
            f"Un rejet, même né du silence, peut être contesté : d'abord auprès de {self.authority}, qui peut revoir "
            "sa décision, ou devant le tribunal administratif. La lettre qui vous répondra dira les délais."
        )
