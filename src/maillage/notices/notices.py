"""Letters of this room: digests, news of what one follows, the newsletter and its confirmation."""

from maillage.core.letters.kinds import LetterKind, declare
from maillage.notices.lib import codes
from maillage.notices.queries.issues import letter_parts

DIGEST = declare(
    LetterKind(
        code=codes.DIGEST,
        label="Résumé des messages",
        subject="Votre résumé : {count}",
        text="Bonjour {person},\n\nvoici ce qui est arrivé depuis votre dernier résumé.\n\n{messages}",
        button="Ouvrir mes messages",
        why="Vous recevez ce résumé parce que vous l'avez préféré à un e-mail par message.",
        editable=False,
        places={
            "person": "Nadia Belkacem",
            "count": "3 messages",
            "messages": "• Du nouveau chez La Ressourcerie",
        },
    )
)
NEWS = declare(
    LetterKind(
        code="notices.news",
        label="Nouvelles de ce que l'on suit",
        category="follows",
        subject="Du nouveau dans l'annuaire {space}",
        text="Bonjour {person},\n\nvoici ce qui a changé dans ce que vous suivez.\n\n{news}",
        button="Voir et régler ce que je suis",
        why="Vous recevez ce message parce que vous suivez ces pages de l'annuaire {space}.",
        places={
            "person": "Nadia Belkacem",
            "space": "Est Ensemble",
            "news": "• La Ressourcerie : nouveaux horaires",
        },
    )
)
SUBSCRIBE = declare(
    LetterKind(
        code="notices.subscribe",
        label="Lettre d'information : confirmer son adresse",
        subject="Confirmez votre abonnement à la lettre d'information {space}",
        text="Bonjour,\n\nquelqu'un, sans doute vous, a demandé à recevoir la lettre d'information de "
        "l'espace {space} à cette adresse. Confirmez-le par le bouton ci-dessous : sans cela, vous ne recevrez "
        "rien et l'adresse sera effacée dans sept jours.",
        button="Confirmer mon abonnement",
        secret=True,
        places={"space": "Est Ensemble"},
    )
)
ISSUE = declare(
    LetterKind(
        code="notices.issue",
        label="Lettre d'information",
        subject="{title}",
        text="{space}",
        button="Lire en ligne",
        editable=False,
        parts=letter_parts,
        places={"title": "La lettre de novembre", "space": "Est Ensemble"},
    )
)
