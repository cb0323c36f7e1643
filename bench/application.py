"""A page of an application: the largest section of the ready-made form, filled, opened by its writer.

`python bench/application.py` prints the rows. A small database is built at each run under `var/bench/`; two web
processes are driven by four people at once.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from bench.directory import served  # noqa: E402  (found by the line above)
from bench.load import drive  # noqa: E402

SECONDS, PEOPLE, FILES = 10, 4, 12
SERVER = ["maillage.config.cli", "serve", "--workers", "2"]


def run() -> list[dict[str, object]]:
    """Rows: `what`, `value`, `target`, `reached`, `details`."""
    folder = (
        Path(os.environ.get("MAILLAGE_VAR_DIR", ROOT / "var")).absolute() / "bench" / "application"
    )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    paths = [str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")]
    environment = (
        {"DJANGO_SETTINGS_MODULE": "maillage.config.settings.base"}
        | os.environ
        | {
            "MAILLAGE_VAR_DIR": str(folder),
            "MAILLAGE_DATABASE_URL": f"sqlite:///{folder / 'maillage.sqlite3'}",
            "MAILLAGE_BASEMAP_STYLE": "",
            "PYTHONPATH": os.pathsep.join(paths),
        }
    )
    command = [sys.executable, str(Path(__file__).resolve()), "facts"]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    facts = json.loads(done.stdout.splitlines()[-1])
    with served(environment, *SERVER) as port:
        cookie = {"Cookie": facts["cookie"]}
        drive(port, facts["paths"], seconds=3, connections=PEOPLE, headers=cookie)
        load = drive(port, facts["paths"], seconds=SECONDS, connections=PEOPLE, headers=cookie)
    return [
        {
            "what": "Page d'une candidature, la plus grande section du formulaire prêt à l'emploi",
            "value": f"{load.rate:.0f} pages/s",
            "target": "≥ 110 pages/s",
            "reached": load.rate >= 110 and not load.errors,
            "details": (
                f"{facts['fields']} questions, {facts['kilobytes']} Ko, {facts['sql']} requêtes SQL, "
                f"{facts['cpu_ms']:.1f} ms de calcul dont {facts['drawing_ms']:.1f} ms pour les questions ; "
                f"{PEOPLE} personnes à la fois sur deux processus, p95 {load.p95:.0f} ms, {load.errors} erreurs"
            ),
        }
    ]


def _facts() -> None:
    """Build, then say what a load cannot tell. One line of JSON."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse
    from django.utils import timezone
    from tests.calls.factories import DAY, make_application, make_edition
    from tests.factories import make_space, make_user

    from maillage.calls.forms.editing import Sheet
    from maillage.calls.lib.form import form_of
    from maillage.calls.lib.profile_form import cerfa_form
    from maillage.calls.models import Edition
    from maillage.core import static_files

    call_command("migrate", verbosity=0)
    static_files.gather()
    definition = cerfa_form([{"code": "quotidien", "label": "Vie quotidienne"}], "15000")
    form = form_of(definition)
    largest = max(form.sections, key=lambda one: len(one.fields))
    edition = make_edition(make_space(), form=definition)
    now = timezone.now()
    Edition.objects.filter(pk=edition.pk).update(opens_at=now - DAY, closes_at=now + 10 * DAY)
    writer = make_user()
    values = {
        one.code: "Un texte assez long pour être vrai. " * 20
        for one in largest.fields
        if one.type == "long_text"
    }
    paths = []
    for _ in range(FILES):
        application = make_application(edition, user=writer)
        for code, value in values.items():
            application.answers.create(code=code, value=value, at=now)
        paths.append(reverse("applications:section", args=[application.pk, largest.code]))
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(writer)
    answer = client.get(paths[0])
    if answer.status_code != 200:
        raise SystemExit(f"{paths[0]}: {answer.status_code}")
    with CaptureQueriesContext(connection) as captured:
        client.get(paths[1])
    sheet = Sheet(form=form, answers=values)
    name = settings.SESSION_COOKIE_NAME
    print(
        json.dumps(
            {
                "cookie": f"{name}={client.cookies[name].value}",
                "paths": paths,
                "fields": len(largest.fields),
                "kilobytes": round(len(answer.content) / 1000),
                "sql": len(captured),
                "cpu_ms": _cpu(lambda: client.get(paths[2])),
                "drawing_ms": _cpu(lambda: sheet.section(largest)),
            }
        )
    )


def _cpu(act) -> float:  # noqa: ANN001
    """Milliseconds of processor, median of twenty."""
    spent = []
    for _ in range(20):
        start = time.process_time()
        act()
        spent.append(time.process_time() - start)
    return statistics.median(spent) * 1000


def main() -> None:
    if sys.argv[1:] == ["facts"]:
        import django

        django.setup()
        _facts()
        return
    for row in run():
        print(row)


if __name__ == "__main__":
    main()
