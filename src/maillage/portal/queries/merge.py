"""Two sheets side by side, to judge whether they are one structure."""

from dataclasses import dataclass

from maillage.portal.queries.history import field_label, shown
from maillage.structures.models import Structure

_COMPARED = (
    "name",
    "acronym",
    "legal_name",
    "siren",
    "rna",
    "family",
    "legal_category",
    "activity_code",
    "state",
    "ess_status",
    "description",
    "website",
    "email",
    "phone",
    "size_band",
    "created_on",
    "updated_at",
)


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    left: str
    right: str

    @property
    def differs(self) -> bool:
        return self.left != self.right


def side_by_side(left: Structure, right: Structure) -> list[Row]:
    """Fields first, then places, labels and terms, each as a reader expects it."""
    rows = [
        Row(field_label(name), shown(name, getattr(left, name)), shown(name, getattr(right, name)))
        for name in _COMPARED
    ]
    rows.append(Row("Établissements", _places(left), _places(right)))
    rows.append(Row("Agréments et labels", _labels(left), _labels(right)))
    rows.append(Row("Secteurs, publics et rôles", _terms(left), _terms(right)))
    return rows


def _places(one: Structure) -> str:
    return " ; ".join(
        " ".join(part for part in (place.siret, place.address, place.postal_code) if part)
        for place in one.establishments.all()
    )


def _labels(one: Structure) -> str:
    return ", ".join(label.term.label for label in one.labels.select_related("term"))


def _terms(one: Structure) -> str:
    return ", ".join(link.term.label for link in one.structure_terms.select_related("term"))
