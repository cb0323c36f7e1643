"""Spaces as their host sees them."""

from django.contrib import admin

from maillage.core.ui.admin import ReadOnlyAdmin
from maillage.spaces.models import PerimeterEntry, Role, Space


@admin.register(Space)
class SpaceAdmin(ReadOnlyAdmin):
    """A space is opened by `maillage create_space` and set from its own screens."""

    list_display = ("name", "slug", "authority", "is_public", "is_demo", "created_at")
    list_filter = ("is_public", "is_demo")
    search_fields = ("name", "slug", "authority")


@admin.register(Role)
class RoleAdmin(ReadOnlyAdmin):
    list_display = ("space", "user", "kind", "created_at")
    list_filter = ("kind", "space")
    list_select_related = ("space", "user")


@admin.register(PerimeterEntry)
class PerimeterEntryAdmin(ReadOnlyAdmin):
    list_display = ("space", "municipality_code", "since", "until")
    list_filter = ("space",)
    list_select_related = ("space",)
    search_fields = ("municipality_code",)
