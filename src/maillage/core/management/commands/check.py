"""`maillage check`: Django's checks, then what is wrong in this installation."""

import sys
from typing import Any

from django.core.management.commands.check import Command as Check
from django.utils import timezone

from maillage.core.diagnosis.findings import Level
from maillage.core.diagnosis.run import findings

_MARKS = {Level.FINE: "✓", Level.WARNING: "!", Level.ERROR: "✗"}
# With one of these, only Django's checks are wanted.
_DJANGO = ("tags", "list_tags", "deploy", "databases")


class Command(Check):
    help = (
        "Dit ce qui ne va pas dans cette installation (base, tâches, courrier, disque, sauvegardes, espaces) et "
        "quoi faire. Sort en erreur s'il y a une erreur. Avec --deploy ou --tag : les seules vérifications de Django. "
        "Exemple : maillage check"
    )

    def handle(self, *app_labels: Any, **options: Any) -> None:
        super().handle(*app_labels, **options)
        if app_labels or any(options.get(name) for name in _DJANGO):
            return
        counts = dict.fromkeys(Level, 0)
        for one in findings(timezone.now()):
            counts[one.level] += 1
            self.stdout.write(f"{_MARKS[one.level]} {one.subject} : {one.told}")
            if one.remedy:
                self.stdout.write(f"    → {one.remedy}")
        self.stdout.write(
            f"{counts[Level.ERROR]} erreur(s), {counts[Level.WARNING]} point(s) à voir."
        )
        if counts[Level.ERROR]:
            sys.exit(1)
