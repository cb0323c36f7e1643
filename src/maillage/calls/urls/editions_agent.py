"""Programmes and editions, under /<space>/gestion/appels-a-projets/."""

from django.urls import path

from maillage.calls.views import editions_acts, editions_agent, editions_money, public

app_name = "editions"
urlpatterns = [
    path("", editions_agent.listing, name="list"),
    path("nouveau/", editions_agent.new, name="new"),
    path("programmes/", editions_money.programmes, name="programmes"),
    path("programmes/ajouter/", editions_money.programme, name="new_programme"),
    path("programmes/<int:pk>/", editions_money.programme, name="programme"),
    path("enveloppes/", editions_money.envelopes, name="envelopes"),
    path("enveloppes/ajouter/", editions_money.envelope, name="new_envelope"),
    path("enveloppes/<int:pk>/", editions_money.envelope, name="envelope"),
    path("<int:edition>/", editions_agent.one, name="one"),
    path("<int:edition>/etape/<slug:code>/", editions_agent.step, name="step"),
    path("<int:edition>/equipe/", editions_agent.team, name="team"),
    path("<int:edition>/cloture/", editions_agent.closing, name="closing"),
    path("<int:edition>/apercu/", public.preview, name="preview"),
    path("<int:edition>/reglement.pdf", public.rules_of_draft, name="rules_pdf"),
    path("<int:edition>/prolonger/", editions_acts.extend, name="extend"),
    path("<int:edition>/erratum/", editions_acts.erratum, name="erratum"),
    path("<int:edition>/annuler/", editions_acts.cancel, name="cancel"),
    path("<int:edition>/avancer/<slug:verb>/", editions_acts.advance, name="advance"),
]
