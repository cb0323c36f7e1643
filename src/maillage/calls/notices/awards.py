"""Letters about grants: what was decided, payments, reports. None holds a word that a stranger typed but titles."""

from maillage.calls.enums import PaperKind
from maillage.core.letters.kinds import LetterKind, declare

_WHY = "Vous recevez ce message parce que vous écrivez la candidature {reference}, déposée auprès de {space}."
_AGENT = "Vous recevez ce message parce que vous êtes agent de {space}."
_PLACES = {"call": "Progr'ESS 2026", "reference": "PROG26-0042", "space": "Hauts-de-Seine", "person": "Nadia Haddad"}  # fmt: skip


def _to_applicant(
    code: str, label: str, subject: str, text: str, button: str, **places: str
) -> LetterKind:
    return declare(
        LetterKind(
            code=f"calls.{code}",
            label=label,
            subject=subject,
            text=f"Bonjour {{person}},\n\n{text}",
            button=button,
            why=_WHY,
            places=_PLACES | places,
        )
    )


def _to_agent(
    code: str, label: str, subject: str, text: str, button: str, **places: str
) -> LetterKind:
    return declare(
        LetterKind(
            code=f"calls.{code}",
            label=label,
            category="agents",
            subject=subject,
            text=f"Bonjour {{person}},\n\n{text}",
            button=button,
            why=_AGENT,
            places=_PLACES | places,
        )
    )


AWARDED = _to_applicant(
    "awarded",
    "Subvention attribuée",
    "{call} : votre projet est retenu",
    "La candidature {reference} est retenue. La lettre d'attribution dit le montant, les motifs, les versements et ce "
    "qui est attendu de vous. Acceptez la subvention, ou renoncez-y, depuis cette page.",
    "Ouvrir la lettre",
)
WAITING = _to_applicant(
    "waiting_list",
    "Liste d'attente",
    "{call} : votre projet est en liste d'attente",
    "La candidature {reference} est en liste d'attente. La lettre dit son rang et les motifs.",
    "Ouvrir la lettre",
)
REJECTED = _to_applicant(
    "rejected",
    "Projet non retenu",
    "{call} : réponse à votre candidature {reference}",
    "La candidature {reference} n'est pas retenue. La lettre dit pourquoi, et comment contester cette décision.",
    "Ouvrir la lettre",
)
AGREEMENT_SENT = _to_applicant(
    "agreement_sent",
    "Convention à signer",
    "{call} : une convention à signer",
    "La convention de la subvention {reference} est prête. Lisez-la, signez-la, puis déposez l'exemplaire signé sur "
    "cette page.",
    "Ouvrir la convention",
)
RECOVERY_ASKED = _to_applicant(
    "recovery_asked",
    "Reversement demandé",
    "{call} : demande de reversement",
    "{space} demande le reversement d'une part de la subvention {reference}. La lettre dit combien, pourquoi et avant "
    "quelle date.",
    "Ouvrir la lettre",
)
PAID = _to_applicant(
    "paid",
    "Versement payé",
    "{call} : un versement de {amount}",
    "Un versement de {amount} a été payé le {date} pour la subvention {reference}.",
    "Voir la subvention",
    amount="5 250 €",
    date="22 novembre 2026",
)
REPORT_SOON = _to_applicant(
    "report_soon",
    "Bilan attendu",
    "{call} : votre bilan est attendu le {date}",
    "Le bilan de la subvention {reference} est attendu le {date} au plus tard. Il reprend vos prévisions : il reste à "
    "dire ce qui a été fait.",
    "Écrire le bilan",
    date="30 juin 2027",
)
REPORT_LATE = _to_applicant(
    "report_late",
    "Bilan en retard",
    "{call} : votre bilan est en retard",
    "Le bilan de la subvention {reference} était attendu le {date}. Tant qu'il manque, le solde ne peut pas être versé "
    "et une nouvelle demande peut être refusée.",
    "Écrire le bilan",
    date="30 juin 2027",
)
REPORT_RETURNED = _to_applicant(
    "report_returned",
    "Bilan à compléter",
    "{call} : votre bilan est à compléter",
    "Le bilan de la subvention {reference} vous est rendu, à compléter :\n\n{reason}",
    "Compléter le bilan",
    reason="Le tableau ne dit pas les dépenses de personnel.",
)
REPORT_VALIDATED = _to_applicant(
    "report_validated",
    "Bilan validé",
    "{call} : votre bilan est validé",
    "Le bilan de la subvention {reference} est validé. Merci.",
    "Voir la subvention",
)
RELEASED = _to_applicant(
    "award_released",
    "Subvention retirée ou caduque",
    "{call} : fin de la subvention {reference}",
    "La subvention {reference} est {state}.\n\nMotif : {reason}",
    "Voir la subvention",
    state="caduque",
    reason="Le projet n'a pas commencé.",
)
RENOUNCED = _to_agent(
    "award_renounced",
    "Désistement d'un lauréat",
    "{reference} : désistement, {amount} rendus à l'enveloppe",
    "Le bénéficiaire de {reference} ({call}) renonce à sa subvention : {amount} reviennent à l'enveloppe. La liste "
    "d'attente peut être appelée.",
    "Voir la liste d'attente",
    amount="7 500 €",
)
REPORT_IN = _to_agent(
    "report_in",
    "Bilan reçu",
    "{reference} : bilan reçu",
    "Le bilan de la subvention {reference} ({call}) est arrivé. Il attend votre examen.",
    "Examiner le bilan",
)

# The letter that announces each document; the others are announced by who makes them.
OF_PAPER = {
    PaperKind.AWARD: AWARDED,
    PaperKind.WAITING: WAITING,
    PaperKind.REJECTION: REJECTED,
    PaperKind.AGREEMENT: AGREEMENT_SENT,
    PaperKind.RECOVERY: RECOVERY_ASKED,
}
