"""Lines of a budget, of indicators and of repeated blocks, as HTML that a phone shows and that works without a script."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.html import escape

from maillage.calls.forms.inputs import Input, is_group, select, typed_amount, write
from maillage.calls.lib.answer_tables import (
    INDICATOR_COLUMNS,
    SIDES,
    STATUSES,
    rows_of,
    totals,
)
from maillage.calls.lib.answer_values import euros
from maillage.calls.lib.condition_check import in_words
from maillage.calls.lib.form import Field, FieldType, Form
from maillage.calls.lib.limits import limits_in_words
from maillage.calls.lib.problems import Problem, anchor_of

# Empty lines shown to begin with.
_FIRST_LINES = {FieldType.BUDGET: 3, FieldType.INDICATORS: 2, FieldType.REPEATED: 1}
_SIDE_NAMES = {"charges": "Charges", "produits": "Produits"}


class Lines:
    """Writes one table field; `wrong` are its problems, `prefix` what the names of its inputs begin with."""

    def __init__(
        self,
        one: Field,
        value: Any,
        wrong: Iterable[Problem],
        prefix: str,
        *,
        form: Form,
        communes: Iterable[tuple[str, str]],
        is_locked: bool,
    ) -> None:
        self.one, self.value, self.prefix, self.form = one, value, prefix, form
        self.communes, self.is_locked = communes, is_locked
        self.wrong = {
            (problem.row, problem.part): problem.message
            for problem in wrong
            if problem.row is not None
        }

    def html(self) -> str:
        if self.one.type == FieldType.BUDGET:
            return self._budget()
        if self.one.type == FieldType.INDICATORS:
            return self._list("", self._rows(self.value), self._indicator, "un indicateur")
        return self._list("", self._rows(self.value), self._block, "un bloc")

    def _rows(self, held: Any) -> list[Mapping[str, Any]]:
        rows = [one if isinstance(one, Mapping) else {} for one in rows_of(held)]
        least = min(_FIRST_LINES[self.one.type], self.one.max_rows)
        return rows + [{}] * max(0, least - len(rows))

    def _list(
        self,
        side: str,
        rows: list[Mapping[str, Any]],
        line: Callable[[str, int, Mapping[str, Any]], str],
        what: str,
    ) -> str:
        name = _SIDE_NAMES.get(side) or ("Bloc" if what == "un bloc" else "Ligne")
        where = f"{self.one.code}:{side}" if side else self.one.code
        items = "".join(
            f'<div class="line" role="group" aria-label="{self._named(name, side, row)}">'
            f'<div class="line-cells">{line(side, row, held)}</div>{self._drop(where, row, side)}</div>'
            for row, held in enumerate(rows)
        )
        add = "" if self.is_locked else self._add(where, what, len(rows))
        return (
            f'<maillage-lines data-start="{self.prefix}{self.one.code}-{f"{side}-" if side else ""}" '
            f'data-anchor="f-{self.one.code}-{f"{side}-" if side else ""}" data-most="{self.one.max_rows}" '
            f'data-side="{side}"><div class="lines is-{self.one.type}">{items}</div>{add}</maillage-lines>'
        )

    def _named(self, name: str, side: str, row: int) -> str:
        return f"{name}, ligne {row + 1}" if side else f"{name} {row + 1}"

    def _add(self, where: str, what: str, count: int) -> str:
        if count >= self.one.max_rows:
            return ""
        label = {"charges": "une charge", "produits": "un produit"}.get(
            where.partition(":")[2], what
        )
        return (
            f'<button class="button is-secondary is-small" name="{self.prefix}add" value="{where}" '
            f"formnovalidate data-add>Ajouter {label}</button>"
        )

    def _drop(self, where: str, row: int, side: str) -> str:
        if self.is_locked:
            return ""
        noun = "le bloc" if self.one.type == FieldType.REPEATED else "la ligne"
        return (
            f'<button class="button is-quiet is-small" name="{self.prefix}drop" value="{where}:{row}" '
            f'formnovalidate data-drop aria-label="Retirer {noun} {row + 1}'
            f'{f" des {side}" if side else ""}">Retirer</button>'
        )

    def _cell(
        self, label: str, part: str, row: int, write_input: Callable[[Input], str], css: str = ""
    ) -> str:
        side, dash, column = part.partition("-")
        inside = f"{side}-{row}-{column}" if dash else f"{row}-{part}"
        anchor = anchor_of(self.one.code, row, part)
        message = self.wrong.get((row, part), "")
        where = Input(
            name=f"{self.prefix}{self.one.code}-{inside}",
            anchor=anchor,
            described=f"{anchor}-error" if message else "",
            is_wrong=bool(message),
            is_locked=self.is_locked,
            communes=self.communes,
        )
        return (
            f'<div class="cell {css}{" has-error" if message else ""}">'
            f'<label for="{anchor}">{escape(label)}</label>{write_input(where)}{error(anchor, message)}</div>'
        )

    def _budget(self) -> str:
        held = self.value if isinstance(self.value, Mapping) else {}
        sums = totals(held)
        parts = []
        for side in SIDES:
            lines = self._list(side, self._rows(held.get(side)), self._budget_line, "une ligne")
            parts.append(
                f'<fieldset class="budget-side"><legend>{_SIDE_NAMES[side]}</legend>{lines}'
                f'<p class="line-total">Total des {side} : '
                f'<output data-sum="{side}">{euros(sums[side])}</output></p></fieldset>'
            )
        gap = sums["charges"] - sums["produits"]
        if not gap:
            words = "Charges et produits sont égaux."
        else:
            missing = "produits" if gap > 0 else "charges"
            words = f"Il manque {euros(abs(gap))} de {missing}."
        return (
            f"<maillage-budget>{''.join(parts)}"
            f'<p class="budget-balance{"" if gap else " is-even"}" data-balance role="status">{words}</p>'
            "</maillage-budget>"
        )

    def _budget_line(self, side: str, row: int, line: Mapping[str, Any]) -> str:
        locked = self.is_locked
        cells = [
            self._cell(
                "Poste",
                f"{side}-account",
                row,
                lambda where: select(
                    [(code, f"{code} – {label}") for code, label in SIDES[side]],
                    str(line.get("account") or ""),
                    where,
                ),
                "is-wide",
            ),
            self._cell(
                "Précision",
                f"{side}-label",
                row,
                lambda where: _plain(where, line.get("label"), 160),
                "is-wide",
            ),
            self._cell(
                "Montant (€)",
                f"{side}-amount",
                row,
                lambda where: _plain(
                    where, typed_amount(line.get("amount")), 40, ' inputmode="decimal" data-amount'
                ),
            ),
        ]
        if side == "produits":
            cells.append(
                self._cell(
                    "État",
                    f"{side}-status",
                    row,
                    lambda where: select(STATUSES, str(line.get("status") or ""), where),
                )
            )
            anchor = anchor_of(self.one.code, row, "produits-ours")
            ticked = " checked" if line.get("ours") is True else ""
            cells.append(
                f'<div class="cell is-check"><label><input type="checkbox" id="{anchor}" '
                f'name="{self.prefix}{self.one.code}-produits-{row}-ours"{ticked}'
                f"{' disabled' if locked else ''}> <span>Demandé à cet appel</span></label></div>"
            )
        return "".join(cells)

    def _indicator(self, side: str, row: int, line: Mapping[str, Any]) -> str:
        return "".join(
            self._cell(
                label,
                part,
                row,
                lambda where, part=part, most=most: _plain(where, line.get(part), most),  # type: ignore[misc]
                "is-wide" if part == "label" else "",
            )
            for part, label, most in INDICATOR_COLUMNS
        )

    def _block(self, side: str, row: int, block: Mapping[str, Any]) -> str:
        return "".join(self._inner(inner, row, block.get(inner.code)) for inner in self.one.fields)

    def _inner(self, inner: Field, row: int, value: Any) -> str:
        anchor = anchor_of(self.one.code, row, inner.code)
        message = self.wrong.get((row, inner.code), "")
        hints = [part for part in (self._when(inner), inner.help, limits_in_words(inner)) if part]
        described = " ".join(
            one for one in (f"{anchor}-hint" if hints else "", f"{anchor}-error" if message else "")
            if one
        )  # fmt: skip
        where = Input(
            name=f"{self.prefix}{self.one.code}-{row}-{inner.code}",
            anchor=anchor,
            described=described,
            is_wrong=bool(message),
            is_locked=self.is_locked,
            communes=self.communes,
        )
        return field_html(inner, write(inner, value, where), anchor, hints, message)

    def _when(self, inner: Field) -> str:
        words = in_words(inner.condition, self.form, self.one.fields)
        return f"À remplir {words}." if words else ""


def _plain(where: Input, value: Any, most: int, more: str = "") -> str:
    shown = "" if value is None or isinstance(value, bool | list | dict) else str(value)
    return (
        f'<input type="text" name="{where.name}" id="{where.anchor}"{more} '
        f'value="{escape(shown)}"{where.attributes()}>'
    )


def error(anchor: str, message: str) -> str:
    if not message:
        return ""
    return f'<ul class="field-error" id="{anchor}-error"><li>{escape(message)}</li></ul>'


def field_html(
    one: Field, body: str, anchor: str, hints: Iterable[str], message: str, more: str = ""
) -> str:
    """Label, hint, input and error of one question; `more` is HTML that follows."""
    optional = (
        "" if one.required or one.type == FieldType.NOTE
        else ' <span class="field-optional">(facultatif)</span>'
    )  # fmt: skip
    label = f"{escape(one.label)}{optional}"
    text = " ".join(escape(hint) for hint in hints)
    hint = f'<div class="field-hint" id="{anchor}-hint">{text}</div>' if text else ""
    wrong = error(anchor, message)
    css = " has-error" if message else ""
    if one.type == FieldType.CERTIFY:
        return (
            f'<div class="field is-check{css}">{hint}<label>{body} <span>{label}</span></label>'
            f"{wrong}{more}</div>"
        )
    if is_group(one) or one.type in TABLES:
        return (
            f'<fieldset class="field{css}" id="{anchor}-group"><legend>{label}</legend>{hint}{body}'
            f"{wrong}{more}</fieldset>"
        )
    return f'<div class="field{css}"><label for="{anchor}">{label}</label>{hint}{body}{wrong}{more}</div>'


TABLES = frozenset({FieldType.BUDGET, FieldType.INDICATORS, FieldType.REPEATED})
