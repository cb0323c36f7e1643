"""The register of a space: our sheets, those it replaced, those it added."""

from collections.abc import Iterable
from dataclasses import dataclass

from maillage.core.retention import in_words, retentions
from maillage.core.tabular.writing import Column
from maillage.spaces.lib.processing import BY_CODE, SHEETS, Sheet
from maillage.spaces.models import LegalBasis, LegalInformation, ProcessingActivity, Space

TEXTS = (
    ("purpose", "Finalités"),
    ("people", "Personnes concernées"),
    ("data", "Données"),
    ("source", "Origine des données"),
    ("recipients", "Destinataires"),
    ("transfers", "Transferts hors de l'Union européenne"),
    ("security", "Sécurité"),
)
COLUMNS = [
    Column("name", "Traitement", 40),
    Column("controller", "Responsable", 40),
    Column("dpo", "Délégué à la protection des données", 40),
    Column("legal_basis", "Base légale", 40),
    *(Column(name, title, 60) for name, title in TEXTS),
    Column("retention", "Durées de conservation", 60),
]


@dataclass(frozen=True, kw_only=True)
class Duration:
    """One line of a sheet: what, how long (in words), by which rule."""

    label: str
    words: str
    basis: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A sheet as it is read. `pk` is the space's own row, None for ours as shipped; `code` names ours."""

    sheet: Sheet | ProcessingActivity
    durations: tuple[Duration, ...]
    pk: int | None
    code: str
    is_used: bool

    @property
    def basis(self) -> str:
        return str(LegalBasis(self.sheet.legal_basis).label)

    @property
    def texts(self) -> list[tuple[str, str]]:
        return [(title, getattr(self.sheet, name)) for name, title in TEXTS]


def durations(prefixes: Iterable[str]) -> tuple[Duration, ...]:
    """What the nightly job really does, for the codes that start with one of `prefixes`."""
    known = tuple(prefixes)
    return tuple(
        Duration(label=one.label, words=in_words(one.days), basis=one.basis)
        for code, one in retentions().items()
        if code.startswith(known)
    )


def register_of(space: Space, *, used_only: bool = True) -> list[Entry]:
    """Our sheets in our order, each as the space replaced it, then the space's own by name."""
    rows = list(ProcessingActivity.objects.filter(space=space))
    replaced = {row.code: row for row in rows if row.code}
    kept = [
        *(replaced.get(sheet.code, sheet) for sheet in SHEETS),
        *(row for row in rows if not row.code),
    ]
    entries = [_entry(one) for one in kept]
    return [one for one in entries if one.is_used or not used_only]


def _entry(one: Sheet | ProcessingActivity) -> Entry:
    return Entry(
        sheet=one,
        durations=durations(one.retentions),
        pk=one.pk if isinstance(one, ProcessingActivity) else None,
        code=one.code,
        is_used=one.is_used if isinstance(one, ProcessingActivity) else True,
    )


def shipped(code: str) -> Sheet | None:
    return BY_CODE.get(code)


def register_rows(space: Space) -> list[dict[str, str]]:
    """The register as a table, one row per sheet in use."""
    legal = LegalInformation.objects.filter(space=space).first() or LegalInformation(space=space)
    dpo = ", ".join(filter(None, (legal.dpo_name, legal.dpo_email, legal.dpo_address)))
    return [
        {
            "name": entry.sheet.name,
            "controller": space.authority,
            "dpo": dpo or space.contact_email,
            "legal_basis": entry.basis,
            **{name: getattr(entry.sheet, name) for name, _title in TEXTS},
            "retention": " ; ".join(
                filter(
                    None,
                    (
                        entry.sheet.retention,
                        *(f"{one.label} : {one.words}" for one in entry.durations),
                    ),
                )
            ),
        }
        for entry in register_of(space)
    ]
