"""Letters to the members of a jury. They name no applicant."""

from maillage.core.letters.kinds import LetterKind, declare

CONVENED = declare(
    LetterKind(
        code="calls.jury_convened",
        label="Convocation à une séance du jury",
        subject="Jury « {call} » : {when}",
        text="Bonjour {person},\n\nVous êtes convoqué à la séance « {title} » du jury de l'appel « {call} ».\n\n"
        "Quand : {when}\nOù : {place}\nQuorum : {quorum}\n\n"
        "Avant de venir, déclarez vos intérêts dans les dossiers qui vous sont confiés. La page de la séance donne "
        "l'ordre du jour et un fichier pour votre agenda.",
        button="Voir la séance",
        why="Vous recevez ce message parce que vous êtes membre du jury d'un appel de {space}.",
        places={
            "person": "Jeanne Martin",
            "call": "Progr'ESS 2026",
            "title": "Séance plénière",
            "when": "9 mars 2026 à 9 h 30 (heure de Paris)",
            "place": "Hôtel du département, salle 3",
            "quorum": "5 présents",
            "space": "Hauts-de-Seine",
        },
    )
)
