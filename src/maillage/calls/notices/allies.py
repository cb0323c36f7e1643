"""Letters of a call for allies. Addresses are never told: letters go through the platform."""

from maillage.core.letters.kinds import LetterKind, declare

_CATEGORY = "candidatures"
_WHY = "Vous recevez ce message parce que vous cherchez des alliés pour cet appel."
_PLACES = {"person": "Léa Roy", "group": "Réparer ensemble", "call": "Progr'ESS 2026"}

GROUPED = declare(
    LetterKind(
        code="calls.allies_grouped",
        label="Vous êtes dans un groupe d'alliés",
        category=_CATEGORY,
        subject="Un groupe d'alliés pour vous",
        text="Bonjour {person},\n\nVous êtes maintenant dans le groupe « {group} » pour l'appel {call}, avec : {others}.\n\n"
        "Sa page dit ce qui manque encore, et permet de s'y écrire.",
        button="Voir le groupe",
        why=_WHY,
        places=_PLACES | {"others": "La Bricothèque, Paul Martin"},
    )
)
MESSAGE = declare(
    LetterKind(
        code="calls.allies_message",
        label="Message de votre groupe d'alliés",
        category=_CATEGORY,
        subject="Un message dans votre groupe d'alliés",
        text="Bonjour {person},\n\n{who} écrit au groupe « {group} » (appel {call}) :\n\n{words}",
        button="Répondre sur la page du groupe",
        why=_WHY,
        places=_PLACES | {"who": "Paul Martin", "words": "On se voit jeudi ?"},
    )
)
APPLIED = declare(
    LetterKind(
        code="calls.allies_applied",
        label="Votre groupe commence une candidature",
        category=_CATEGORY,
        subject="La candidature de votre groupe d'alliés commence",
        text="Bonjour {person},\n\n{lead} commence, pour le groupe « {group} », une candidature à l'appel {call}. Chaque "
        "organisation reçoit une proposition, à lire puis à signer.",
        button="Voir le groupe",
        why=_WHY,
        places=_PLACES | {"lead": "La Ressourcerie"},
    )
)
