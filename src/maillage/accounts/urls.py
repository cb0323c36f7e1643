"""Addresses of accounts, in French. Names without `:` are those the sign-in library asks for."""

from allauth.account import views
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import path, re_path

from maillage.accounts.access import limited
from maillage.accounts.views import email_change, entry, home, proconnect, security

_login = limited(entry.login, "login", address=(30, 60))
_code = limited(
    views.request_login_code, "login-code", address=(10, 60), field="email", each=(5, 900)
)
_confirm_code = limited(views.confirm_login_code, "confirm-code", address=(20, 60))
_passkey = limited(passkeys.login_webauthn, "passkey", address=(20, 60))
_signup = limited(views.signup, "sign-up", address=(10, 600), field="email", each=(3, 900))
_confirm_email = limited(views.email_verification_sent, "confirm-email", address=(20, 60))
_reset = limited(views.password_reset, "reset", address=(20, 60), field="email", each=(5, 300))
_reset_key = limited(views.password_reset_from_key, "reset-key", address=(20, 60))
_change = limited(
    email_change.email, "email-change", address=(5, 900), field="email", each=(3, 900)
)

_proconnect = limited(proconnect.leave, "proconnect", address=(20, 60))
_change_password = limited(views.password_change, "password", address=(10, 300))

urlpatterns = [
    path("", home.home, name="account_home"),
    path("profil/", home.profile, name="account_profile"),
    path("langue/", home.language, name="account_language"),
    # Coming in
    path("connexion/", _login, name="account_login"),
    path("connexion/code/", _code, name="account_request_login_code"),
    path("connexion/code/saisir/", _confirm_code, name="account_confirm_login_code"),
    path("connexion/cle/", _passkey, name="mfa_login_webauthn"),
    path("connexion/second-facteur/", entry.factor, name="mfa_authenticate"),
    path("deconnexion/", entry.logout, name="account_logout"),
    path("proconnect/", _proconnect, name="account_proconnect"),
    path("proconnect/retour/", proconnect.come_back, name="account_proconnect_back"),
    path("inactif/", views.account_inactive, name="account_inactive"),
    path("inscription/", _signup, name="account_signup"),
    path("inscription/code/", _confirm_email, name="account_email_verification_sent"),
    # Proving again who one is
    path("confirmer/mot-de-passe/", views.reauthenticate, name="account_reauthenticate"),
    path("confirmer/code/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("confirmer/cle/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    # Password
    path("mot-de-passe/", _change_password, name="account_change_password"),
    path("mot-de-passe/definir/", views.password_set, name="account_set_password"),
    path("mot-de-passe/oublie/", _reset, name="account_reset_password"),
    path(
        "mot-de-passe/oublie/envoye/", views.password_reset_done, name="account_reset_password_done"
    ),
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        _reset_key,
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe/change/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    # Security
    path("securite/", security.security, name="account_security"),
    path("securite/", security.security, name="mfa_index"),
    path("securite/", security.security, name="mfa_list_webauthn"),
    path("proteger/", security.protect, name="account_protect"),
    path("securite/application/", totp.activate_totp, name="mfa_activate_totp"),
    path("securite/application/retirer/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("securite/codes/", security.recovery_codes, name="mfa_view_recovery_codes"),
    path("securite/codes/fichier/", security.download_codes, name="mfa_download_recovery_codes"),
    path(
        "securite/codes/nouveaux/",
        codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path("securite/cles/ajouter/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("securite/cles/<int:pk>/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("securite/cles/<int:pk>/retirer/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("appareils/", security.devices, name="account_devices"),
    path("appareils/fermer/", security.end_device, name="account_end_device"),
    # Address
    path("adresse/", _change, name="account_email"),
    path("adresse/accord/<str:key>/", email_change.email_agree, name="account_email_agree"),
]
