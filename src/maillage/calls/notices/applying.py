"""Letters to those who write a file, and to the agent who follows it. A letter to an agent names no applicant."""

from maillage.core.letters.kinds import LetterKind, declare

_CATEGORY = "candidatures"
_WHY = "Vous recevez ce message parce que vous écrivez une candidature à cet appel."
_PLACES = {
    "person": "Léa Roy",
    "reference": "PROG26-0042",
    "title": "Ateliers de réparation",
    "call": "Progr'ESS 2026",
    "space": "Hauts-de-Seine",
}

RECEIPT = declare(
    LetterKind(
        code="calls.receipt",
        label="Candidature : accusé de réception",
        subject="Candidature reçue : {reference}",
        text="Bonjour {person},\n\n{space} a reçu votre candidature « {title} » à l'appel {call}, sous le numéro "
        "{reference}, le {received}.\n\n{silence}\n\nService : {service}\nContact : {contact}\n\n{remedies}\n\n"
        "L'accusé de réception, à garder, est sur la page de la candidature.",
        button="Voir l'accusé de réception",
        why=_WHY,
        places=_PLACES
        | {
            "received": "5 février 2026 à 18 h 04 (heure de Paris)",
            "service": "Service de l'économie sociale et solidaire",
            "contact": "ess@exemple.fr",
            "silence": "Sans réponse le 5 avril 2026, votre demande est réputée rejetée.",
            "remedies": "Une décision de rejet peut être contestée.",
        },
    )
)
WRITER_INVITED = declare(
    LetterKind(
        code="calls.writer_invited",
        label="Invitation à écrire une candidature",
        subject="Invitation à écrire une candidature à {call}",
        text="Bonjour,\n\n{who} vous invite à écrire une candidature à l'appel {call} de {space} : {may}.\n\nLe lien "
        "ci-dessous sert une fois, jusqu'au {until}, avec l'adresse {email}. Sans compte, il vous aide à en ouvrir un.",
        button="Répondre à l'invitation",
        why="Vous recevez ce message parce que {who} a donné votre adresse. Si vous ne connaissez pas cette "
        "candidature, ne faites rien : l'invitation s'éteint seule.",
        secret=True,
        places={
            "who": "Nadia Belkacem",
            "call": "Progr'ESS 2026",
            "space": "Hauts-de-Seine",
            "may": "vous pourrez écrire",
            "until": "6 décembre 2026",
            "email": "samuel@exemple.fr",
        },
    )
)
REMINDER = declare(
    LetterKind(
        code="calls.draft_reminder",
        label="Candidature pas encore déposée",
        category=_CATEGORY,
        subject="{left} pour déposer : {call}",
        text="Bonjour {person},\n\nVotre candidature « {title} » à l'appel {call} n'est pas déposée. L'appel se ferme "
        "le {closes}. {missing}",
        button="Reprendre ma candidature",
        why=_WHY,
        places={
            "person": "Léa Roy",
            "title": "Ateliers de réparation",
            "call": "Progr'ESS 2026",
            "left": "3 jours",
            "closes": "6 février 2026 à 23 h 59 (heure de Paris)",
            "missing": "Il manque 4 réponses sur 20.",
        },
    )
)
MESSAGE_RECEIVED = declare(
    LetterKind(
        code="calls.applicant_message",
        label="Un candidat vous écrit",
        category="agents",
        subject="Message sur la candidature {reference}",
        text="Bonjour {person},\n\nUn message attend votre lecture sur la candidature {reference} à l'appel {call} de "
        "{space}.",
        button="Ouvrir la candidature",
        why="Vous recevez ce message parce que vous suivez cette candidature pour {space}.",
        places={
            "person": "Camille Fontaine",
            "reference": "PROG26-0042",
            "call": "Progr'ESS 2026",
            "space": "Hauts-de-Seine",
        },
    )
)
CORRECTION_ANSWERED = declare(
    LetterKind(
        code="calls.correction_answered",
        label="Une correction est rendue",
        category="agents",
        subject="Correction rendue : {reference}",
        text="Bonjour {person},\n\nLa correction demandée sur la candidature {reference} à l'appel {call} de {space} "
        "est rendue.",
        button="Ouvrir la candidature",
        why="Vous recevez ce message parce que vous suivez cette candidature pour {space}.",
        places={
            "person": "Camille Fontaine",
            "reference": "PROG26-0042",
            "call": "Progr'ESS 2026",
            "space": "Hauts-de-Seine",
        },
    )
)
