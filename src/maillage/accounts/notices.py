"""Letters about an account."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from maillage.accounts.models import User
from maillage.core.letters.kinds import LetterKind, declare

INACTIVE_ACCOUNT = declare(
    LetterKind(
        code="accounts.inactive",
        label="Compte inutilisé, bientôt effacé",
        subject="Votre compte Maillage sera effacé dans un mois",
        text=(
            "Bonjour {person},\n\n"
            "Vous ne vous êtes pas connecté depuis près de deux ans. Pour ne pas garder vos données "
            "plus longtemps qu'il ne faut, votre compte sera effacé dans 30 jours.\n\n"
            "Pour le garder, il suffit de vous connecter. Sinon, vous n'avez rien à faire."
        ),
        button="Me connecter et garder mon compte",
        places={"person": "Nadia Belkacem"},
        editable=False,
    )
)


def password_link(user: User) -> str:
    """Absolute address where `user` chooses a password; valid `PASSWORD_RESET_TIMEOUT` seconds, once."""
    path = reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(user),
            "key": default_token_generator.make_token(user),
        },
    )
    return f"{settings.BASE_URL}{path}"


def send_invitation(user: User, *, place: str, inviter: str) -> None:
    """Tell `user` that `inviter` opened them the doors of `place`, and how to come in."""
    has_password = user.has_usable_password()
    link = f"{settings.BASE_URL}{reverse('account_login')}" if has_password else password_link(user)
    context = {
        "user": user,
        "place": place,
        "inviter": inviter,
        "link": link,
        "has_password": has_password,
        "days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
    }
    subject = f"Votre accès à l'espace {place}"
    send_mail(
        " ".join(subject.split()),
        render_to_string("account/email/invitation.txt", context),
        settings.DEFAULT_FROM_EMAIL,
        [user.email],
    )
