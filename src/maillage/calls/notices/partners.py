"""Letters between the organisations of one file."""

from maillage.core.letters.kinds import LetterKind, declare

_CATEGORY = "candidatures"
_PLACES = {
    "person": "Léa Roy",
    "title": "Ateliers de réparation",
    "call": "Progr'ESS 2026",
    "lead": "La Ressourcerie",
    "partner": "La Bricothèque",
}
_WHY_LEAD = "Vous recevez ce message parce que vous écrivez cette candidature."
_WHY_PARTNER = "Vous recevez ce message parce que {partner} est partenaire de cette candidature."

INVITED = declare(
    LetterKind(
        code="calls.partner_invited",
        label="Invitation d'un partenaire à une candidature",
        subject="On vous propose de candidater ensemble : {call}",
        text="Bonjour,\n\n{lead} propose à {partner} d'être partenaire de la candidature « {title} » à l'appel {call}.\n\n"
        "Ce qui est proposé : {terms}\n\nLe lien ci-dessous permet de lire le dossier, puis d'accepter ou de refuser. Il "
        "est valable jusqu'au {until} ; passé ce jour, il en donne un nouveau.",
        button="Lire la proposition",
        why="Vous recevez ce message parce que {lead} a donné votre adresse comme contact de {partner}. Si vous ne "
        "connaissez pas cette organisation, ne faites rien.",
        secret=True,
        places={
            "lead": "La Ressourcerie",
            "partner": "La Bricothèque",
            "title": "Ateliers de réparation",
            "call": "Progr'ESS 2026",
            "terms": "30 % et 3 000 €, pour tenir les ateliers",
            "until": "6 décembre 2026",
        },
    )
)
ASKED = declare(
    LetterKind(
        code="calls.partner_asked",
        label="Votre structure est invitée à une candidature",
        category=_CATEGORY,
        subject="On vous propose de candidater ensemble : {call}",
        text="Bonjour {person},\n\n{lead} propose à {partner} d'être partenaire de la candidature « {title} » à l'appel "
        "{call}.\n\nCe qui est proposé : {terms}\n\nLisez le dossier, puis acceptez ou refusez au nom de {partner}.",
        button="Lire la proposition",
        why="Vous recevez ce message parce que vous administrez la fiche de {partner}.",
        places=_PLACES | {"terms": "30 % et 3 000 €, pour tenir les ateliers"},
    )
)
CHANGED = declare(
    LetterKind(
        code="calls.partner_changed",
        label="Ce qui vous est proposé change",
        category=_CATEGORY,
        subject="Votre engagement est à signer de nouveau : {call}",
        text="Bonjour {person},\n\n{lead} a changé ce qui est proposé à {partner} dans la candidature « {title} » à "
        "l'appel {call}.\n\nMaintenant : {terms}\n\nL'engagement déjà signé ne vaut plus : relisez, puis signez de nouveau.",
        button="Relire et signer",
        why=_WHY_PARTNER,
        places=_PLACES | {"terms": "25 % et 2 500 €, pour tenir les ateliers"},
    )
)
LATE = declare(
    LetterKind(
        code="calls.partner_late",
        label="Engagement attendu",
        category=_CATEGORY,
        subject="Votre engagement est attendu : {call}",
        text="Bonjour {person},\n\nLa candidature « {title} » à l'appel {call} ne peut pas être déposée tant que {partner} "
        "ne s'est pas engagé. L'appel se ferme le {closes}.",
        button="Lire et signer",
        why=_WHY_PARTNER,
        places=_PLACES | {"closes": "6 février 2026 à 23 h 59 (heure de Paris)"},
    )
)
REMOVED = declare(
    LetterKind(
        code="calls.partner_removed",
        label="Votre structure n'est plus partenaire",
        category=_CATEGORY,
        subject="Vous n'êtes plus partenaire d'une candidature : {call}",
        text="Bonjour {person},\n\n{lead} a retiré {partner} de la candidature « {title} » à l'appel {call}.",
        why=_WHY_PARTNER,
        places=_PLACES,
    )
)
ENGAGED = declare(
    LetterKind(
        code="calls.partner_engaged",
        label="Un partenaire s'est engagé",
        category=_CATEGORY,
        subject="Un partenaire s'est engagé : {call}",
        text="Bonjour {person},\n\n{partner} s'est engagé dans la candidature « {title} » à l'appel {call}. {left}",
        button="Voir les partenaires",
        why=_WHY_LEAD,
        places=_PLACES | {"left": "Un partenaire doit encore s'engager."},
    )
)
REFUSED = declare(
    LetterKind(
        code="calls.partner_refused",
        label="Un partenaire refuse",
        category=_CATEGORY,
        subject="Un partenaire ne participe pas : {call}",
        text="Bonjour {person},\n\n{partner} ne participera pas à la candidature « {title} » à l'appel {call}.\n\n{reason}",
        button="Voir les partenaires",
        why=_WHY_LEAD,
        places=_PLACES | {"reason": "« Nous n'avons pas les moyens cette année. »"},
    )
)
