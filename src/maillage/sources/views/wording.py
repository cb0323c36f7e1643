"""A run in the words of the screens."""

from dataclasses import dataclass
from typing import NamedTuple

from maillage.sources.connectors.catalogue import source_label
from maillage.sources.models import ImportRun
from maillage.sources.queries.wording import held_by_source

Status = ImportRun.Status
_BADGES = {Status.APPLIED: "ok", Status.FAILED: "error", Status.PLANNED: "careful"}
_NUMBERS = (
    ("created", "nouvelles structures"),
    ("updated", "structures mises à jour"),
    ("unchanged", "structures sans changement"),
    ("suggested", "structures avec suggestion"),
    ("doubtful", "doublons possibles"),
    ("establishments_created", "nouveaux lieux"),
    ("refused", "lignes refusées"),
    ("outside", "lignes hors du périmètre"),
)


class Number(NamedTuple):
    label: str
    value: int


@dataclass(frozen=True, slots=True)
class RunView:
    """Everything a template says of a run, without a missing key."""

    run: ImportRun
    label: str
    state: str
    badge: str
    files: str
    credit: str
    numbers: list[Number]
    outside: list[Number]
    held: list[tuple[str, list[Number]]]
    skipped: int
    undo_skipped: int

    @property
    def summary(self) -> str:
        """The numbers that are not zero, in one line."""
        return ", ".join(
            f"{number.value} {number.label}" for number in self.numbers if number.value
        )


def run_view(run: ImportRun) -> RunView:
    columns = (
        run.status == Status.QUEUED and run.connector == "table" and "mapping" not in run.options
    )
    counts = run.counts
    return RunView(
        run=run,
        label=source_label(run.connector),
        state="colonnes à choisir" if columns else run.get_status_display(),
        badge=str(_BADGES.get(Status(run.status), "")),
        files=", ".join(item["name"] for item in run.files),
        credit=str(run.options.get("source", "")),
        numbers=[Number(label, int(counts.get(key, 0))) for key, label in _NUMBERS],
        outside=[
            Number(reason, count)
            for reason, count in sorted(counts.get("outside_reasons", {}).items())
        ],
        held=[
            (title, [Number(label, count) for label, count in rows])
            for title, rows in held_by_source(counts)
        ],
        skipped=int(counts.get("skipped", 0)),
        undo_skipped=int(counts.get("undo_skipped", 0)),
    )
