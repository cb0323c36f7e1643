"""Acts of the journal about a call itself, in French; the portal's list says the same of every room."""

ACTS = {
    "edition.created": "Appel créé",
    "edition.configured": "Appel réglé",
    "edition.team": "Équipe de l'appel changée",
    "edition.to_check": "Relecture demandée",
    "edition.sent_back": "Appel renvoyé en brouillon",
    "edition.scheduled": "Appel publié",
    "edition.opened": "Appel ouvert",
    "edition.closed": "Appel clos",
    "edition.unsealed": "Plis ouverts",
    "edition.instruction": "Instruction commencée",
    "edition.extended": "Appel prolongé",
    "edition.corrected": "Erratum publié",
    "edition.cancelled": "Appel annulé",
}
