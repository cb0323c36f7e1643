"""Letters of the instruction to who writes a file, and to the agent who follows it (no applicant is named there)."""

from maillage.core.letters.kinds import LetterKind, declare

_WHY = "Vous recevez ce message parce que vous écrivez une candidature à cet appel."
_PLACES = {
    "person": "Léa Roy",
    "reference": "PROG26-0042",
    "title": "Ateliers de réparation",
    "call": "Progr'ESS 2026",
    "space": "Hauts-de-Seine",
}

CORRECTION_ASKED = declare(
    LetterKind(
        code="calls.correction_asked",
        label="Candidature : correction demandée",
        subject="À corriger avant le {due} : {reference}",
        text="Bonjour {person},\n\n{space} vous demande de reprendre quelques réponses de votre candidature « {title} » à "
        "l'appel {call} :\n\n{items}\n\n{text}\n\nCes réponses, et elles seules, sont rouvertes jusqu'au {due}.",
        button="Reprendre ces réponses",
        why=_WHY,
        places=_PLACES
        | {
            "items": "- Relevé d'identité bancaire",
            "text": "Le relevé joint est illisible.",
            "due": "6 mars 2026 à 18 h (heure de Paris)",
        },
    )
)
AUTHORITY_MESSAGE = declare(
    LetterKind(
        code="calls.authority_message",
        label="Candidature : message de la collectivité",
        subject="Un message sur votre candidature {reference}",
        text="Bonjour {person},\n\n{space} vous écrit au sujet de votre candidature « {title} » à l'appel {call}. Le "
        "message est sur la page de la candidature, où vous pouvez répondre.",
        button="Lire et répondre",
        why=_WHY,
        places=_PLACES,
    )
)
INADMISSIBLE = declare(
    LetterKind(
        code="calls.inadmissible",
        label="Candidature : irrecevable",
        subject="Candidature irrecevable : {reference}",
        text="Bonjour {person},\n\nVotre candidature « {title} » à l'appel {call} de {space} n'est pas recevable.\n\n"
        "Pourquoi : {reason}\n\nVous pouvez demander à la collectivité de revoir cette décision, ou saisir le tribunal "
        "administratif, dans les deux mois qui suivent ce message (code de justice administrative, article R421-1).",
        button="Voir ma candidature",
        why=_WHY,
        places=_PLACES | {"reason": "L'agrément ESUS n'était plus valable à la clôture."},
    )
)
DROPPED = declare(
    LetterKind(
        code="calls.dropped",
        label="Candidature : classée sans suite",
        subject="Candidature classée sans suite : {reference}",
        text="Bonjour {person},\n\nVotre candidature « {title} » à l'appel {call} de {space} est classée sans suite.\n\n"
        "Pourquoi : {reason}",
        button="Voir ma candidature",
        why=_WHY,
        places=_PLACES | {"reason": "La même demande a été déposée deux fois."},
    )
)
SHORTLISTED = declare(
    LetterKind(
        code="calls.shortlisted",
        label="Candidature : dossier complet demandé",
        subject="Vous êtes invités au dossier complet : {reference}",
        text="Bonjour {person},\n\nVotre pré-candidature « {title} » à l'appel {call} est retenue pour la suite : {space} "
        "vous invite à écrire le dossier complet.",
        button="Écrire le dossier complet",
        why=_WHY,
        places=_PLACES,
    )
)
SILENCE_NEAR = declare(
    LetterKind(
        code="calls.silence_near",
        label="Un rejet implicite approche",
        category="agents",
        subject="Sans réponse dans {days} jours, rejet implicite : {reference}",
        text="Bonjour {person},\n\nLa candidature {reference} à l'appel {call} de {space} n'a pas reçu de réponse. Sans "
        "décision le {date}, elle est réputée rejetée.",
        button="Ouvrir la candidature",
        why="Vous recevez ce message parce que vous suivez cette candidature pour {space}.",
        places={
            "person": "Camille Fontaine",
            "reference": "PROG26-0042",
            "call": "Progr'ESS 2026",
            "space": "Hauts-de-Seine",
            "days": "5",
            "date": "5 avril 2026",
        },
    )
)
