"""Messages: inbox, digests, follows, newsletter, the outbox shown to agents."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from maillage.core.letters import stop
from maillage.core.personal import forgotten, told
from maillage.core.room import NavEntry, Panel, PersonalData, Retention, Room, register
from maillage.notices.actions.forget import forget_subscriptions
from maillage.notices.lib.keys import category_key
from maillage.notices.lib.targets import COMMUNE, STRUCTURE
from maillage.notices.queries.follow import is_followed
from maillage.notices.queries.inbox import unread_count


@dataclass(frozen=True, kw_only=True)
class _OfTheSpace(NavEntry):
    """A footer link to a page of the space of the address."""

    def url(self, request: HttpRequest, name: str = "") -> str:
        return reverse(name or self.url_name, args=[request.space.slug])  # type: ignore[attr-defined]


def _in_space(request: HttpRequest) -> bool:
    return getattr(request, "space", None) is not None


@stop.offered_by
def stop_address(user_id: int, category: str) -> str:
    path = reverse("inbox:stop", args=[category_key(user_id, category)])
    return f"{settings.BASE_URL}{path}"


def _follow_button(request: HttpRequest, kind: str, value: str, words: str) -> dict[str, object]:
    """Who is not signed in is asked to, and comes back."""
    space = request.space  # type: ignore[attr-defined]
    known = request.user.is_authenticated and is_followed(request.user, space, kind, value)
    return {
        "address": reverse("news:follow", args=[space.slug, kind, value]),
        "here": request.path,
        "is_followed": known,
        "words": words,
    }


def follow_structure(request: HttpRequest, sheet: Any) -> dict[str, object]:
    return _follow_button(request, STRUCTURE, str(sheet.card.id), "cette structure")


def follow_landing(request: HttpRequest, landing: Any) -> dict[str, object]:
    words = "cette commune" if landing.facet == COMMUNE else "ce secteur"
    return _follow_button(request, landing.facet, landing.code, words)


def unread(_request: HttpRequest, user: Any) -> dict[str, object]:
    return {"unread": unread_count(user)}


_FOLLOW = "notices/_follow_button.html"
PERSONAL = (
    PersonalData(
        model="notices.Follow",
        fields=("user",),
        label="Ce que vous suivez",
        export=told(
            "notices.Follow",
            "user",
            espace="space__name",
            structure="structure__name",
            secteur="term__label",
            commune="municipality_code",
            depuis="created_at",
        ),
        erase=forgotten("notices.Follow", "user"),
    ),
    PersonalData(
        model="notices.Subscription",
        fields=("email",),
        label="Abonnements à la lettre d'un espace",
        export=told(
            "notices.Subscription",
            "email",
            espace="space__name",
            **{
                "phrase acceptée": "wording",
                "confirmé le": "confirmed_at",
                "arrêté le": "ended_at",
            },
        ),
        erase=forgotten("notices.Subscription", "email"),
    ),
    PersonalData(
        model="notices.Issue",
        fields=("created_by",),
        label="Lettres d'information préparées pour un espace",
        kept="La lettre est un acte de la collectivité ; elle garde un auteur devenu anonyme.",
    ),
)

RETENTION = (
    Retention(
        code="notices.subscriptions",
        label="Abonnements à la lettre jamais confirmés (7 jours) ou arrêtés",
        days=7,
        basis="RGPD, articles 5-1-e et 7 ; la preuve du consentement est gardée à part",
        purge=forget_subscriptions,
    ),
)

ROOM = register(
    Room(
        name="notices",
        label="Messages",
        personal=PERSONAL,
        retention=RETENTION,
        panels=(
            Panel(slot="header", template="notices/_header.html", context=unread),
            Panel(slot="structure", template=_FOLLOW, context=follow_structure, order=80),
            Panel(slot="landing", template=_FOLLOW, context=follow_landing),
        ),
        nav=(
            NavEntry(
                label="Messages",
                url_name="outbox:list",
                slot="agent",
                order=50,
                icon="mail",
                group="Messages",
            ),
            NavEntry(
                label="Lettre d'information",
                url_name="issues:list",
                slot="agent",
                order=52,
                icon="send",
                group="Messages",
            ),
            _OfTheSpace(
                label="Lettre d'information",
                url_name="news:letters",
                slot="footer",
                order=60,
                shown=_in_space,
            ),
            NavEntry(
                label="Mes messages", url_name="inbox:list", slot="account", order=20, icon="mail"
            ),
            NavEntry(
                label="Ce que je suis",
                url_name="inbox:follows",
                slot="account",
                order=30,
                icon="bell",
            ),
        ),
    )
)
