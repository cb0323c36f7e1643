"""Letters of the open interfaces."""

from maillage.core.letters.kinds import LetterKind, declare

WEBHOOK_PAUSED = declare(
    LetterKind(
        code="api.webhook_paused",
        label="Webhook mis en pause",
        subject="Un webhook de {space} est en pause",
        text="Bonjour {person},\n\n"
        "le webhook vers {address} n'est plus reçu. Il est en pause : rien n'est perdu, ce qui "
        "change est gardé et partira quand vous le reprendrez.\n\n"
        "Dernière réponse : {answer}",
        button="Voir ce webhook",
        why="Vous recevez ce message parce que vous administrez cet espace.",
        places={
            "person": "Aïcha Benali",
            "space": "Est Ensemble",
            "address": "https://agenda.ville.example/crochet",
            "answer": "500",
        },
    )
)
