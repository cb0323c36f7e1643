"""What all import commands share: options, progress bar, summary, exit codes."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.utils import timezone
from tqdm import tqdm

from maillage.sources.actions.runs import RunRefusedError, apply_run, create_run, plan_run
from maillage.sources.connectors.base import SourceError
from maillage.sources.connectors.registry import connector
from maillage.sources.models import ImportRun
from maillage.sources.queries.wording import held_by_source
from maillage.spaces.models import Space

JSON_KEYS = (
    "created", "updated", "unchanged", "suggested", "refused", "outside", "establishments_created", "doubtful",
)  # fmt: skip
SHOWN_ISSUES = 10


def space_named(slug: str) -> Space:
    """The space, or a `CommandError` that names those that exist."""
    space = Space.objects.filter(slug=slug).first()
    if space is None:
        known = ", ".join(Space.objects.values_list("slug", flat=True)) or "aucun"
        raise CommandError(
            f"L'espace « {slug} » n'existe pas. Espaces connus : {known}.", returncode=2
        )
    return space


def apply_or_refuse(run: ImportRun) -> None:
    """Apply, or end the command with the sentence of the refusal and exit code 2."""
    try:
        apply_run(run, now=timezone.now())
    except RunRefusedError as error:
        raise CommandError(str(error), returncode=2) from error


class ImportCommand(BaseCommand):
    """Subclasses name their connector and its files, and say how options are read.

    Exit codes: 0 done; 2 the source or the options can't be used (nothing was changed).
    """

    connector_key: ClassVar[str]
    file_options: ClassVar[dict[str, str]] = {}  # option name → help
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name, text in self.file_options.items():
            parser.add_argument(f"--{name}", required=True, type=Path, metavar="FICHIER", help=text)
        parser.add_argument(
            "--space",
            required=True,
            metavar="ESPACE",
            help="adresse de l'espace, par exemple est-ensemble",
        )
        parser.add_argument(
            "--date",
            default="",
            metavar="AAAA-MM-JJ",
            help="date des données, si le fichier ne la dit pas",
        )
        parser.add_argument(
            "--apply", action="store_true", help="écrit les changements ; sans cela, essai à blanc"
        )

    def files(self, options: dict[str, Any]) -> dict[str, Path]:
        """Role → path, for the connector."""
        return {name: options[name.replace("-", "_")].absolute() for name in self.file_options}

    def connector_options(self, options: dict[str, Any]) -> dict[str, Any]:
        """What the run keeps, and the connector reads in `context.options`."""
        return {"date": options["date"]} if options["date"] else {}

    def handle(self, *args: Any, **options: Any) -> None:
        space = space_named(options["space"])
        chosen = connector(self.connector_key)
        run = create_run(
            space,
            self.connector_key,
            files=self.files(options),
            options=self.connector_options(options),
            by=None,
            now=timezone.now(),
        )
        with tqdm(total=100, unit="%", desc=chosen.label, disable=None, file=self.stderr) as bar:
            try:
                plan_run(
                    run,
                    chosen,
                    now=timezone.now(),
                    report=lambda done: bar.update(int(done * 100) - bar.n),
                )
            except SourceError as error:
                raise CommandError(str(error), returncode=2) from error
        if options["apply"]:
            apply_or_refuse(run)
        summarise(self.stdout, run, applied=options["apply"])


class RunCommand(BaseCommand):
    """A command about one import, named by its number."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "run", type=int, metavar="NUMÉRO", help="numéro de l'import, donné par son résumé"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        run = ImportRun.objects.filter(pk=options["run"]).first()
        if run is None:
            raise CommandError(f"L'import n° {options['run']} n'existe pas.", returncode=2)
        try:
            self.act(run)
        except RunRefusedError as error:
            raise CommandError(str(error), returncode=2) from error

    def act(self, run: ImportRun) -> None:
        """Do it; a `RunRefusedError` ends the command with its sentence and exit code 2."""
        raise NotImplementedError


def summarise(out: OutputWrapper, run: ImportRun, *, applied: bool) -> None:
    """Sentences for a person, then one JSON line for a program."""
    counts = run.counts
    out.write(
        f"{'Import appliqué' if applied else 'Essai à blanc'} n° {run.pk} dans « {run.space} »"
    )
    for key, text in (
        ("created", "nouvelles structures"),
        ("updated", "structures mises à jour"),
        ("unchanged", "structures sans changement"),
        ("suggested", "structures avec une suggestion seulement"),
        ("doubtful", "doublons possibles à décider"),
        ("establishments_created", "nouveaux établissements"),
        ("refused", "lignes refusées"),
        ("warned", "lignes acceptées avec réserve"),
        ("outside", "lignes hors du périmètre"),
    ):
        out.write(f"  {counts.get(key, 0):>8}  {text}")
    for reason, count in counts.get("outside_reasons", {}).items():
        out.write(f"            dont {count} : {reason}")
    for title, rows in held_by_source(counts):
        out.write(f"  {title} : " + ", ".join(f"{label} {count}" for label, count in rows))
    for issue in run.issues.all()[:SHOWN_ISSUES]:
        where = f"ligne {issue.line} : " if issue.line else ""
        out.write(f"    {issue.get_severity_display()} — {where}{issue.message}")
    more = run.issues.count() - SHOWN_ISSUES
    if more > 0:
        out.write(f"    … et {more} autres, à lire sur la page de l'import.")
    if not applied:
        out.write("Rien n'a été écrit. Relancez avec --apply pour appliquer.")
    out.write(json.dumps({"run": run.pk, **{key: counts.get(key, 0) for key in JSON_KEYS}}))
