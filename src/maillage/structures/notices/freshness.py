"""Letters that ask whether a page is still right."""

from maillage.core.letters.kinds import LetterKind, declare

FRESHNESS = declare(
    LetterKind(
        code="structures.freshness",
        label="Rappel de fraîcheur",
        subject="La fiche de {structure} est-elle toujours juste ?",
        text=(
            "Bonjour,\n\n"
            "La fiche de {structure} dans l'annuaire de {space} n'a été confirmée par personne depuis "
            "{months} mois. Des habitants s'en servent pour vous trouver.\n\n"
            "Le lien ci-dessous la montre, sans mot de passe. Trois réponses possibles, en un clic : "
            "tout est juste, à corriger, ou structure fermée. Il est valable jusqu'au {until}."
        ),
        button="Relire la fiche",
        why=(
            "Vous recevez ce message parce que votre adresse est celle de {structure} dans cet "
            "annuaire. Le bas de la page que le lien ouvre permet d'arrêter ces rappels."
        ),
        secret=True,
        places={
            "structure": "La Ressourcerie du Canal",
            "space": "Est Ensemble",
            "months": "6",
            "until": "21 janvier 2027",
        },
    )
)
