"""Letters of the portal: contact, and requests about personal data."""

from maillage.core.letters.kinds import LetterKind, declare

_PLACES = {"space": "Est Ensemble", "message": "Bonjour, où trouver vos locaux ?"}

CONTACT = declare(
    LetterKind(
        code="portal.contact",
        label="Message reçu par la page de contact",
        subject="Un message par la page de contact – {space}",
        text="{name} ({email}) écrit depuis la page de contact.\n\nObjet : {topic}\n\n{message}",
        why="Pour répondre, écrivez à {email}.",
        editable=False,
        places=_PLACES
        | {
            "topic": "Une question sur l'annuaire",
            "name": "Nadia Belkacem",
            "email": "nadia@exemple.fr",
        },
    )
)
# It repeats nothing of what was typed: a stranger's address must not receive somebody's words from us.
CONTACT_RECEIVED = declare(
    LetterKind(
        code="portal.contact_received",
        label="Accusé de réception de la page de contact",
        subject="Votre message est arrivé – {space}",
        text="Bonjour,\n\nVotre message est bien arrivé à {space} le {day}. Une personne vous répondra.\n\n"
        "Si vous n'avez rien écrit, quelqu'un a donné votre adresse par erreur : vous n'avez rien à faire.",
        places={"space": "Est Ensemble", "day": "22 novembre 2026"},
    )
)
RIGHTS_RECEIVED = declare(
    LetterKind(
        code="portal.rights_received",
        label="Accusé de réception d'une demande sur des données",
        subject="Votre demande est enregistrée – {space}",
        text="Bonjour,\n\nVotre demande sur vos données personnelles est enregistrée sous le numéro {number}. "
        "{space} vous répond avant le {due}.\n\n"
        "Si vous n'avez rien demandé, quelqu'un a donné votre adresse par erreur : vous n'avez rien à faire.",
        places={"space": "Est Ensemble", "number": "12", "due": "22 décembre 2026"},
    )
)
RIGHTS_TO_TREAT = declare(
    LetterKind(
        code="portal.rights_to_treat",
        label="Demande sur des données à traiter",
        subject="Une demande sur des données personnelles attend – {space}",
        text="Bonjour {person},\n\nUne demande sur des données personnelles vient d'arriver. La loi donne un mois pour "
        "répondre : avant le {due}.",
        button="Ouvrir la demande",
        editable=False,
        places={"person": "Aïcha Benali", "space": "Est Ensemble", "due": "22 décembre 2026"},
    )
)
RIGHTS_ANSWERED = declare(
    LetterKind(
        code="portal.rights_answered",
        label="Réponse à une demande sur des données",
        subject="Réponse à votre demande n° {number} – {space}",
        text="Bonjour,\n\nVotre demande sur vos données personnelles est {state}.\n\n{answer}\n\n"
        "Si cette réponse ne vous convient pas, vous pouvez saisir la CNIL : https://www.cnil.fr/fr/plaintes",
        places={
            "space": "Est Ensemble",
            "number": "12",
            "state": "acceptée",
            "answer": "L'adresse e-mail a été retirée de la page.",
        },
    )
)
