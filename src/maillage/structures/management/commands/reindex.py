"""Build the full-text search of the structures again.

maillage reindex
"""

from django.core.management.base import BaseCommand
from django.db import transaction

from maillage.core import journal
from maillage.structures.actions.indexing import reindex


class Command(BaseCommand):
    help = "Reconstruit la recherche plein texte des structures. Exemple : maillage reindex"

    def handle(self, *args, **options) -> None:
        with transaction.atomic():
            count = reindex()
            journal.tick("structures")  # what processes remember of the searches is stale
        self.stdout.write(f"{count} structures peuvent être trouvées par la recherche.")
