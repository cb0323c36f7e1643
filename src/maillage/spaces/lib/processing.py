"""The register that Maillage ships: what the program really does with people's data.

A space replaces a sheet with its own, or says that it does not use it. `retentions` are prefixes of the codes of
`Retention` (`core/room.py`): durations are read there, so that the register and the purge cannot disagree.
"""

from dataclasses import dataclass

NO_TRANSFER = (
    "Aucun : les données restent sur le serveur de l'hébergeur choisi par la collectivité."
)
SECURITY = (
    "Connexions chiffrées, mots de passe hachés, second facteur pour les agents, droits vérifiés à chaque page, "
    "journal des actes, sauvegardes chiffrables, fichiers envoyés contrôlés."
)
PUBLIC_TASK = "e"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One shipped sheet; the names of its fields are those of `ProcessingActivity`."""

    code: str
    name: str
    purpose: str
    people: str
    data: str
    source: str
    recipients: str
    retention: str = ""
    retentions: tuple[str, ...] = ()
    legal_basis: str = PUBLIC_TASK
    transfers: str = NO_TRANSFER
    security: str = SECURITY


SHEETS = (
    Sheet(
        code="annuaire",
        name="Annuaire public des structures",
        purpose="Faire connaître les structures de l'économie sociale et solidaire du territoire.",
        people="Personnes nommées dans une dénomination, une adresse ou un contact de structure.",
        data="Nom, adresse, téléphone et adresse e-mail de la structure. Les entrepreneurs individuels n'entrent pas "
        "dans l'annuaire ; une unité en diffusion partielle ne montre que sa commune.",
        source="Sirene (INSEE), répertoire national des associations, listes publiques, fichiers de la collectivité, "
        "structures elles-mêmes.",
        recipients="Le public ; les contacts réservés, les membres ou les agents seulement.",
        retention="Tant que la structure existe ; une fiche archivée n'est plus publique. Une information retirée à la "
        "demande d'une personne n'est jamais remise par un import.",
        retentions=("directory.",),
    ),
    Sheet(
        code="imports",
        name="Imports de fichiers et de registres",
        purpose="Tenir l'annuaire à jour à partir de sources publiques ou de la collectivité.",
        people="Personnes nommées dans les fichiers reçus.",
        data="Ce que les fichiers contiennent ; seules les colonnes choisies par l'agent entrent dans l'annuaire.",
        source="Fichiers envoyés par les agents, registres publics.",
        recipients="Les agents de l'espace.",
        retentions=("sources.",),
    ),
    Sheet(
        code="comptes",
        name="Comptes et connexion",
        purpose="Ouvrir les pages de gestion et « Mon compte » aux personnes qui y ont droit.",
        people="Personnes inscrites, de quinze ans au moins.",
        data="Adresse e-mail, nom affiché, mot de passe haché, moyens de connexion, sessions, langue, rôles.",
        source="La personne elle-même ; un administrateur pour une invitation ; ProConnect pour un agent.",
        recipients="La personne ; les administrateurs de l'espace pour le nom, l'adresse et le rôle.",
        retentions=("accounts.inactive", "core.sessions", "accounts."),
    ),
    Sheet(
        code="fiches",
        name="Fiches tenues par les structures",
        purpose="Permettre à une structure de tenir sa fiche, et vérifier qui parle en son nom.",
        people="Membres des structures, personnes invitées, personnes qui demandent à tenir une fiche.",
        data="Lien avec la structure, fonction, preuve fournie, saisies en cours, photos et documents.",
        source="La personne elle-même ; un administrateur de la structure pour une invitation.",
        recipients="Les administrateurs de la structure ; les agents de l'espace pour les demandes.",
        retentions=("structures.", "core.uploads"),
    ),
    Sheet(
        code="fraicheur",
        name="Rappels et appels pour tenir les fiches à jour",
        purpose="Demander aux structures si leur fiche est juste.",
        people="Interlocuteurs des structures.",
        data="Adresse e-mail de la structure, réponse, résultat et note d'un appel.",
        source="L'annuaire ; l'agent qui appelle.",
        recipients="Les agents de l'espace.",
        retentions=("structures.",),
    ),
    Sheet(
        code="contributions",
        name="Contributions du public et modération",
        purpose="Recevoir les propositions, corrections et signalements, y répondre et motiver les décisions.",
        people="Personnes qui contribuent, avec ou sans compte.",
        data="Adresse e-mail, contenu envoyé, échanges, décision et motif.",
        source="La personne elle-même.",
        recipients="Les agents de l'espace ; la structure pour ce qui touche sa fiche.",
        retentions=("moderation.",),
    ),
    Sheet(
        code="besoins-declares",
        name="Ce que les gens disent manquer",
        purpose="Recueillir, lire et publier sans nom ce que les habitants et les structures disent manquer ; y répondre ; compter les « moi aussi ».",
        people="Personnes qui disent ce qui manque ou « moi aussi », avec ou sans compte.",
        data="Texte envoyé, commune, quartier, structure au nom de laquelle on parle, compte ou adresse e-mail facultative ; "
        "pour un « moi aussi » sans compte, une empreinte chiffrée du jour et de la connexion.",
        source="La personne elle-même.",
        recipients="Les agents de l'espace ; le public pour le texte publié, sans le nom de la personne.",
        retentions=("observatory.",),
    ),
    Sheet(
        code="appels",
        name="Appels à projets et subventions",
        purpose="Recevoir, instruire et juger les candidatures, attribuer et suivre les subventions.",
        people="Personnes qui écrivent, signent ou suivent une candidature ; jurés ; agents.",
        data="Nom, fonction, adresse e-mail et téléphone des contacts, pièces et réponses du dossier, coordonnées bancaires de "
        "la structure, déclarations d'intérêts, lectures et notes des jurés, messages.",
        source="Les structures candidates, leurs partenaires, les jurés, les registres publics.",
        recipients="Les agents de l'espace, les jurés pour les dossiers qu'ils lisent, le service des finances ; le public pour "
        "les subventions attribuées et leurs bénéficiaires.",
        retention="Les dossiers des lauréats sont gardés avec les pièces comptables de la subvention.",
        retentions=("calls.",),
    ),
    Sheet(
        code="donnees-ouvertes",
        name="Données ouvertes et webhooks",
        purpose="Laisser d'autres logiciels lire l'annuaire public, et les prévenir de ce qui y change.",
        people="Personnes nommées dans une fiche publique ; administrateurs qui créent une clé ou un webhook.",
        data="Ce que la page publique d'une structure montre ; nom de qui a créé la clé ou le webhook.",
        source="L'annuaire public ; l'administrateur.",
        recipients="Le public ; les sites choisis par la collectivité pour les webhooks.",
        retentions=("api.",),
    ),
    Sheet(
        code="messages",
        name="Messages et formulaire de contact",
        purpose="Écrire aux personnes ce qui les concerne, et répondre à qui écrit.",
        people="Personnes inscrites, contributrices, ou qui écrivent par le formulaire de contact.",
        data="Adresse e-mail, objet et texte du message, date d'envoi et de lecture, rythme choisi.",
        source="La personne elle-même ; les actes faits sur la plateforme.",
        recipients="La personne ; les agents voient l'état des envois de leur espace.",
        retentions=("core.letters",),
    ),
    Sheet(
        code="lettre",
        name="Lettre d'information, suivis et alertes",
        purpose="Envoyer ce à quoi la personne s'est abonnée.",
        legal_basis="a",
        people="Personnes abonnées, avec ou sans compte.",
        data="Adresse e-mail, choix d'abonnement, preuve du consentement.",
        source="La personne elle-même, qui confirme son adresse.",
        recipients="Les agents qui composent la lettre.",
        retention="Jusqu'au désabonnement, en un clic depuis chaque lettre.",
        retentions=("notices.", "accounts.consents"),
    ),
    Sheet(
        code="journal",
        name="Journal des actes et sécurité",
        purpose="Savoir qui a changé quoi, réparer une erreur, détecter un abus.",
        legal_basis="c",
        people="Personnes inscrites.",
        data="Acte, date, objet, structure au nom de laquelle on agit, réseau d'origine tronqué ; jamais d'adresse IP "
        "entière.",
        source="La plateforme.",
        recipients="L'hébergeur ; les agents pour l'histoire des fiches de leur espace.",
        retention="Les lignes restent, sans l'auteur une fois son compte effacé.",
        retentions=("core.networks", "core.jobs", "core.throttles", "core.purges", "core."),
    ),
    Sheet(
        code="droits",
        name="Demandes d'exercice de droits",
        purpose="Répondre aux personnes qui s'opposent, font corriger, effacer ou geler leurs données.",
        legal_basis="c",
        people="Personnes qui font une demande.",
        data="Adresse e-mail, demande, réponse.",
        source="La personne elle-même.",
        recipients="Les agents de l'espace et le délégué à la protection des données.",
        retentions=("spaces.rights",),
    ),
    Sheet(
        code="audience",
        name="Mesure d'audience sans témoin",
        purpose="Savoir quelles pages servent, pour les améliorer.",
        people="Personnes qui lisent les pages publiques : aucune n'est reconnue.",
        data="Nombres de lectures par jour et par sorte de page. Ni témoin, ni adresse IP, ni empreinte du navigateur. "
        "« Ne pas me suivre » est respecté.",
        source="La plateforme.",
        recipients="Les agents de l'espace ; les membres d'une structure pour sa fiche.",
        retentions=("spaces.audience", "spaces.terms"),
    ),
)
BY_CODE = {sheet.code: sheet for sheet in SHEETS}
