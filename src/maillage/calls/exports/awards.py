"""Tables of awards and payments to take away."""

from collections.abc import Iterable, Iterator

from maillage.calls.models import Award, Instalment
from maillage.core.tabular.writing import Column, Row

AWARD_COLUMNS = (
    Column("reference", "numéro", 16),
    Column("call", "appel", 30),
    Column("beneficiary", "bénéficiaire", 36),
    Column("siret", "SIRET", 18),
    Column("rna", "RNA", 14),
    Column("purpose", "objet", 40),
    Column("requested", "montant demandé", 16, kind="number"),
    Column("amount", "montant attribué", 16, kind="number"),
    Column("status", "état", 22),
    Column("decision_ref", "délibération", 20),
    Column("decision_on", "prise le", 14, kind="date"),
    Column("notified_on", "notifiée le", 14, kind="date"),
)

PAYMENT_COLUMNS = (
    Column("reference", "numéro", 16),
    Column("call", "appel", 30),
    Column("budget_line", "imputation", 22),
    Column("beneficiary", "bénéficiaire", 36),
    Column("siret", "SIRET", 18),
    Column("rna", "RNA", 14),
    Column("purpose", "objet", 40),
    Column("rank", "versement", 10, kind="integer"),
    Column("kind", "sorte", 18),
    Column("amount", "montant", 16, kind="number"),
    Column("decision_ref", "délibération", 20),
    Column("payable_on", "payable depuis le", 16, kind="date"),
    Column("due_on", "à payer avant le", 16, kind="date"),
    Column("exported_on", "déjà transmis le", 16, kind="date"),
)


def award_rows(awards: Iterable[Award]) -> Iterator[Row]:
    for one in awards:
        yield {
            "reference": one.application.reference,
            "call": one.application.edition.title,
            "beneficiary": one.beneficiary,
            "siret": one.siret,
            "rna": one.rna,
            "purpose": one.purpose,
            "requested": one.requested,
            "amount": one.amount,
            "status": one.get_status_display(),
            "decision_ref": one.decision_ref,
            "decision_on": one.decision_on,
            "notified_on": one.notified_at.date() if one.notified_at else None,
        }


def payment_rows(payments: Iterable[Instalment]) -> Iterator[Row]:
    for one in payments:
        award = one.award
        yield {
            "reference": award.application.reference,
            "call": award.application.edition.title,
            "budget_line": award.envelope.budget_line,
            "beneficiary": award.beneficiary,
            "siret": award.siret,
            "rna": award.rna,
            "purpose": award.purpose,
            "rank": one.rank,
            "kind": one.get_kind_display(),
            "amount": one.amount,
            "decision_ref": award.decision_ref,
            "payable_on": one.payable_at.date() if one.payable_at else None,
            "due_on": one.due_on,
            "exported_on": one.exported_at.date() if one.exported_at else None,
        }
