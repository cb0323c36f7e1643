"""`maillage retention`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from maillage.core.retention import forget, in_words, retentions


class Command(BaseCommand):
    help = (
        "Dit combien de temps chaque sorte de données est gardée, en tableau Markdown ; --now oublie tout "
        "de suite ce qui a fait son temps. Exemple : maillage retention"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--now", action="store_true", help="appliquer les durées sans attendre la nuit"
        )

    def handle(self, **options: Any) -> None:
        if options["now"]:
            for proof in forget(timezone.now()):
                self.stdout.write(f"{proof.label} : {proof.error or proof.count}")
            return
        self.stdout.write("| données | durée | règle |\n|---|---|---|")
        for one in retentions().values():
            self.stdout.write(f"| {one.label} | {in_words(one.days)} | {one.basis} |")
