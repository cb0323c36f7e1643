"""Letters about a call itself: to the agents who prepare it, to everyone who writes or deposited a file."""

from maillage.core.letters.kinds import LetterKind, declare

_AGENT = "Vous recevez ce message parce que vous êtes agent de {space}."
_APPLICANT = "Vous recevez ce message parce que vous avez commencé ou déposé une candidature à cet appel de {space}."
_PLACES = {"person": "Camille Fontaine", "title": "Progr'ESS 2027", "space": "Hauts-de-Seine"}

TO_CHECK = declare(
    LetterKind(
        code="calls.to_check",
        label="Un appel à relire",
        category="agents",
        subject="À relire avant publication : {title}",
        text="Bonjour {person},\n\nL'appel « {title} » de {space} est prêt. Une autre personne que celle qui l'a préparé "
        "le relit, puis le publie ou le renvoie.",
        button="Relire l'appel",
        why=_AGENT,
        places=_PLACES,
    )
)
SENT_BACK = declare(
    LetterKind(
        code="calls.sent_back",
        label="Un appel renvoyé en brouillon",
        category="agents",
        subject="À reprendre : {title}",
        text="Bonjour {person},\n\nL'appel « {title} » de {space} a été relu. À reprendre :\n\n{reason}",
        button="Ouvrir l'appel",
        why=_AGENT,
        places=_PLACES | {"reason": "La délibération n'est pas indiquée."},
    )
)
EXTENDED = declare(
    LetterKind(
        code="calls.extended",
        label="Appel prolongé",
        subject="Plus de temps pour candidater : {title}",
        text="Bonjour {person},\n\n{space} prolonge l'appel « {title} ». Vous pouvez déposer, ou compléter ce que vous avez "
        "déposé, jusqu'au {until}.\n\nPourquoi : {reason}",
        button="Voir l'appel",
        why=_APPLICANT,
        places=_PLACES
        | {
            "until": "vendredi 12 février 2027 à 23 h 59 (heure de Paris)",
            "reason": "Le site a été indisponible une journée.",
        },
    )
)
ERRATUM = declare(
    LetterKind(
        code="calls.erratum",
        label="Erratum d'un appel",
        subject="Erratum : {title}",
        text="Bonjour {person},\n\n{space} corrige l'appel « {title} » :\n\n{reason}",
        button="Voir l'appel",
        why=_APPLICANT,
        places=_PLACES | {"reason": "Les frais de déplacement sont retenus."},
    )
)
CANCELLED = declare(
    LetterKind(
        code="calls.cancelled",
        label="Appel annulé",
        subject="Appel annulé : {title}",
        text="Bonjour {person},\n\n{space} annule l'appel « {title} ». Les candidatures sont classées sans suite.\n\n"
        "Pourquoi : {reason}",
        button="Voir l'appel",
        why=_APPLICANT,
        places=_PLACES | {"reason": "Les crédits n'ont pas été votés."},
    )
)
