"""`maillage load_reference`."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from maillage.structures.actions.reference import load_reference


class Command(BaseCommand):
    help = (
        "Remplit les tables de référence (catégories juridiques, activités, taxonomie, synonymes). "
        "Ce qu'un agent a modifié n'est jamais remplacé. Exemple : maillage load_reference"
    )

    def handle(self, *args, **options) -> None:
        loaded = load_reference(by=None, now=timezone.now())
        self.stdout.write(
            f"{loaded.created} lignes ajoutées, {loaded.updated} mises à jour, "
            f"{loaded.kept} gardées telles qu'un agent les a modifiées."
        )
