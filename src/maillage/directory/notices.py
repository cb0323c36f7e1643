"""Letters about saved searches."""

from maillage.core.letters.kinds import LetterKind, declare

NEW_RESULTS = declare(
    LetterKind(
        code="directory.new_results",
        label="Recherche enregistrée : du nouveau",
        category="searches",
        subject="Du nouveau pour votre recherche dans l'annuaire {space}",
        text="Bonjour {person},\n\nvotre recherche « {search} » trouve {count} de plus :\n\n{structures}",
        button="Voir ma recherche",
        why="Vous recevez ce message parce que vous avez enregistré cette recherche.",
        places={
            "person": "Nadia Belkacem",
            "space": "Est Ensemble",
            "search": "épicerie à Montreuil",
            "count": "une structure",
            "structures": "• Épicerie du Canal",
        },
    )
)
