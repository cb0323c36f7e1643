import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from maillage.accounts.actions import open_account
from maillage.accounts.models import User
from maillage.accounts.notices import password_link
from maillage.spaces.actions import SpaceError, grant_role
from maillage.spaces.models import Role, Space


class Command(BaseCommand):
    help = (
        "Donne à une personne un rôle dans un espace ; son compte est créé s'il n'existe pas. Affiche un "
        "lien à usage unique où elle choisit son mot de passe, ou lit ce mot de passe sur l'entrée "
        "standard. Exemple : maillage add_agent aicha@ville.example --space est-ensemble --role administrator"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="ADRESSE")
        parser.add_argument("--space", required=True, metavar="ESPACE")
        parser.add_argument("--role", choices=Role.Kind.values, default=Role.Kind.AGENT.value)
        parser.add_argument(
            "--partner", choices=Role.Partner.values, default="", help="sorte d'un partenaire"
        )
        parser.add_argument("--name", default="", help="nom affiché")
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="lit le mot de passe d'un nouveau compte sur l'entrée standard",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].strip().lower()
        space = Space.objects.filter(slug=options["space"]).first()
        if space is None:
            known = ", ".join(Space.objects.values_list("slug", flat=True)) or "aucun"
            raise CommandError(
                f"L'espace « {options['space']} » n'existe pas. Espaces connus : {known}.",
                returncode=2,
            )
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(
                f"« {email} » n'est pas une adresse e-mail.", returncode=2
            ) from error
        is_new = not User.objects.filter(email=email).exists()
        password = self._password(email) if options["password_stdin"] else None
        if password and not is_new:
            raise CommandError(
                f"{email} a déjà un compte : son mot de passe ne se change pas d'ici.", returncode=2
            )
        user = self._admit(email, password, space, options)
        role = Role.Kind(options["role"]).label
        self.stdout.write(f"{email} a le rôle « {role} » dans l'espace « {space.name} ».")
        if password is None and not user.has_usable_password():
            self.stdout.write(f"Mot de passe à choisir ici, une seule fois : {password_link(user)}")

    def _admit(
        self, email: str, password: str | None, space: Space, options: dict[str, Any]
    ) -> User:
        now = timezone.now()
        try:
            with transaction.atomic():
                user = open_account(
                    email, name=options["name"], password=password, by=None, now=now
                )
                grant_role(
                    space,
                    user,
                    options["role"],
                    by=None,
                    now=now,
                    partner_kind=options["partner"],
                )
        except SpaceError as error:
            raise CommandError(str(error), returncode=2) from error
        return user

    def _password(self, email: str) -> str:
        """The first line of the standard input, if the rules for passwords accept it."""
        password = sys.stdin.readline().rstrip("\r\n")
        try:
            validate_password(password, User(email=email))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from error
        return password
