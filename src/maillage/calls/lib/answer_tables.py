"""Answers in lines: the budget of a project, its indicators, blocks that repeat."""

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any

from maillage.calls.lib.answer_values import AnswerError, euros, money_of, read
from maillage.calls.lib.conditions import holds, is_empty
from maillage.calls.lib.form import Field
from maillage.calls.lib.problems import Problem

# Accounts of the French chart of associations (règlement ANC 2018-06) by two figures, as form 12156 lists them.
CHARGES: tuple[tuple[str, str], ...] = (
    ("60", "Achats"),
    ("61", "Services extérieurs"),
    ("62", "Autres services extérieurs"),
    ("63", "Impôts et taxes"),
    ("64", "Charges de personnel"),
    ("65", "Autres charges de gestion courante"),
    ("66", "Charges financières"),
    ("67", "Charges exceptionnelles"),
    ("68", "Dotations aux amortissements, provisions et engagements"),
    ("69", "Impôt sur les bénéfices, participation des salariés"),
    ("86", "Emplois des contributions volontaires en nature"),
)
PRODUITS: tuple[tuple[str, str], ...] = (
    ("70", "Ventes de produits finis, de marchandises, prestations de services"),
    ("73", "Dotations et produits de tarification"),
    ("74", "Subventions d'exploitation"),
    ("75", "Autres produits de gestion courante (cotisations, dons…)"),
    ("76", "Produits financiers"),
    ("77", "Produits exceptionnels"),
    ("78", "Reprises sur amortissements, provisions et engagements"),
    ("79", "Transferts de charges"),
    ("87", "Contributions volontaires en nature"),
)
SIDES: dict[str, tuple[tuple[str, str], ...]] = {"charges": CHARGES, "produits": PRODUITS}
STATUSES = (("acquired", "acquis"), ("asked", "demandé"), ("expected", "prévu"))
INDICATOR_COLUMNS = (
    ("label", "Indicateur", 160),
    ("unit", "Unité", 40),
    ("target", "Objectif", 80),
)
IN_KIND = {"charges": "86", "produits": "87"}
_SHAPE = "Ce tableau n'a pas la forme attendue : remplissez-le de nouveau."
_LABEL_LONGEST = 160


def rows_of(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def totals(value: Any) -> dict[str, Decimal]:
    """Sum of each side of a budget; a line whose amount cannot be read counts for nothing."""
    held = value if isinstance(value, Mapping) else {}
    return {side: sum(_amounts(held.get(side)), Decimal(0)) for side in SIDES}


def asked_of_us(value: Any) -> Decimal | None:
    """What the budget says it asks of this call; None when no line says so."""
    held = value if isinstance(value, Mapping) else {}
    ours = [one for one in rows_of(held.get("produits")) if _is_ours(one)]
    return sum(_amounts(ours), Decimal(0)) if ours else None


def in_kind(value: Any, side: str) -> Decimal:
    """Voluntary contributions (accounts 86 and 87): valued, never paid."""
    held = value if isinstance(value, Mapping) else {}
    rows = rows_of(held.get(side))
    return sum(_amounts([one for one in rows if _account(one) == IN_KIND[side]]), Decimal(0))


def _is_ours(line: Any) -> bool:
    return isinstance(line, Mapping) and line.get("ours") is True


def _account(line: Any) -> str:
    return str(line.get("account", "")) if isinstance(line, Mapping) else ""


def _amounts(rows: Any) -> Iterator[Decimal]:
    for line in rows_of(rows):
        try:
            yield money_of(line.get("amount"))
        except (AnswerError, AttributeError):
            continue


def check_budget(field: Field, value: Any) -> Iterator[Problem]:
    """Each line whole, then charges = produits, and contributions in kind (86 = 87)."""
    if not isinstance(value, Mapping):
        yield Problem(field.code, None, _SHAPE)
        return
    wrong = False
    for side, accounts in SIDES.items():
        known = dict(accounts)
        rows = value.get(side, [])
        if not isinstance(rows, list):
            yield Problem(field.code, None, _SHAPE)
            return
        if len(rows) > field.max_rows:
            yield Problem(field.code, None, f"Au plus {field.max_rows} lignes de {side}.")
            return
        for row, line in enumerate(rows):
            for problem in _check_line(field, side, row, line, known):
                wrong = True
                yield problem
    if not wrong:
        yield from _balance(field, value)


def _check_line(
    field: Field, side: str, row: int, line: Any, known: Mapping[str, str]
) -> Iterator[Problem]:
    if not isinstance(line, Mapping):
        yield Problem(field.code, row, _SHAPE, f"{side}-label")
        return
    if is_blank_line(line):
        return
    if _account(line) not in known:
        yield Problem(field.code, row, "Choisissez le poste de cette ligne.", f"{side}-account")
    label = line.get("label", "")
    if not isinstance(label, str) or len(label) > _LABEL_LONGEST:
        yield Problem(
            field.code, row, f"L'intitulé a {_LABEL_LONGEST} caractères au plus.", f"{side}-label"
        )
    if is_empty(line.get("amount")):
        yield Problem(field.code, row, "Écrivez le montant de cette ligne.", f"{side}-amount")
    else:
        try:
            money_of(line.get("amount"))
        except AnswerError as error:
            yield Problem(field.code, row, str(error), f"{side}-amount")
    if side == "produits" and line.get("status", "") not in {"", *dict(STATUSES)}:
        yield Problem(
            field.code, row, "Dites si cette recette est acquise, demandée ou prévue.",
            f"{side}-status",
        )  # fmt: skip


def is_blank_line(line: Any) -> bool:
    """Nothing typed: an account or a status that a list proposed alone does not count."""
    return isinstance(line, Mapping) and is_empty([line.get("label"), line.get("amount")])


def _balance(field: Field, value: Mapping[str, Any]) -> Iterator[Problem]:
    sums = totals(value)
    gap = sums["charges"] - sums["produits"]
    if gap:
        side = "produits" if gap > 0 else "charges"
        yield Problem(
            field.code,
            None,
            f"Le budget n'est pas équilibré : {euros(sums['charges'])} de charges et "
            f"{euros(sums['produits'])} de produits ; il manque {euros(abs(gap))} de {side}.",
        )
        return
    given, used = in_kind(value, "produits"), in_kind(value, "charges")
    if given != used:
        yield Problem(
            field.code,
            None,
            f"Les contributions en nature doivent être égales des deux côtés : {euros(used)} au "
            f"compte 86 et {euros(given)} au compte 87.",
        )


def check_indicators(field: Field, value: Any) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield Problem(field.code, None, _SHAPE)
        return
    if len(value) > field.max_rows:
        yield Problem(field.code, None, f"Au plus {field.max_rows} lignes.")
        return
    for row, line in enumerate(value):
        if not isinstance(line, Mapping):
            yield Problem(field.code, row, _SHAPE, "label")
            continue
        if is_empty(line):
            continue
        for part, label, longest in INDICATOR_COLUMNS:
            cell = line.get(part, "")
            if not isinstance(cell, str | int) or len(str(cell)) > longest:
                yield Problem(field.code, row, f"{label} : {longest} caractères au plus.", part)
            elif part != "unit" and is_empty(cell):
                yield Problem(field.code, row, f"{label} : à remplir sur cette ligne.", part)


def check_repeated(
    field: Field, value: Any, answers: Mapping[str, Any], communes: Collection[str] | None
) -> Iterator[Problem]:
    """Each block by its own fields; a block left blank counts for nothing."""
    if not isinstance(value, list):
        yield Problem(field.code, None, _SHAPE)
        return
    if len(value) > field.max_rows:
        yield Problem(field.code, None, f"Au plus {field.max_rows} fois.")
        return
    for row, block in enumerate(value):
        if not isinstance(block, Mapping):
            yield Problem(field.code, row, _SHAPE, field.fields[0].code if field.fields else "")
            continue
        if is_empty(block):
            continue
        for inner in shown_in_row(field, block, answers):
            message = _check_inner(inner, block.get(inner.code), communes)
            if message:
                yield Problem(field.code, row, message, inner.code)


def _check_inner(inner: Field, value: Any, communes: Collection[str] | None) -> str:
    if is_empty(value):
        return missing(inner) if inner.required else ""
    try:
        read(inner, value, communes)
    except AnswerError as error:
        return str(error)
    except KeyError:
        return ""
    return ""


def shown_in_row(field: Field, block: Mapping[str, Any], answers: Mapping[str, Any]) -> list[Field]:
    """Inner fields asked in this block: their conditions see the block first, then the form."""
    seen = dict(answers)
    shown = []
    for inner in field.fields:
        if holds(inner.condition, seen):
            shown.append(inner)
            seen[inner.code] = block.get(inner.code)
        else:
            seen.pop(inner.code, None)
    return shown


def missing(field: Field) -> str:
    """What to say of a required question left without an answer."""
    words = {
        "certify": "Cochez cette case pour continuer.",
        "yes_no": "Répondez par oui ou par non.",
        "choice": "Choisissez une réponse.",
        "choices": "Choisissez au moins une réponse.",
        "commune": "Choisissez une commune.",
        "communes": "Choisissez au moins une commune.",
        "budget": "Remplissez le budget.",
        "file": "Joignez cette pièce.",
        "partners": "Ajoutez au moins un partenaire.",
        "repeated": "Remplissez au moins une fois ce bloc.",
        "indicators": "Écrivez au moins un indicateur.",
    }
    return words.get(field.type, "Répondez à cette question.")
