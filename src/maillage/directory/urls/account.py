"""A person's searches, under /compte/recherches/."""

from django.urls import path

from maillage.directory.views import searches

app_name = "searches"
urlpatterns = [
    path("", searches.searches, name="list"),
    path("<int:pk>/", searches.change, name="change"),
]
