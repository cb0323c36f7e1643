"""Management pages of a space, under /<space>/gestion/."""

from django.urls import include, path

from maillage.portal.urls.desk import desk_paths
from maillage.portal.views import (
    acts,
    audit,
    bulk,
    calls,
    claims,
    closures,
    dashboard,
    embeds,
    freshness,
    parts,
    people,
    perimeter,
    rules,
    settings,
    structures,
    vocabulary,
)
from maillage.portal.views.desk import at_agents

app_name = "manage"

one_structure = [
    path("", structures.structure, name="structure"),
    path("membres/<int:member>/retirer/", claims.remove, name="remove_member"),
    path("appartenance/", parts.membership, name="membership"),
    path("labels/ajouter/", parts.new_label, name="new_label"),
    path("labels/<int:label>/retirer/", parts.remove_structure_label, name="remove_label"),
    path("archiver/", acts.archive, name="archive"),
    path("cesser/", acts.cease, name="cease"),
    path("restaurer/", acts.restore, name="restore"),
    path("fusionner/", acts.merge_choose, name="merge_choose"),
    path("fusionner/<int:other>/", acts.merge, name="merge"),
    path("fusionner/<int:other>/defaire/", acts.unmerge, name="unmerge"),
    *desk_paths(at_agents),
]

urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    # structures/
    path("structures/", structures.structure_list, name="structures"),
    path("structures/nouvelle/", structures.new_structure, name="new_structure"),
    path("structures/lot/", bulk.bulk, name="bulk"),
    path("structures/<int:pk>/", include(one_structure)),
    # demandes/
    path("demandes/", claims.claims, name="claims"),
    path("demandes/<int:pk>/", claims.claim, name="claim"),
    path("demandes/<int:pk>/accepter/", claims.accept, name="accept_claim"),
    path("demandes/<int:pk>/refuser/", claims.refuse, name="refuse_claim"),
    path("demandes/<int:pk>/autre-preuve/", claims.ask, name="ask_proof"),
    path("demandes/<int:pk>/code/", claims.code, name="claim_code"),
    # what grows old
    path("appels/", calls.calls, name="calls"),
    path("appels/liste.csv", calls.calls_csv, name="calls_csv"),
    path("appels/<int:pk>/resultat/", calls.record, name="record_call"),
    path("appels/<int:pk>/plus-tard/", calls.snooze, name="snooze_call"),
    path("appels/<int:pk>/prendre/", calls.take, name="take_call"),
    path("appels/reprendre/<int:call>/", calls.undo, name="undo_call"),
    path("a-archiver/", closures.closures, name="closures"),
    path("a-archiver/trancher/", closures.decide, name="decide_closures"),
    path("fraicheur/", freshness.freshness, name="freshness"),
    path("fraicheur/communes.csv", freshness.freshness_csv, name="freshness_csv"),
    # vocabulaire/, shared by every space
    path("vocabulaire/", vocabulary.vocabulary, name="vocabulary"),
    path("vocabulaire/synonymes/", vocabulary.synonyms, name="synonyms"),
    path("vocabulaire/synonymes/<int:pk>/", vocabulary.synonyms, name="synonym"),
    path(
        "vocabulaire/synonymes/<int:pk>/supprimer/",
        vocabulary.remove_synonym,
        name="remove_synonym",
    ),
    path("vocabulaire/termes/<int:pk>/", vocabulary.term, name="term"),
    path("vocabulaire/formes/", rules.legal_categories, name="legal_categories"),
    path("vocabulaire/formes/<slug:code>/", rules.legal_category, name="legal_category"),
    path("vocabulaire/activites/", rules.activities, name="activities"),
    path("vocabulaire/activites/<int:pk>/", rules.activity, name="activity"),
    path("vocabulaire/<slug:axis>/", vocabulary.vocabulary, name="vocabulary_axis"),
    path("vocabulaire/<slug:axis>/ajouter/", vocabulary.term, name="new_term"),
    # parametres/
    path("parametres/", settings.identity, name="identity"),
    path("parametres/apparence/", settings.look, name="look"),
    path("parametres/apparence/logo/", settings.logo, name="logo"),
    path("parametres/integration/", embeds.sites, name="embedding"),
    path("journal/", audit.space_journal, name="journal"),
    path("parametres/perimetre/", perimeter.perimeter, name="perimeter"),
    path("parametres/personnes/", people.people, name="people"),
    path("parametres/personnes/inviter/", people.invitation, name="invite"),
    path("parametres/personnes/<int:pk>/", people.person, name="person"),
]
