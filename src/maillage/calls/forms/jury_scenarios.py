"""The form of a scenario: how the envelope is shared, project by project or under rules."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from maillage.calls.actions.jury.scenarios import Draft
from maillage.calls.enums import ScenarioMethod
from maillage.calls.lib.scenario import POINT, SKIP, STOP, Settings
from maillage.calls.models import Application

MINIMA = 6
_MISFITS = [
    (STOP, "S'arrêter au premier projet qui ne tient pas"),
    (SKIP, "Passer au suivant qui tient"),
]


class ScenarioForm(forms.Form):
    """Fields of the three methods; the page shows those of one. Amounts and constraints by file are read apart."""

    name = forms.CharField(label="Nom du scénario", max_length=120)
    misfit = forms.ChoiceField(
        label="Quand un projet ne tient plus dans l'enveloppe", choices=_MISFITS, required=False
    )
    partial = forms.IntegerField(
        label="Attribution partielle : au moins (% de la demande)",
        min_value=1,
        max_value=100,
        required=False,
        help_text="100 : tout ou rien.",
    )
    step = forms.IntegerField(
        label="Arrondi des attributions partielles (€)",
        min_value=1,
        max_value=10_000,
        required=False,
    )
    floor = forms.DecimalField(
        label="Note plancher (sur 100)",
        min_value=0,
        max_value=100,
        max_digits=6,
        decimal_places=3,
        required=False,
    )
    gap = forms.DecimalField(
        label="Écart à partir duquel on ne passe pas devant (points)",
        min_value=0,
        max_value=100,
        max_digits=6,
        decimal_places=3,
        required=False,
        help_text="Aucun projet moins bon d'autant n'est financé quand un meilleur ne l'est pas. Vide : sans cette règle.",
    )
    least = forms.IntegerField(
        label="Lauréats au moins", min_value=0, max_value=999, required=False
    )
    most = forms.IntegerField(label="Lauréats au plus", min_value=1, max_value=999, required=False)
    one_each = forms.BooleanField(label="Une seule aide par structure", required=False)
    exclusions = forms.CharField(
        label="Projets à ne pas financer ensemble",
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 600}),
        help_text="Deux numéros par ligne, par exemple « PROG26-0004 PROG26-0011 ».",
    )

    def __init__(
        self,
        *args: Any,
        files: Sequence[Application],
        groups: Sequence[tuple[str, str]],
        method: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.files, self.method = files, method
        for rank in range(MINIMA):
            self.fields[f"group_{rank}"] = forms.ChoiceField(
                label="Au moins, parmi", choices=[("", "—"), *groups], required=False
            )
            self.fields[f"count_{rank}"] = forms.IntegerField(
                label="Projets", min_value=0, max_value=999, required=False
            )

    @property
    def minima(self) -> list[tuple[Any, Any]]:
        return [(self[f"group_{rank}"], self[f"count_{rank}"]) for rank in range(MINIMA)]

    def clean_exclusions(self) -> tuple[tuple[int, int], ...]:
        known = {str(one).casefold(): one.pk for one in self.files}
        found = []
        for line in self.cleaned_data["exclusions"].splitlines():
            words = [word for word in re.split(r"[\s,;]+", line.strip()) if word]
            if not words:
                continue
            keys = [known.get(word.casefold()) for word in words]
            if len(keys) != 2 or None in keys or keys[0] == keys[1]:
                raise forms.ValidationError(
                    f"« {line.strip()[:60]} » : écrivez deux numéros de dossiers différents."
                )
            found.append((keys[0], keys[1]))
        return tuple(found)  # type: ignore[arg-type]

    def draft(self) -> Draft:
        """Raises `ValidationError` for an amount that is not one."""
        said = self.cleaned_data
        forced = self._forced()
        settings = Settings(
            misfit=said["misfit"] or STOP,
            partial=said["partial"] or 100,
            step=(said["step"] or 100) * 100,
            floor=_points(said["floor"]),
            gap=_points(said["gap"]),
            least=said["least"],
            most=said["most"],
            one_each=said["one_each"],
            minima=tuple(
                (said[f"group_{rank}"], said[f"count_{rank}"])
                for rank in range(MINIMA)
                if said[f"group_{rank}"] and said[f"count_{rank}"]
            ),
            exclusions=said["exclusions"],
            forced_in=forced["in"],
            forced_out=forced["out"],
        )
        manual = self.method == ScenarioMethod.MANUAL
        return Draft(
            said["name"],
            self.method,
            settings,
            amounts=self._amounts() if manual else None,
            reasons=self._reasons() if manual else None,
        )

    def _amounts(self) -> dict[int, Decimal]:
        found = {}
        for one in self.files:
            typed = re.sub(r"[\s\u202f\xa0€]", "", self.data.get(f"montant-{one.pk}", "")[:20])
            if not typed:
                continue
            try:
                amount = Decimal(typed.replace(",", "."))
            except InvalidOperation:
                amount = Decimal("NaN")
            if not amount.is_finite() or abs(amount) >= Decimal(10) ** 10:
                raise forms.ValidationError(f"{one} : « {typed} » n'est pas un montant en euros.")
            found[one.pk] = amount
        return found

    def _reasons(self) -> Mapping[int, str]:
        return {one.pk: self.data.get(f"motif-{one.pk}", "").strip()[:500] for one in self.files}

    def _forced(self) -> dict[str, dict[int, str]]:
        found: dict[str, dict[int, str]] = {"in": {}, "out": {}}
        for one in self.files:
            way = self.data.get(f"sort-{one.pk}", "")
            if way in found:
                found[way][one.pk] = self.data.get(f"motif-{one.pk}", "").strip()[:500]
        return found


def _points(value: Decimal | None) -> int | None:
    return None if value is None else int(value * POINT)


def scenario_initial(settings: Settings, files: Sequence[Application]) -> dict[str, Any]:
    """What the form shows of settings that are kept, or usual."""
    named = {one.pk: str(one) for one in files}
    told: dict[str, Any] = {
        "misfit": settings.misfit,
        "partial": settings.partial,
        "step": settings.step // 100,
        "floor": None if settings.floor is None else Decimal(settings.floor) / POINT,
        "gap": None if settings.gap is None else Decimal(settings.gap) / POINT,
        "least": settings.least,
        "most": settings.most,
        "one_each": settings.one_each,
        "exclusions": "\n".join(
            f"{named[a]} {named[b]}" for a, b in settings.exclusions if a in named and b in named
        ),
    }
    for rank, (group, count) in enumerate(settings.minima[:MINIMA]):
        told |= {f"group_{rank}": group, f"count_{rank}": count}
    return told
