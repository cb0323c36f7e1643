"""Pages by which a structure's people keep it, under /compte/structures/."""

from django.urls import include, path

from maillage.portal.urls.desk import desk_paths
from maillage.portal.views.desk import at_keepers
from maillage.portal.views.member import claims, home, people

app_name = "member"

# Every view here is guarded by `structures.access.for_keepers`.
one_structure = [
    path("", home.home, name="home"),
    path("membres/", people.members, name="members"),
    path("membres/inviter/", people.invite, name="invite"),
    path("membres/invitations/<int:invitation>/retirer/", people.withdraw, name="uninvite"),
    path("membres/demandes/<int:claim>/", people.answer_claim, name="member_claim"),
    path("membres/<int:member>/", people.member, name="member"),
    path("quitter/", people.leave, name="leave"),
    *desk_paths(at_keepers),
]

urlpatterns = [
    path("", home.mine, name="mine"),
    path("demandes/<int:claim>/", claims.claim, name="claim"),
    path("demandes/<int:claim>/preuve/", claims.proof, name="claim_proof"),
    path("demandes/<int:claim>/renvoyer/", claims.resend, name="resend_code"),
    path("demandes/<int:claim>/retirer/", claims.withdraw, name="withdraw_claim"),
    path("<int:pk>/", include(one_structure)),
]
