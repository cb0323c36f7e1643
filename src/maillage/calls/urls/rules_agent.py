"""Rules, examples and criteria, under /<space>/gestion/appels-a-projets/<edition>/regles/."""

from django.urls import path

from maillage.calls.views import rules

app_name = "callrules"
urlpatterns = [
    path("", rules.home, name="home"),
    path("ajouter/", rules.choose, name="choose"),
    path("ajouter/<slug:kind>/", rules.new_rule, name="new_rule"),
    path("regle/<int:pk>/", rules.rule, name="rule"),
    path("critere/ajouter/", rules.criterion, name="new_criterion"),
    path("critere/<int:pk>/", rules.criterion, name="criterion"),
    path("exemple/ajouter/", rules.example, name="new_example"),
    path("exemple/<int:pk>/", rules.example, name="example"),
    path("<slug:what>/<int:pk>/<slug:verb>/", rules.act, name="act"),
]
