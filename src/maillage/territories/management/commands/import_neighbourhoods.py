from typing import Any

from django.core.management.base import CommandParser

from maillage.territories.actions import import_neighbourhoods
from maillage.territories.management.commands._shapes import ShapeCommand
from maillage.territories.models import Neighbourhood


class Command(ShapeCommand):
    help = (
        "Importe des quartiers d'un GeoJSON (WGS84 ou Lambert-93) : QPV, IRIS ou quartiers locaux. "
        "Les QPV de 2015 (QP…) et de 2024 (QN…) ne sont jamais mêlés. "
        "Exemple : maillage import_neighbourhoods qp2024.geojson --kind qpv --apply"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--kind", required=True, choices=Neighbourhood.Kind.values)
        parser.add_argument(
            "--replace", action="store_true", help="Retire ceux de cette nature absents du fichier."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.run(
            options,
            lambda features, source: import_neighbourhoods(
                features,
                kind=Neighbourhood.Kind(options["kind"]),
                source=source,
                replace=options["replace"],
                apply=options["apply"],
            ),
        )
