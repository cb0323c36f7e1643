"""Accounts, and the door of the technical administration."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth import admin as _groups  # noqa: F401  (registers what is taken away here)
from django.contrib.auth.models import Group
from django.forms import ModelForm
from django.http import HttpRequest

from maillage.accounts.actions import end_sessions
from maillage.accounts.models import User

# One sign-in for everyone, with its throttling: Django's own form is not shown.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Close an account or name another host. Passwords are chosen by their owner, by link."""

    list_display = ("email", "name", "is_active", "is_staff", "is_demo", "last_login")
    list_filter = ("is_active", "is_staff", "is_demo")
    search_fields = ("email", "name")
    fields = ("email", "name", "is_active", "is_staff", "is_superuser", "last_login", "date_joined")
    readonly_fields = ("last_login", "date_joined")

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:  # noqa: FBT001
        """Closing an account ends its sessions: opened again, it is not open anywhere."""
        super().save_model(request, obj, form, change)
        if not obj.is_active:
            end_sessions(obj)
