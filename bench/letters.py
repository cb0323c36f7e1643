"""A notification of 500 files: the transaction, then 500 letters as tagged PDFs by the job.

`python bench/letters.py` prints the rows. Everything is invented, with no chance in it.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

SIZE = 500


def run(size: int = SIZE) -> list[dict[str, object]]:
    """Rows: `what`, `value`, `target`, `reached`, `details`."""
    folder = Path(os.environ.get("MAILLAGE_VAR_DIR", ROOT / "var")).absolute()
    folder = folder / "bench" / f"letters-{size}"
    folder.mkdir(parents=True, exist_ok=True)
    environment = (
        {"DJANGO_SETTINGS_MODULE": "maillage.config.settings.base"}
        | os.environ
        | {
            "MAILLAGE_VAR_DIR": str(folder),
            "MAILLAGE_DATABASE_URL": f"sqlite:///{folder / 'maillage.sqlite3'}",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        }
    )
    (folder / "maillage.sqlite3").unlink(missing_ok=True)
    command = [sys.executable, str(Path(__file__).resolve()), "measure", str(size)]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    made = json.loads(done.stdout.splitlines()[-1])
    seconds = made["letters"]
    return [
        {
            "what": f"{size} lettres en PDF balisé, en tâche de fond",
            "value": f"{seconds:.1f} s",
            "target": "≤ 60 s",
            "reached": seconds <= 60 and made["count"] == size and made["mails"] == size,
            "details": f"{made['bytes'] / 1e6:.1f} Mo, {made['mails']} messages écrits ; la notification"
            f" elle-même, en une transaction : {made['notify']:.1f} s",
        }
    ]


def _measure(size: int) -> dict[str, object]:
    from datetime import UTC, date, datetime
    from decimal import Decimal

    from django.core.management import call_command
    from tests.calls.award_factories import decide, make_decided
    from tests.calls.factories import make_envelope
    from tests.factories import make_role, make_space, make_user

    from maillage.calls.actions.awards.notify import notify
    from maillage.calls.models import Paper
    from maillage.core.models import Job, Letter, Upload
    from maillage.core.worker import Worker

    call_command("migrate", verbosity=0)
    space = make_space("banc")
    chloe = make_user("chloe@test.example", name="Chloé Martin")
    make_role(space, chloe)
    edition = make_decided(space, chloe, envelope=make_envelope(space, "9000000.00"))
    edition.decision_on = date(2026, 10, 12)
    edition.save()
    for rank in range(size):
        outcome = ("award", "waiting", "reject")[rank % 3]
        decide(edition, outcome, str(Decimal(5000)) if outcome == "award" else "0")
    edition.refresh_from_db()
    now = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    begun = time.perf_counter()
    notify(edition, by=chloe, now=now, version=edition.version)
    told = time.perf_counter()
    worker = Worker(heartbeat=False)
    while Job.objects.filter(name="calls.make_papers", status="queued").exists():
        worker.work_once()
    ended = time.perf_counter()
    return {
        "notify": told - begun,
        "letters": ended - told,
        "count": Paper.objects.filter(upload__isnull=False).count(),
        "mails": Letter.objects.count(),
        "bytes": sum(Upload.objects.values_list("size", flat=True)),
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        import django

        django.setup()
        print(json.dumps(_measure(int(sys.argv[2]))))
    else:
        for row in run():
            print(row)
