"""News of a space for everyone, under /<space>/."""

from django.urls import path

from maillage.notices.views import follow, newsletter

app_name = "news"
urlpatterns = [
    path("suivre/<str:kind>/<str:value>/", follow.follow, name="follow"),
    path("lettre/", newsletter.letters, name="letters"),
    path("lettre/<int:number>/", newsletter.issue, name="issue"),
    path("lettre/confirmer/<str:key>/", newsletter.confirm, name="confirm"),
    path("lettre/arreter/<str:key>/", newsletter.stop, name="stop"),
]
