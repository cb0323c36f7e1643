"""Imports as their host sees them."""

from django.contrib import admin

from maillage.core.ui.admin import ReadOnlyAdmin
from maillage.sources.models import ImportRun


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = ("id", "space", "connector", "status", "created_at", "applied_at", "error")
    list_filter = ("status", "connector", "space")
    list_select_related = ("space",)
