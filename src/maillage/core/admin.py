"""Journal and jobs, for whoever runs the installation."""

from django.contrib import admin

from maillage.core.models import Job, JournalEntry, PurgeRecord
from maillage.core.ui.admin import ReadOnlyAdmin

admin.site.site_header = admin.site.site_title = "Administration technique de Maillage"
admin.site.index_title = "Réservée à l'hébergeur"


@admin.register(JournalEntry)
class JournalAdmin(ReadOnlyAdmin):
    list_display = ("at", "by", "action", "subject_type", "subject_id", "space_id", "run_id")
    list_filter = ("action", "subject_type")
    search_fields = ("subject_id", "by__email")
    list_select_related = ("by",)
    date_hierarchy = "at"


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("name", "status", "progress", "message", "attempt", "created_at", "finished_at")
    list_filter = ("status", "name")


@admin.register(PurgeRecord)
class PurgeAdmin(ReadOnlyAdmin):
    list_display = ("at", "label", "days", "count", "error")
    list_filter = ("code",)
    date_hierarchy = "at"
