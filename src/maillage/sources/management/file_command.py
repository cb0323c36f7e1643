"""Import commands that read one file, named first."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from maillage.sources.management.base import ImportCommand


class FileCommand(ImportCommand):
    file_help: ClassVar[str]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER", help=self.file_help)
        super().add_arguments(parser)

    def files(self, options: dict[str, Any]) -> dict[str, Path]:
        return {"file": options["file"].absolute()}
