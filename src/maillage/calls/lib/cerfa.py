"""Sections of the two official forms, in their order: what is printed « présenté comme » them is not the form itself.

Application: form 12156 (décret n° 2016-1971), sections 1 to 7. Report: form 15059 (arrêté du 11 octobre 2006), in three
leaves. Titles are ours: they say what each section holds.
"""

APPLICATION_NOTE = (
    "Document présenté comme la demande de subvention, formulaire cerfa n° 12156 (loi n° 2000-321, articles 9-1, 10 et"
    " 10-1 ; décret n° 2016-1971). Ce n'est pas le formulaire officiel : il en suit l'ordre."
)
REPORT_NOTE = (
    "Document présenté comme le compte rendu financier, formulaire cerfa n° 15059 (arrêté du 11 octobre 2006)."
    " Ce n'est pas le formulaire officiel : il en suit l'ordre."
)
APPLICATION_SECTIONS = {
    1: "1. Identification",
    2: "2. Relations avec l'administration",
    3: "3. Relations avec d'autres associations",
    4: "4. Moyens humains",
    5: "5. Budget de l'organisme",
    6: "6. Projet et objet de la demande",
    7: "7. Attestations",
}
REPORT_SECTIONS = ("1. Bilan qualitatif", "2. Tableau de synthèse", "3. Annexe explicative")
