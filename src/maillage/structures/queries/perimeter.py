"""The editable tables of the ESS perimeter, read once for a whole import."""

from dataclasses import dataclass

from maillage.structures.models import Activity, LegalCategory


@dataclass(frozen=True, slots=True)
class Form:
    """A legal category: `family` and `rule` are values of `Family` and `PerimeterRule`."""

    label: str
    family: str
    rule: str


@dataclass(frozen=True, slots=True)
class Trade:
    """An activity: `sector` is the code of a term, or empty."""

    label: str
    excluded: bool
    sector: str


@dataclass(frozen=True, slots=True)
class Perimeter:
    """`forms` by legal category; `trades` by (nomenclature, code without dots)."""

    forms: dict[str, Form]
    trades: dict[tuple[str, str], Trade]

    def form(self, legal_category: str) -> Form | None:
        return self.forms.get(legal_category)

    def trade(self, nomenclature: str, code: str) -> Trade | None:
        """The longest row of the table that begins the code: 94.99Z, else 94.99, else 94.9, else 94.

        Sirene leaves the nomenclature out of some old rows: they are read as NAF rév. 2.
        """
        key = code.replace(".", "").upper()
        for length in range(len(key), 1, -1):
            found = self.trades.get((nomenclature or Activity.Nomenclature.NAF2, key[:length]))
            if found is not None:
                return found
        return None

    def sector(self, nomenclature: str, code: str) -> str:
        """Code of the main sector that an activity stands for; empty when the table says nothing."""
        found = self.trade(nomenclature, code)
        return found.sector if found else ""


def load_perimeter() -> Perimeter:
    """Two queries."""
    activities = Activity.objects.values_list(
        "nomenclature", "code", "label", "excluded", "sector__code"
    )
    return Perimeter(
        forms={
            code: Form(label, family, rule)
            for code, label, family, rule in LegalCategory.objects.values_list(
                "code", "label", "family", "rule"
            )
        },
        trades={
            (nomenclature, code.replace(".", "").upper()): Trade(label, excluded, sector or "")
            for nomenclature, code, label, excluded, sector in activities
        },
    )
