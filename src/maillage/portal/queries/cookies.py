"""The cookies that an installation really sets, by the names it gives them. A test visits the pages and checks."""

from dataclasses import dataclass

from django.conf import settings

from maillage.core.retention import in_words


@dataclass(frozen=True, kw_only=True)
class Cookie:
    name: str
    when: str
    purpose: str
    life: str


def cookies() -> list[Cookie]:
    """In the order in which a visitor may meet them."""
    return [
        Cookie(
            name=settings.CSRF_COOKIE_NAME,
            when="quand une page contient un formulaire à envoyer",
            purpose="empêcher qu'un autre site envoie un formulaire à votre place",
            life=in_words(settings.CSRF_COOKIE_AGE // 86_400 // 364 * 365),
        ),
        Cookie(
            name=settings.SESSION_COOKIE_NAME,
            when="quand vous vous connectez",
            purpose="savoir que c'est vous d'une page à l'autre",
            life=f"{in_words(settings.SESSION_COOKIE_AGE // 86_400)} au plus",
        ),
        Cookie(
            name="messages",
            when="après un envoi",
            purpose="afficher une fois la phrase qui dit que c'est fait",
            life="jusqu'à la page suivante",
        ),
    ]
