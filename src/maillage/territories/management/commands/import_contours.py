from typing import Any

from django.core.management.base import CommandParser

from maillage.territories.actions import import_contours
from maillage.territories.management.commands._shapes import ShapeCommand


class Command(ShapeCommand):
    help = (
        "Importe les contours de communes d'un GeoJSON (WGS84 ou Lambert-93), simplifiés sans trou. "
        "Exemple : maillage import_contours communes-69.geojson --source "
        "'IGN Admin Express 2026, Licence Ouverte' --apply"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--tolerance", type=float, default=30, help="Simplification, en mètres (30)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.run(
            options,
            lambda features, source: import_contours(
                features,
                source=source,
                tolerance_m=max(0.0, options["tolerance"]),
                apply=options["apply"],
            ),
        )
