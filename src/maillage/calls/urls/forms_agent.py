"""Form builder, under /<space>/gestion/appels-a-projets/<edition>/formulaire/."""

from django.urls import path

from maillage.calls.views import form_builder, form_print, form_versions

app_name = "callforms"

urlpatterns = [
    path("", form_builder.home, name="home"),
    path("<slug:stage>/", form_builder.build, name="build"),
    path("<slug:stage>/commencer/", form_builder.start, name="start"),
    path("<slug:stage>/agir/", form_builder.act, name="act"),
    path("<slug:stage>/defaire/", form_builder.undo, name="undo"),
    path("<slug:stage>/section/", form_builder.section, name="add_section"),
    path("<slug:stage>/section/<slug:code>/", form_builder.section, name="section"),
    path("<slug:stage>/ajouter/<slug:within>/<slug:code>/", form_builder.add, name="add"),
    path("<slug:stage>/question/<slug:code>/", form_builder.question, name="question"),
    path("<slug:stage>/question/<slug:code>/essai/", form_versions.sample, name="sample"),
    path("<slug:stage>/apercu/", form_versions.preview, name="preview"),
    path("<slug:stage>/fichier/", form_versions.export, name="export"),
    path("<slug:stage>/reprendre/", form_versions.bring, name="import"),
    path("<slug:stage>/versions/", form_versions.versions, name="versions"),
    path("<slug:stage>/publier/", form_versions.publish, name="publish"),
    path("<slug:stage>/abandonner/", form_versions.drop, name="drop"),
    path("<slug:stage>/pdf/", form_print.draft_pdf, name="pdf"),
]
