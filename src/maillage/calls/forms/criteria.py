"""A criterion with its anchors: what each level means, in words, before anybody scores."""

from typing import Any

from django import forms

from maillage.calls.models import Criterion

LEVELS = 11  # notes from 0 to 10 at most


class CriterionForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Criterion
        fields = ("label", "description", "weight", "scale_max", "floor", "is_independent")
        widgets = {"description": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "weight": "Les poids des critères comptés font 100.",
            "scale_max": "De 0 à cette note : 4 donne cinq niveaux.",
            "floor": "Une note plus basse écarte le dossier. Vide : aucune.",
            "is_independent": "Noté et montré, sans compter dans le total.",
        }

    anchors = forms.CharField(
        label="Repères, un par ligne, du plus faible au plus fort",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Autant de lignes que de niveaux : pour 0 à 4, cinq lignes. Chacune dit ce qu'un dossier de ce niveau montre.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scale_max"].widget.attrs |= {"min": 1, "max": LEVELS - 1}
        self.initial.setdefault("anchors", "\n".join(self.instance.anchors or []))

    def clean_weight(self) -> Any:
        weight = self.cleaned_data["weight"]
        if weight is not None and not 0 <= weight <= 100:
            raise forms.ValidationError("Un poids va de 0 à 100.")
        return weight

    def clean_scale_max(self) -> int:
        top = int(self.cleaned_data["scale_max"])
        if not 1 <= top < LEVELS:
            raise forms.ValidationError(f"La note maximale va de 1 à {LEVELS - 1}.")
        return top

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        lines = [line.strip() for line in cleaned.get("anchors", "").splitlines() if line.strip()]
        top = cleaned.get("scale_max")
        if top is not None and "anchors" in cleaned and len(lines) != top + 1:
            said = (
                f"Il faut {top + 1} repères, un par niveau de 0 à {top} ; il y en a {len(lines)}."
            )
            self.add_error("anchors", said)
        floor = cleaned.get("floor")
        if top is not None and floor is not None and floor > top:
            self.add_error("floor", f"La note éliminatoire est au plus {top}.")
        if cleaned.get("is_independent") and cleaned.get("weight"):
            self.add_error("weight", "Un critère qui ne compte pas a un poids de 0.")
        cleaned["anchors"] = lines
        return cleaned

    def criterion(self) -> Criterion:
        """The instance with its anchors; not saved."""
        criterion: Criterion = self.instance
        criterion.anchors = self.cleaned_data["anchors"]
        return criterion
