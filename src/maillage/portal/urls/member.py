"""Pages by which a structure's people keep it, under /compte/structures/."""

from django.urls import include, path

from maillage.portal.views.member import home

app_name = "member"

# Every view here is guarded by `structures.access.for_keepers`.
one_structure = [
    path("", home.home, name="home"),
]

urlpatterns = [
    path("", home.mine, name="mine"),
    path("<int:pk>/", include(one_structure)),
]
