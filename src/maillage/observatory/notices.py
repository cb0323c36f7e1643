"""Letters of the room: to who said that something is missing, to agents, to who follows a working file.

A letter may go to an address that nobody proved: it holds no word that a stranger typed.
"""

from maillage.core.letters.kinds import LetterKind, declare

_WHY = (
    "Vous recevez ce message parce que cette adresse a été donnée sur le site de {space} pour savoir ce que devient "
    "un besoin signalé. Elle est effacée un an après la réponse. Si ce n'était pas vous, ne faites rien."
)
_AGENT = "Vous recevez ce message parce que vous êtes agent de {space}."
_PLACES = {"label": "réparation de vélos", "place": "Montreuil", "space": "Est Ensemble"}

RECEIVED = declare(
    LetterKind(
        code="observatory.declared_received",
        label="Besoin signalé : bien reçu",
        category="contributions",
        subject="Bien reçu : {label}, {place}",
        text="Bonjour,\n\nVous avez dit à {space} ce qui manque : {label} ({place}). Un agent le lira, puis le publiera "
        "sans votre nom. Nous vous écrirons ce qu'il devient.",
        button="Voir ce que d'autres disent",
        why=_WHY,
        places=_PLACES,
    )
)
PUBLISHED = declare(
    LetterKind(
        code="observatory.declared_published",
        label="Besoin signalé : publié",
        category="contributions",
        subject="Publié : {label}, {place}",
        text="Bonjour,\n\nCe que vous avez dit est publié sur le site de {space} : {label} ({place}). D'autres peuvent "
        "dire « moi aussi ».",
        button="Voir la page",
        why=_WHY,
        places=_PLACES,
    )
)
MERGED = declare(
    LetterKind(
        code="observatory.declared_merged",
        label="Besoin signalé : réuni à un autre",
        category="contributions",
        subject="Déjà dit : {label}, {place}",
        text="Bonjour,\n\nQuelqu'un avait déjà dit la même chose à {space} : {label} ({place}). Votre voix s'ajoute à la "
        "sienne.",
        button="Voir la page",
        why=_WHY,
        places=_PLACES,
    )
)
REFUSED = declare(
    LetterKind(
        code="observatory.declared_refused",
        label="Besoin signalé : non publié",
        category="contributions",
        subject="Non publié : {label}, {place}",
        text="Bonjour,\n\nCe que vous avez dit à {space} n'est pas publié : {label} ({place}).\n\nPourquoi : {reason}",
        button="",
        why=_WHY,
        places=_PLACES | {"reason": "Ce texte nomme une personne."},
    )
)
ANSWERED = declare(
    LetterKind(
        code="observatory.declared_answered",
        label="Besoin signalé : réponse de la collectivité",
        category="contributions",
        subject="Une réponse : {label}, {place}",
        text="Bonjour,\n\n{space} répond à ce que vous avez dit : {label} ({place}).\n\n{answer}",
        button="Voir la page",
        why=_WHY,
        places=_PLACES | {"answer": "Un atelier ouvrira au printemps."},
    )
)
ARRIVED = declare(
    LetterKind(
        code="observatory.declared_arrived",
        label="Un besoin signalé attend",
        category="agents",
        subject="À lire : {label}, {place}",
        text="Bonjour {person},\n\nQuelqu'un dit à {space} ce qui manque : {label} ({place}). Rien n'est publié avant "
        "votre lecture.",
        button="Ouvrir la file",
        why=_AGENT,
        places=_PLACES | {"person": "Camille Fontaine"},
    )
)
REVIEW = declare(
    LetterKind(
        code="observatory.file_review",
        label="Un dossier est à revoir",
        category="agents",
        subject="Dossier à revoir : {title}",
        text="Bonjour {person},\n\nVous suivez le dossier « {title} » de {space}. Vous aviez noté de le revoir le {date}. "
        "Étape actuelle : {step}.",
        button="Ouvrir le dossier",
        why="Vous recevez ce message parce que vous suivez ce dossier de {space}.",
        places={
            "person": "Camille Fontaine",
            "title": "Réparation de vélos, Montreuil",
            "space": "Est Ensemble",
            "date": "22 novembre 2026",
            "step": "étudié",
        },
    )
)
