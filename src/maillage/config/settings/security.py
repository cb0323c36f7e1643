"""Headers, cookies and content policy. One place to review what a browser may do with our pages."""

from csp.constants import NONCE, NONE, SELF

from maillage.config.settings import env

_PRODUCTION = env.text("MAILLAGE_ENV", "development") == "production"
_HTTPS = env.text("MAILLAGE_BASE_URL").startswith("https://")


def _basemap() -> list[str]:
    style = env.text(
        "MAILLAGE_BASEMAP_STYLE",
        "https://data.geopf.fr/annexes/ressources/vectorTiles/styles/PLAN.IGN/gris.json",
    )
    return ["/".join(style.split("/")[:3])] if style else []


def _proconnect() -> list[str]:
    issuer = env.text("MAILLAGE_PROCONNECT_ISSUER")
    return ["/".join(issuer.split("/")[:3])] if issuer else []


CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:", *_basemap()],
        "font-src": [SELF],
        "connect-src": [SELF, *_basemap()],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        # A form that leads to ProConnect, or out of it, is followed there.
        "form-action": [SELF, *_proconnect()],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["default", "maillage"],
    },
}
# « Autour de moi » asks where the reader is; passkeys prove who they are; the map fills the screen.
PERMISSIONS_POLICY = ", ".join(
    [f"{name}=(self)" for name in ("fullscreen", "geolocation")]
    + [f"publickey-credentials-{verb}=(self)" for verb in ("create", "get")]
    + [
        f"{name}=()"
        for name in (
            "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "gyroscope",
            "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
            "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
        )
    ]
)  # fmt: skip
# What is shown inside other sites' pages asks for nothing.
PERMISSIONS_POLICY_EMBED = PERMISSIONS_POLICY.replace("=(self)", "=()")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _PRODUCTION and _HTTPS
if _PRODUCTION and _HTTPS:
    SESSION_COOKIE_NAME = "__Host-maillage"
    CSRF_COOKIE_NAME = "__Host-maillage-csrf"
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = False
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^sante/$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# A local authority's other sites share its domain: HSTS on sub-domains and preload are its choice.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
