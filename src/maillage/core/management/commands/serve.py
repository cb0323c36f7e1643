"""`maillage serve`: the production server."""

import os
import socket
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from maillage.core import static_files


class Command(BaseCommand):
    help = (
        "Sert l'installation (serveur de production). "
        "Exemple : maillage serve --port 8000 --workers 2 --with-worker"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--host", default="127.0.0.1", help="adresse d'écoute (127.0.0.1 : derrière un proxy)"
        )
        parser.add_argument("--port", type=int, default=8000, help="port d'écoute")
        parser.add_argument("--workers", type=int, default=2, help="nombre de processus")
        parser.add_argument(
            "--threads",
            type=int,
            default=min(8, 2 * (os.cpu_count() or 1) + 1),
            help="fils par processus (%(default)s sur cette machine)",
        )
        parser.add_argument(
            "--with-worker", action="store_true", help="lancer aussi un processus de tâches"
        )

    def handle(self, **options: Any) -> None:
        for name, high in (("port", 65_535), ("workers", 256), ("threads", 256)):
            if not 1 <= options[name] <= high:
                raise CommandError(f"--{name} attend un nombre de 1 à {high}.")
        self._refuse_taken_port(options["host"], options["port"])
        if static_files.gather():
            self.stdout.write("Fichiers statiques préparés.")
        worker = self._start_worker() if options["with_worker"] else None
        try:
            self._serve(options)
        finally:
            if worker:
                worker.terminate()
                worker.wait()

    def _refuse_taken_port(self, host: str, port: int) -> None:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CommandError(
                    f"Impossible d'écouter sur {host}:{port} ({error.strerror}). Choisissez un autre "
                    f"port, par exemple : maillage serve --port {min(port + 1, 65_535)}"
                ) from error

    def _serve(self, options: dict[str, Any]) -> None:
        from granian import Granian  # noqa: PLC0415  (slow import)
        from granian.constants import Interfaces  # noqa: PLC0415
        from granian.log import LogLevels  # noqa: PLC0415

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.config.settings.base")
        server = Granian(
            "maillage.config.wsgi:application",
            address=options["host"],
            port=options["port"],
            interface=Interfaces.WSGI,
            workers=options["workers"],
            blocking_threads=options["threads"],
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=30,
            log_level=LogLevels.warning,
        )
        self.stdout.write(f"Maillage : http://{options['host']}:{options['port']}/")
        self.stdout.flush()
        server.serve()

    def _start_worker(self) -> subprocess.Popen[bytes]:
        """A process of its own: a long import does not slow pages down, and dies with us."""
        parent = f"--parent={os.getpid()}"
        command = [sys.executable, "-m", "maillage.config.cli", "worker", parent]
        return subprocess.Popen(command)  # noqa: S603  (our own command)
