"""Terms, synonyms and rules: the tables that every space of the installation shares."""

from typing import Any

from django import forms

from maillage.portal.forms.layout import date_input
from maillage.structures.enums import Axis
from maillage.structures.models import Activity, LegalCategory, Term


class TermForm(forms.ModelForm[Term]):
    class Meta:
        model = Term
        fields = ("label", "definition", "parent", "ended_on")
        widgets = {"definition": forms.Textarea(attrs={"rows": 3}), "ended_on": date_input()}
        help_texts = {
            "definition": "Une phrase pour les habitants.",
            "ended_on": "Un terme abandonné n'est plus proposé ; les structures qui l'ont le gardent.",
        }

    def __init__(self, *args: Any, axis: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parents = Term.objects.filter(axis=axis, parent__isnull=True)
        if self.instance.pk:
            parents = parents.exclude(pk=self.instance.pk)
        else:
            del self.fields["ended_on"]
        if axis == Axis.SECTOR:
            self.fields["parent"].queryset = parents  # type: ignore[attr-defined]
            self.fields["parent"].empty_label = "Aucun : terme principal"  # type: ignore[attr-defined]
        else:
            del self.fields["parent"]

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.fields}


class SynonymForm(forms.Form):
    words = forms.CharField(
        label="Mots équivalents",
        max_length=300,
        help_text="Séparés par des virgules : « ressourcerie, recyclerie ».",
    )


class _RuleForm(forms.ModelForm[Any]):
    """`confirm` comes back from the page that showed what would change."""

    confirm = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class LegalCategoryForm(_RuleForm):
    class Meta:
        model = LegalCategory
        fields = ("family", "rule", "note")


class ActivityForm(_RuleForm):
    class Meta:
        model = Activity
        fields = ("excluded", "sector")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sectors = Term.objects.filter(axis=Axis.SECTOR, ended_on__isnull=True)
        self.fields["sector"].queryset = sectors  # type: ignore[attr-defined]
        self.fields["sector"].empty_label = "Aucun"  # type: ignore[attr-defined]


class RuleSearchForm(forms.Form):
    q = forms.CharField(label="Code ou libellé", max_length=80, required=False)
