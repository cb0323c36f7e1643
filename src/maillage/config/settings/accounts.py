"""Signing in and signing up. The rules of attempts are beside the doors: `maillage.accounts.limits`."""

from datetime import timedelta

from django.core.exceptions import ImproperlyConfigured

from maillage.config.settings import env

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:after_login"
LOGOUT_REDIRECT_URL = "portal:home"
PASSWORD_RESET_TIMEOUT = 3 * 86_400  # seconds; the letters say three days

ACCOUNT_ADAPTER = "maillage.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
# A password is chosen once the address is proved, never before: nobody prepares one for another's address.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ALLAUTH_USER_CODE_FORMAT = {"length": 8, "numeric": False, "dashed": True}
ACCOUNT_LOGIN_TIMEOUT = 15 * 60
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_MAX_EMAIL_ADDRESSES = 1
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_SESSION_REMEMBER = True
# The library's limits are counted in two steps, and let a crowd through: ours are not.
ACCOUNT_RATE_LIMITS = False
_FORMS = "maillage.accounts.forms"
ACCOUNT_FORMS = {
    "login": f"{_FORMS}.LoginForm",
    "signup": f"{_FORMS}.SignupForm",
    "request_login_code": f"{_FORMS}.RequestLoginCodeForm",
    "confirm_login_code": f"{_FORMS}.ConfirmLoginCodeForm",
    "confirm_email_verification_code": f"{_FORMS}.ConfirmEmailForm",
    "reauthenticate": f"{_FORMS}.ReauthenticateForm",
    "reset_password": f"{_FORMS}.ResetPasswordForm",
    "reset_password_from_key": f"{_FORMS}.ResetPasswordKeyForm",
    "change_password": f"{_FORMS}.ChangePasswordForm",
    "set_password": f"{_FORMS}.SetPasswordForm",
}

MFA_ADAPTER = "maillage.accounts.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Maillage"
MFA_TOTP_TOLERANCE = 1  # one period of thirty seconds before, one after
MFA_RATE_LIMITS = False
MFA_FORMS = {
    "authenticate": f"{_FORMS}.FactorForm",
    "reauthenticate": f"{_FORMS}.FactorAgainForm",
    "activate_totp": f"{_FORMS}.ActivateTotpForm",
    "deactivate_totp": "allauth.mfa.totp.forms.DeactivateTOTPForm",
    "add_webauthn": f"{_FORMS}.AddPasskeyForm",
    "edit_webauthn": f"{_FORMS}.RenamePasskeyForm",
}
USERSESSIONS_TRACK_ACTIVITY = False
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())

# ProConnect, the State's door for public agents: no button while the issuer is not named.
PROCONNECT_ISSUER = env.url("MAILLAGE_PROCONNECT_ISSUER", "", ("https", "http"))
PROCONNECT_CLIENT_ID = env.text("MAILLAGE_PROCONNECT_CLIENT_ID")
PROCONNECT_CLIENT_SECRET = env.text("MAILLAGE_PROCONNECT_CLIENT_SECRET")
if PROCONNECT_ISSUER.startswith("http:") and env.text("MAILLAGE_ENV") == "production":
    raise ImproperlyConfigured(
        "MAILLAGE_PROCONNECT_ISSUER doit commencer par https:// en production."
    )
if PROCONNECT_ISSUER and not (PROCONNECT_CLIENT_ID and PROCONNECT_CLIENT_SECRET):
    raise ImproperlyConfigured(
        "MAILLAGE_PROCONNECT_ISSUER demande aussi MAILLAGE_PROCONNECT_CLIENT_ID et MAILLAGE_PROCONNECT_CLIENT_SECRET."
    )
