"""Letters of a claim: somebody asks to keep a structure's page."""

from maillage.core.letters.kinds import LetterKind, declare

CLAIMANT, AGENTS = "structures", "moderation"
_WHY = "Vous recevez ce message parce que vous avez demandé à tenir la fiche de {structure}."
_WHY_AGENT = "Vous recevez ce message parce que vous êtes agent de {space}."
_PLACES = {"person": "Nadia Belkacem", "structure": "La Ressourcerie"}
_OF_SPACE = {**_PLACES, "person": "Camille Fontaine", "space": "Est Ensemble"}

RECEIVED = declare(
    LetterKind(
        code="structures.claim_received",
        label="Demande de fiche : bien reçue",
        category=CLAIMANT,
        subject="Votre demande pour la fiche {structure}",
        text="Bonjour {person},\n\nVotre demande à tenir la fiche de {structure} est enregistrée.\n\n{next}",
        button="Suivre ma demande",
        why=_WHY,
        places={**_PLACES, "next": "Un agent de la collectivité l'examine."},
    )
)
PROOF_CODE = declare(
    LetterKind(
        code="structures.proof_code",
        label="Demande de fiche : code à l'adresse de la structure",
        subject="Le code de votre demande pour {structure}",
        text="Bonjour,\n\n{person} demande à tenir la fiche de {structure} et a donné cette adresse comme "
        "preuve.\n\nCode à recopier sur la page de la demande, pendant 24 heures :\n\n{secret}\n\nSi cette "
        "demande ne vient pas de votre structure, ne donnez ce code à personne.",
        button="Ouvrir la demande",
        why="Vous recevez ce message parce que cette adresse est celle de {structure}.",
        secret=True,
        places={**_PLACES, "secret": "ABCD-EFGH"},
    )
)
CODE_ON_ITS_WAY = declare(
    LetterKind(
        code="structures.claim_code_given",
        label="Demande de fiche : un code est parti",
        category=CLAIMANT,
        subject="Un code pour la fiche {structure}",
        text="Bonjour {person},\n\nUn agent de la collectivité a préparé le code de votre demande pour "
        "{structure}. {way}\n\nRecopiez-le sur la page de votre demande dans les 30 jours.",
        button="Saisir le code",
        why=_WHY,
        places={**_PLACES, "way": "Il arrive par courrier, à l'adresse de la structure."},
    )
)
OTHER_PROOF = declare(
    LetterKind(
        code="structures.claim_other_proof",
        label="Demande de fiche : autre preuve attendue",
        category=CLAIMANT,
        subject="Une autre preuve pour la fiche {structure}",
        text="Bonjour {person},\n\nLa preuve que vous avez donnée pour {structure} ne suffit pas :\n\n"
        "{reason}\n\nChoisissez-en une autre sur la page de votre demande.",
        button="Donner une autre preuve",
        why=_WHY,
        places={**_PLACES, "reason": "Le nom donné n'est pas dans le registre."},
    )
)
ACCEPTED = declare(
    LetterKind(
        code="structures.claim_accepted",
        label="Demande de fiche : acceptée",
        category=CLAIMANT,
        subject="Vous tenez maintenant la fiche {structure}",
        text="Bonjour {person},\n\nVotre demande est acceptée : {role} de {structure}. Vérifiez ce qu'elle "
        "dit, complétez-la, invitez vos collègues.",
        button="Ouvrir la fiche",
        why=_WHY,
        places={**_PLACES, "role": "vous administrez la fiche"},
    )
)
REFUSED = declare(
    LetterKind(
        code="structures.claim_refused",
        label="Demande de fiche : refusée",
        category=CLAIMANT,
        subject="Votre demande pour la fiche {structure}",
        text="Bonjour {person},\n\nVotre demande à tenir la fiche de {structure} n'est pas acceptée :\n\n"
        "{reason}\n\nSi vous avez une autre preuve, vous pouvez faire une nouvelle demande.",
        button="Voir ma demande",
        why=_WHY,
        places={**_PLACES, "reason": "La structure ne vous connaît pas."},
    )
)
TO_KEEPERS = declare(
    LetterKind(
        code="structures.claim_to_keepers",
        label="Quelqu'un demande à tenir votre fiche",
        category=CLAIMANT,
        subject="On demande à tenir la fiche {structure}",
        text="Bonjour {person},\n\n{claimant} demande à tenir avec vous la fiche de {structure}. Acceptez ou "
        "refusez : sans réponse de votre part le {until}, un agent de la collectivité pourra trancher.",
        button="Répondre",
        why="Vous recevez ce message parce que vous administrez la fiche de {structure}.",
        places={**_PLACES, "claimant": "Samuel Kouassi", "until": "6 décembre 2026"},
    )
)
TO_AGENTS = declare(
    LetterKind(
        code="structures.claim_to_agents",
        label="Une demande de fiche attend",
        category=AGENTS,
        subject="Demande de fiche : {structure}",
        text="Bonjour {person},\n\n{claimant} demande à tenir la fiche de {structure}. Preuve proposée : "
        "{proof}.",
        button="Examiner la demande",
        why=_WHY_AGENT,
        places={**_OF_SPACE, "claimant": "Samuel Kouassi", "proof": "sur parole"},
    )
)
SETTLED = declare(
    LetterKind(
        code="structures.claim_settled",
        label="Une fiche est maintenant tenue",
        category=AGENTS,
        subject="Fiche tenue : {structure}",
        text="Bonjour {person},\n\n{claimant} tient maintenant la fiche de {structure}. Preuve : {proof}. Si "
        "cela vous étonne, vous pouvez lui retirer la fiche.",
        button="Voir la structure",
        why=_WHY_AGENT,
        places={**_OF_SPACE, "claimant": "Samuel Kouassi", "proof": "adresse du domaine"},
    )
)
