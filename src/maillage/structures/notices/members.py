"""Letters between the people who keep a page."""

from maillage.core.letters.kinds import LetterKind, declare

_CATEGORY = "structures"
_WHY = "Vous recevez ce message parce que vous tenez, ou teniez, la fiche de {structure}."
_PLACES = {"person": "Nadia Belkacem", "structure": "La Ressourcerie", "who": "Samuel Kouassi"}

INVITED = declare(
    LetterKind(
        code="structures.invited",
        label="Invitation à tenir une fiche",
        subject="Invitation à tenir la fiche {structure}",
        text="Bonjour,\n\n{who} vous invite à tenir la fiche de {structure} : {role}.\n\nLe lien ci-dessous "
        "sert une fois, jusqu'au {until}, avec l'adresse {email}. Sans compte, il vous aide à en ouvrir un.",
        button="Répondre à l'invitation",
        why="Vous recevez ce message parce que {who} a donné votre adresse. Si vous ne connaissez pas cette "
        "structure, ne faites rien : l'invitation s'éteint seule.",
        secret=True,
        places={
            "structure": "La Ressourcerie",
            "who": "Nadia Belkacem",
            "role": "vous pourrez la modifier",
            "until": "6 décembre 2026",
            "email": "samuel@exemple.fr",
        },
    )
)
JOINED = declare(
    LetterKind(
        code="structures.member_joined",
        label="Quelqu'un tient la fiche avec vous",
        category=_CATEGORY,
        subject="Une personne de plus tient la fiche {structure}",
        text="Bonjour {person},\n\n{who} tient maintenant avec vous la fiche de {structure} : {role}.",
        button="Voir les membres",
        why=_WHY,
        places={**_PLACES, "role": "modifie la fiche"},
    )
)
ROLE_CHANGED = declare(
    LetterKind(
        code="structures.member_role",
        label="Votre rôle sur une fiche change",
        category=_CATEGORY,
        subject="Votre rôle sur la fiche {structure}",
        text="Bonjour {person},\n\n{who} a changé votre rôle sur la fiche de {structure} : {role}.",
        button="Ouvrir la fiche",
        why=_WHY,
        places={**_PLACES, "role": "vous administrez la fiche"},
    )
)
REMOVED = declare(
    LetterKind(
        code="structures.member_removed",
        label="Vous ne tenez plus une fiche",
        category=_CATEGORY,
        subject="Vous ne tenez plus la fiche {structure}",
        text="Bonjour {person},\n\n{who} vous a retiré la fiche de {structure}.\n\n{reason}",
        why=_WHY,
        places={**_PLACES, "reason": "Motif : départ de l'association."},
    )
)
GONE = declare(
    LetterKind(
        code="structures.member_gone",
        label="Quelqu'un ne tient plus la fiche",
        category=_CATEGORY,
        subject="Une personne ne tient plus la fiche {structure}",
        text="Bonjour {person},\n\n{who} ne tient plus la fiche de {structure}. {next}",
        button="Ouvrir la fiche",
        why=_WHY,
        places={**_PLACES, "next": "Vous restez trois à la tenir."},
    )
)
HANDED_OVER = declare(
    LetterKind(
        code="structures.handed_over",
        label="Une fiche vous est transmise",
        category=_CATEGORY,
        subject="La fiche {structure} vous est transmise",
        text="Bonjour {person},\n\n{who} vous transmet la fiche de {structure} : vous l'administrez "
        "maintenant.",
        button="Ouvrir la fiche",
        why=_WHY,
        places=_PLACES,
    )
)
RELEASED = declare(
    LetterKind(
        code="structures.released",
        label="Une fiche n'est plus tenue",
        category="moderation",
        subject="Fiche rendue : {structure}",
        text="Bonjour {person},\n\nPlus personne n'administre la fiche de {structure}. {next}",
        button="Voir la structure",
        why="Vous recevez ce message parce que vous êtes agent de {space}.",
        places={
            "person": "Camille Fontaine",
            "structure": "La Ressourcerie",
            "space": "Est Ensemble",
            "next": "Deux membres peuvent encore la modifier.",
        },
    )
)
