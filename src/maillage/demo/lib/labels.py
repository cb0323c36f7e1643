"""Approvals and labels, with numbers and dates that look like the real ones."""

from maillage.demo.lib.catalogue import Kind
from maillage.demo.lib.dice import Dice
from maillage.demo.lib.forms import Form
from maillage.demo.lib.specs import LabelSpec

_SIAE = {
    "lab-siae-aci",
    "lab-siae-ei",
    "lab-siae-ai",
    "lab-siae-etti",
    "lab-siae-eiti",
    "lab-geiq",
    "lab-ea",
    "lab-esat",
}
_PROOFS = {
    "lab-esus": "Arrêté préfectoral d'agrément ESUS (démonstration)",
    "lab-res": "Adhésion au réseau régional (démonstration)",
    "lab-regq": "Label du réseau national (démonstration)",
    "lab-cs": "Agrément de la CAF (démonstration)",
    "lab-evs": "Agrément de la CAF (démonstration)",
}


def labels(kind: Kind, form: Form, rank: int, dice: Dice) -> list[LabelSpec]:
    """Those of the legal form, then those of the trade, by chance. One kind of SIAE is enough."""
    held = {form.label: 1.0} if form.label else {}
    drawn: list[str] = []
    for code, probability in (kind.labels | held).items():
        if dice.happens(probability) and not (code in _SIAE and _SIAE & set(drawn)):
            drawn.append(code)
    return [label(code, rank, dice) for code in drawn]


def label(code: str, rank: int, dice: Dice) -> LabelSpec:
    """ESUS lasts five years, a SIAE agreement up to three, a legal form for ever."""
    made = LabelSpec(code, proof=_PROOFS.get(code, ""), since=-dice.number(30, 700), source="agent")
    if code == "lab-esus":
        made.identifier = f"DEMO-ESUS-{rank:04d}"
        made.lasts, made.source = 5 * 365, "esus"
    elif code in _SIAE:
        made.identifier = f"DEMO-{code.removeprefix('lab-').upper()}-{rank:04d}"
        made.lasts, made.source, made.place = 3 * 365, "siae", 0
    elif code in ("lab-scop", "lab-scic", "lab-cae", "lab-rup"):
        made.since = -dice.number(700, 5000)
    else:
        made.lasts = 4 * 365
    return made
