from typing import Any

from django.core.management.base import BaseCommand

from maillage.territories.actions.load import load_territories


class Command(BaseCommand):
    help = (
        "Met les communes, leurs anciens codes, les groupements et les contours livrés à jour. "
        "Sans effet quand ils le sont déjà. Exemple : maillage load_territories"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done = load_territories()
        self.stdout.write(
            f"Lignes écrites : {done.municipalities} communes, {done.former_codes} anciens codes, "
            f"{done.groupings} groupements, {done.memberships} appartenances, "
            f"{done.contours} contours."
        )
