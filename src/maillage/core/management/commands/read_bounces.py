"""`maillage read_bounces`."""

import mailbox
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from maillage.core.letters.bounces import LARGEST, read_bounce


class Command(BaseCommand):
    help = (
        "Lit les messages revenus (avis de non-remise, RFC 3464) et marque « refusé » ce qui l'est pour "
        "de bon. Exemples : maillage read_bounces < avis.eml ; maillage read_bounces avis.eml ; "
        "maillage read_bounces --maildir /var/mail/maillage"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", help="fichiers ; sans fichier, l'entrée standard")
        parser.add_argument(
            "--maildir",
            help="boîte au format Maildir ; ce qui est lu passe dans « cur », marqué lu",
        )

    def handle(self, **options: Any) -> None:
        if options["maildir"] and options["files"]:
            raise CommandError("Choisissez : des fichiers, ou --maildir.")
        read = refused = 0
        for raw in _raw(options):
            read += 1
            refused += read_bounce(raw) is not None
        self.stdout.write(f"{read} avis lu(s), {refused} message(s) marqué(s) refusé(s).")


def _raw(options: dict[str, Any]) -> Iterator[bytes]:
    if options["maildir"]:
        yield from _maildir(Path(options["maildir"]))
        return
    for name in options["files"]:
        try:
            yield Path(name).read_bytes()[:LARGEST]
        except OSError as error:
            raise CommandError(f"{name} ne peut pas être lu : {error.strerror}.") from error
    if not options["files"]:
        yield sys.stdin.buffer.read(LARGEST)


def _maildir(folder: Path) -> Iterator[bytes]:
    """New ones only; each is marked read once it was understood or left aside."""
    if not (folder / "new").is_dir():
        raise CommandError(f"{folder} n'est pas une boîte Maildir.")
    box = mailbox.Maildir(folder, create=False)
    for key in list(box.iterkeys()):
        message = box.get_message(key)
        if message.get_subdir() != "new":
            continue
        yield box.get_bytes(key)
        message.set_subdir("cur")
        message.add_flag("S")
        box[key] = message
    box.close()
