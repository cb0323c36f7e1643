from typing import Any

from django.core.management.base import BaseCommand

from maillage.spaces.exports import roles_page


class Command(BaseCommand):
    help = (
        "Écrit la table des rôles et des gestes en Markdown sur la sortie standard. "
        "Exemple : maillage roles > docs/roles.md"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(roles_page(), ending="")
