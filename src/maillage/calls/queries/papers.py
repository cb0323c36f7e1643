"""Which words a document starts from: the edition's, else the space's, else ours."""

from dataclasses import dataclass

from maillage.calls.enums import PaperKind
from maillage.calls.lib.papers import DEFAULTS
from maillage.calls.models import Edition, PaperTemplate
from maillage.spaces.models import Space


@dataclass(frozen=True)
class Words:
    """`row` is None while the words are ours; `version` is what a form must send back."""

    kind: str
    subject: str
    body: str
    signatory: str = ""
    signatory_title: str = ""
    version: int = 0
    row: PaperTemplate | None = None

    @property
    def label(self) -> str:
        return PaperKind(self.kind).label

    @property
    def source(self) -> str:
        if self.row is None:
            return "texte livré avec la plateforme"
        return "texte de cet appel" if self.row.edition_id else "texte de l'espace"


def words_of(space: Space, edition: Edition | None, kind: str) -> Words:
    """What a document of `kind` is made with."""
    return all_words(space, edition)[kind]


def all_words(space: Space, edition: Edition | None) -> dict[str, Words]:
    """By kind, two levels read in one query."""
    rows = PaperTemplate.objects.filter(space=space, edition=None) | (
        PaperTemplate.objects.filter(space=space, edition=edition)
        if edition is not None
        else PaperTemplate.objects.none()
    )
    found = {
        kind: Words(kind=kind, subject=ours.subject, body=ours.body)
        for kind, ours in DEFAULTS.items()
    }
    for row in sorted(rows.select_related("edited_by"), key=lambda one: one.edition_id is not None):
        found[row.kind] = Words(
            kind=row.kind,
            subject=row.subject,
            body=row.body,
            signatory=row.signatory,
            signatory_title=row.signatory_title,
            version=row.version,
            row=row,
        )
    return found


def row_of(space: Space, edition: Edition | None, kind: str) -> PaperTemplate | None:
    """The words written at this very level."""
    return PaperTemplate.objects.filter(space=space, edition=edition, kind=kind).first()
