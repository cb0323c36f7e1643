"""Structures and tables as their host sees them: agents write from the management pages."""

from django.contrib import admin

from maillage.core.ui.admin import ReadOnlyAdmin
from maillage.structures.models import (
    Activity,
    Establishment,
    Label,
    LegalCategory,
    Structure,
    Synonym,
    Term,
)


@admin.register(Structure)
class StructureAdmin(ReadOnlyAdmin):
    list_display = ("name", "siren", "rna", "state", "ess_status", "is_demo", "updated_at")
    list_filter = ("state", "ess_status", "family", "is_demo")
    search_fields = ("siren", "rna", "slug")
    search_help_text = "SIREN, RNA ou adresse de la fiche"


@admin.register(Establishment)
class EstablishmentAdmin(ReadOnlyAdmin):
    list_display = ("siret", "structure", "municipality_code", "state", "location_quality")
    list_filter = ("state", "location_quality")
    search_fields = ("siret", "municipality_code")
    list_select_related = ("structure",)


@admin.register(Label)
class LabelAdmin(ReadOnlyAdmin):
    list_display = ("term", "structure", "valid_from", "valid_to", "source")
    list_filter = ("term",)
    list_select_related = ("term", "structure")


@admin.register(Term)
class TermAdmin(ReadOnlyAdmin):
    list_display = ("label", "code", "axis", "parent", "ended_on")
    list_filter = ("axis",)
    list_select_related = ("parent",)
    search_fields = ("label", "code")


@admin.register(LegalCategory)
class LegalCategoryAdmin(ReadOnlyAdmin):
    list_display = ("code", "label", "family", "rule")
    list_filter = ("rule", "family")
    search_fields = ("code", "label")


@admin.register(Activity)
class ActivityAdmin(ReadOnlyAdmin):
    list_display = ("code", "label", "nomenclature", "sector", "excluded")
    list_filter = ("nomenclature", "excluded")
    list_select_related = ("sector",)
    search_fields = ("code", "label")


@admin.register(Synonym)
class SynonymAdmin(ReadOnlyAdmin):
    list_display = ("words",)
    search_fields = ("words",)
