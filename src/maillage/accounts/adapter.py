"""What the sign-in library may do here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are created by an administrator until structures can claim their page."""
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("portal:after_login")
