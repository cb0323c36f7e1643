"""Words of the portal that no model holds."""

from dataclasses import dataclass

LICENCE_OUVERTE = "Licence Ouverte 2.0"


@dataclass(frozen=True, slots=True)
class Credit:
    """How a source of data must be named, and under which licence it may be used again."""

    name: str
    producer: str
    licence: str
    url: str = ""


# Producers and licences as published on data.gouv.fr and on the producers' own sites.
CREDITS = {
    "sirene": Credit(
        "Base Sirene des entreprises et de leurs établissements",
        "INSEE, Sirene",
        LICENCE_OUVERTE,
        "https://www.data.gouv.fr/datasets/base-sirene-des-entreprises-et-de-leurs-etablissements-siren-siret/",
    ),
    "entreprises": Credit(
        "API Recherche d'entreprises",
        "Direction interministérielle du numérique, à partir de Sirene (INSEE)",
        LICENCE_OUVERTE,
        "https://recherche-entreprises.api.gouv.fr/docs/",
    ),
    "rna": Credit(
        "Répertoire national des associations",
        "Ministère de l'Intérieur",
        LICENCE_OUVERTE,
        "https://www.data.gouv.fr/datasets/repertoire-national-des-associations/",
    ),
    "ess_list": Credit("Liste des entreprises de l'ESS", "ESS France", LICENCE_OUVERTE),
    "esus": Credit("Liste des agréments ESUS", "Direction générale du Trésor", ""),
    "siae": Credit(
        "Structures de l'insertion par l'activité économique", "Plateforme de l'inclusion, ASP", ""
    ),
    "data_inclusion": Credit("data·inclusion", "Plateforme de l'inclusion", LICENCE_OUVERTE),
    "geocoding": Credit(
        "Service de géocodage de la Géoplateforme",
        "IGN",
        LICENCE_OUVERTE,
        "https://geoservices.ign.fr/documentation/services/services-geoplateforme/geocodage",
    ),
    "table": Credit("Fichier tenu par la collectivité", "la collectivité", ""),
    "agent": Credit("Saisie d'un agent", "la collectivité", ""),
    "membre": Credit("Fiche tenue par la structure", "la structure", ""),
    "decision": Credit("Décision d'un agent sur un doublon", "la collectivité", ""),
    "demo": Credit("Données inventées pour la démonstration", "Maillage", ""),
}


def credit(connector: str) -> Credit:
    return CREDITS.get(connector) or Credit(connector, "", "")


# Every act of the journal in French, wherever a history or a search shows it; a test refuses one that is missing.
ACTION_LABELS = {
    "create": "Création à la main",
    "edit": "Modification",
    "confirm": "Vérification",
    "archive": "Archivage",
    "suppressed": "Retrait à la demande d'une personne",
    "restore": "Remise en service",
    "cease": "Cessation d'activité",
    "merge": "Fusion",
    "unmerge": "Fusion défaite",
    "override_ess": "Décision sur l'appartenance à l'ESS",
    "status_recomputed": "Appartenance recalculée après un changement de règle",
    "call": "Appel d'un agent",
    "call_undone": "Appel repris",
    "call_snoozed": "Appel remis au lendemain",
    "closure_kept": "Gardée malgré un signe de fermeture",
    "member_added": "Tient maintenant la fiche",
    "member_role": "Rôle sur la fiche",
    "member_removed": "Fiche retirée à une personne",
    "member_left": "Ne tient plus la fiche",
    "member_released": "Fiche rendue",
    "member_invited": "Invitation à tenir la fiche",
    "invitation_withdrawn": "Invitation retirée",
    "claim_opened": "Demande de fiche",
    "claim_changed": "Demande de fiche : autre preuve",
    "claim_code_given": "Demande de fiche : code donné",
    "claim_proof_asked": "Demande de fiche : autre preuve demandée",
    "claim_accepted": "Demande de fiche acceptée",
    "claim_refused": "Demande de fiche refusée",
    "claim_withdrawn": "Demande de fiche retirée",
    "reminder_sent": "Rappel envoyé",
    "reminder_answered": "Réponse à un rappel",
    "reminders_stopped": "Rappels arrêtés à la demande de la structure",
    "reminders_resumed": "Rappels repris",
    "import": "Import",
    "undo_import": "Import annulé",
    "space_updated": "Identité de l'espace",
    "logo_changed": "Logo",
    "term_added": "Terme ajouté",
    "edited": "Table modifiée",
    "synonym_added": "Synonymes ajoutés",
    "synonym_removed": "Synonymes supprimés",
    "import.apply": "Import appliqué",
    "import.undo": "Import annulé",
    "journal_exported": "Journal téléchargé",
    "vocabulary_entrusted": "Tenue du vocabulaire commun",
    "role_set": "Rôle d'une personne",
    "branding_updated": "Couleurs de l'espace",
    "perimeter_set": "Périmètre",
    "space_created": "Ouverture de l'espace",
    "contribution_sent": "Contribution reçue",
    "contribution_confirmed": "Contribution confirmée",
    "contribution_replied": "Réponse d'un contributeur",
    "contribution_withdrawn": "Contribution retirée",
    "contribution_asked": "Question à un contributeur",
    "contribution_snoozed": "Contribution remise à plus tard",
    "contribution_resumed": "Contribution reprise",
    "contribution_assigned": "Contribution confiée",
    "contribution_attached": "Contribution rattachée à une fiche",
    "contribution_decided": "Contribution tranchée",
    "contribution_undone": "Décision défaite",
    "restricted": "Contenu caché",
    "restriction_lifted": "Contenu remis",
    "reason_saved": "Motif de refus",
    "account_opened": "Compte ouvert",
    "account_signed_up": "Inscription",
    "account_erased": "Compte effacé",
    "account_erased_again": "Compte effacé de nouveau après une restauration",
    "consent_withdrawn": "Consentement retiré",
    "email_change_asked": "Changement d'adresse demandé",
    "email_change_cancelled": "Changement d'adresse annulé",
    "email_changed": "Adresse e-mail changée",
    "issue_started": "Lettre d'information commencée",
    "issue_saved": "Lettre d'information modifiée",
    "issue_scheduled": "Lettre d'information programmée",
    "issue_sent": "Lettre d'information envoyée",
    "issue_cancelled": "Envoi d'une lettre d'information annulé",
    "issue_dropped": "Lettre d'information abandonnée",
    "letter_retried": "Message envoyé de nouveau",
    "letter_text_saved": "Texte d'un message modifié",
    "letter_text_restored": "Texte d'un message rétabli",
    "own_data_exported": "Export de ses données",
    "proconnect_linked": "Compte relié à ProConnect",
    "import.start": "Import commencé",
    "mapping.remember": "Correspondance de colonnes gardée",
    "profile_changed": "Nom ou profil changé",
    "rights_asked": "Demande sur des données personnelles",
    "rights_answered": "Réponse à une demande sur des données",
    "rights_page_named": "Fiche désignée pour une demande sur des données",
}
