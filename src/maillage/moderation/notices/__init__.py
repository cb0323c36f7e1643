"""Letters about contributions: to who contributes, to agents, to the people of a restricted page."""

from maillage.core.letters.kinds import LetterKind, declare

_WHY = (
    "Vous recevez ce message parce que cette adresse a été donnée sur le site de {space}. Si ce n'était "
    "pas vous, ne faites rien : sans confirmation, tout est effacé au bout de sept jours."
)
_FOLLOWED = "Vous recevez ce message parce que vous avez contribué à l'annuaire de {space}."
_PLACES = {"structure": "La Ressourcerie", "space": "Est Ensemble", "kind": "correction"}

CONFIRM = declare(
    LetterKind(
        code="moderation.confirm",
        label="Contribution : confirmer son adresse",
        category="",
        subject="Confirmez votre envoi à {space}",
        text="Bonjour,\n\nVous avez envoyé ceci à {space} ({kind}) : {structure}.\n\nConfirmez-le par le "
        "bouton ci-dessous : un agent le lira ensuite. Le même lien vous montrera la réponse.",
        button="Confirmer mon envoi",
        why=_WHY,
        secret=True,
        places=_PLACES,
    )
)
RECEIVED = declare(
    LetterKind(
        code="moderation.received",
        label="Contribution : bien reçue",
        category="contributions",
        subject="Bien reçu : {structure}",
        text="Bonjour,\n\nNous avons bien reçu votre envoi ({kind}) : {structure}. Un agent de {space} le "
        "lira et vous répondra.",
        button="Suivre mon envoi",
        why=_FOLLOWED,
        places=_PLACES,
    )
)
QUESTION = declare(
    LetterKind(
        code="moderation.question",
        label="Contribution : question d'un agent",
        category="contributions",
        subject="Une question sur {structure}",
        text="Bonjour,\n\nUn agent de {space} vous pose une question sur votre envoi ({kind}) :\n\n"
        "{question}\n\nRépondez par le bouton ci-dessous.",
        button="Répondre",
        why=_FOLLOWED,
        places=_PLACES | {"question": "Le nouveau numéro est-il celui de l'accueil ?"},
    )
)
DECIDED = declare(
    LetterKind(
        code="moderation.decided",
        label="Contribution : réponse donnée",
        category="contributions",
        subject="Réponse à votre envoi : {structure}",
        text="Bonjour,\n\n{decision}",
        button="Voir le détail",
        why=_FOLLOWED,
        places=_PLACES | {"decision": "Merci : votre correction est publiée."},
    )
)
ARRIVED = declare(
    LetterKind(
        code="moderation.arrived",
        label="Une contribution attend",
        category="moderation",
        subject="À traiter : {structure}",
        text="Bonjour {person},\n\nUn envoi attend dans {space} ({kind}) : {structure}.\n\nEn tout, "
        "{pending} à traiter.",
        button="Ouvrir la file",
        why="Vous recevez ce message parce que vous êtes agent de {space}.",
        places=_PLACES | {"person": "Camille Fontaine", "pending": "3"},
    )
)
REPLIED = declare(
    LetterKind(
        code="moderation.replied",
        label="Réponse à votre question",
        category="moderation",
        subject="Réponse reçue : {structure}",
        text="Bonjour {person},\n\nLa réponse à votre question sur « {structure} » est arrivée :\n\n{reply}",
        button="Ouvrir la contribution",
        why="Vous recevez ce message parce que vous êtes agent de {space}.",
        places=_PLACES | {"person": "Camille Fontaine", "reply": "Oui, c'est bien l'accueil."},
    )
)
ASSIGNED = declare(
    LetterKind(
        code="moderation.assigned",
        label="Une contribution vous est confiée",
        category="moderation",
        subject="Vous est confié : {structure}",
        text="Bonjour {person},\n\n{agent} vous confie un envoi dans {space} ({kind}) : {structure}.",
        button="Ouvrir la contribution",
        why="Vous recevez ce message parce que vous êtes agent de {space}.",
        places=_PLACES | {"person": "Camille Fontaine", "agent": "Chloé Martin"},
    )
)
RESTRICTED = declare(
    LetterKind(
        code="moderation.restricted",
        label="Un contenu de votre fiche est caché",
        category="",
        subject="Un contenu de la fiche {structure} est caché",
        text="Bonjour {person},\n\n{statement}",
        button="",
        why="Vous recevez ce message parce que vous tenez la fiche de {structure}.",
        editable=False,
        places=_PLACES
        | {"person": "Nadia Belkacem", "statement": "Mesure, faits, fondement, recours."},
    )
)
