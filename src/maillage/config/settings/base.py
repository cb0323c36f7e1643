"""Settings of an installation. Everything that varies comes from `MAILLAGE_*` (see .env.example)."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from maillage.config.settings import env, templates

PACKAGE_DIR = Path(__file__).resolve().parents[2]

ENV = env.choice("MAILLAGE_ENV", "development", ("development", "production"))
PRODUCTION = ENV == "production"
DEBUG = False

SECRET_KEY = env.text("MAILLAGE_SECRET_KEY")
if not SECRET_KEY:
    if PRODUCTION:
        raise ImproperlyConfigured(
            "MAILLAGE_SECRET_KEY manque : une longue chaîne aléatoire est exigée en production."
        )
    SECRET_KEY = "development-only-" + "0" * 40

ALLOWED_HOSTS = env.words("MAILLAGE_ALLOWED_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1")
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("MAILLAGE_ALLOWED_HOSTS manque : nommez les hôtes servis.")
BASE_URL = env.url("MAILLAGE_BASE_URL", "http://127.0.0.1:8000", ("http", "https"))
if PRODUCTION and not env.text("MAILLAGE_BASE_URL"):
    # It is in every letter, and says whether cookies are for https only.
    raise ImproperlyConfigured(
        "MAILLAGE_BASE_URL manque : donnez l'adresse publique, par exemple https://ess.exemple.fr."
    )
TRUSTED_PROXIES = env.integer("MAILLAGE_TRUSTED_PROXIES", 0, low=0, high=5)

VAR_DIR = Path(env.text("MAILLAGE_VAR_DIR", "var")).absolute()
VAR_DIR.mkdir(parents=True, exist_ok=True)
MEDIA_ROOT = VAR_DIR / "media"
UPLOADS_DIR = VAR_DIR / "uploads"
# host:port or unix:/path of a ClamAV daemon; empty: files are recognised, not scanned.
CLAMAV = env.text("MAILLAGE_CLAMAV")
if CLAMAV and not re.fullmatch(r"unix:/.+|[^:/]+:\d+", CLAMAV):
    raise ImproperlyConfigured(
        f"MAILLAGE_CLAMAV vaut « {CLAMAV} » ; attendu : hôte:port ou unix:/chemin."
    )
# Webhooks only call the public Internet over https, and networks of the host's own named here.
OUTBOUND_NETWORKS = env.networks("MAILLAGE_OUTBOUND_NETWORKS")
OUTBOUND_PLAIN = not PRODUCTION
# Public key of https://age-encryption.org for which backups are encrypted; empty: they are not.
BACKUP_RECIPIENT = env.text("MAILLAGE_BACKUP_RECIPIENT")
# Requests a minute that one address may make of the API; 0: no limit.
API_RATE = env.integer("MAILLAGE_API_RATE", 600, low=0, high=1_000_000_000)
MAX_UPLOAD_MB = env.integer("MAILLAGE_MAX_UPLOAD_MB", 50, low=1, high=2000)

DATABASES = {
    "default": env.database("MAILLAGE_DATABASE_URL", f"sqlite:///{VAR_DIR / 'maillage.sqlite3'}"),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Throttles and locks must be the same for every process: the cache lives in the database.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"},
}

INSTALLED_APPS = [
    "maillage.core.apps.CoreConfig",
    "maillage.territories.apps.TerritoriesConfig",
    "maillage.accounts.apps.AccountsConfig",
    "maillage.spaces.apps.SpacesConfig",
    "maillage.structures.apps.StructuresConfig",
    "maillage.sources.apps.SourcesConfig",
    "maillage.notices.apps.NoticesConfig",
    "maillage.moderation.apps.ModerationConfig",
    "maillage.directory.apps.DirectoryConfig",
    "maillage.calls.apps.CallsConfig",
    "maillage.observatory.apps.ObservatoryConfig",
    "maillage.api.apps.ApiConfig",
    "maillage.portal.apps.PortalConfig",
    "maillage.demo.apps.DemoConfig",
    # Its widget templates come after ours (core/templates/django/forms).
    "django.forms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    *templates.APPS,
]

MIDDLEWARE = [
    # What it sends again has been through all the others once, and bears their headers.
    "maillage.api.middleware.ApiMemory",
    # Headers come first: an answer given anywhere below carries them, files and failures included.
    "maillage.core.middleware.SafeHeaders",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # A page of results weighs a sixth once compressed; random padding hides its exact length (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    # Every error below it is told as JSON.
    "maillage.api.middleware.ApiGate",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "maillage.accounts.middleware.AccountLanguage",
    "maillage.core.middleware.KeepOrigin",
    "maillage.core.middleware.PrivatePages",
    "maillage.core.middleware.SignInRequired",
    "maillage.accounts.middleware.HostsAreProtected",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "maillage.spaces.middleware.SpaceMiddleware",
    "maillage.structures.middleware.ActingIdentity",
    "django_htmx.middleware.HtmxMiddleware",
    # Last to be entered, and still before any view or check reads the body.
    "maillage.core.middleware.BodyLimit",
]

ROOT_URLCONF = "maillage.config.urls"
WSGI_APPLICATION = "maillage.config.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": templates.LOADERS,
            "builtins": templates.BUILTINS,
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "maillage.core.ui.context.site",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LANGUAGE_CODE = "fr"
# Public pages are written in French; those of an account are in English too, for who asks for it.
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [PACKAGE_DIR / "locale"]
TIME_ZONE = "Europe/Paris"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "maillage.core.storage.StaticStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
MEDIA_URL = "/media/"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_200  # a table may have 1 000 columns, each with its answer

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

BASEMAP_STYLE = env.url(
    "MAILLAGE_BASEMAP_STYLE",
    "https://data.geopf.fr/annexes/ressources/vectorTiles/styles/PLAN.IGN/gris.json",
    ("https", "http"),
)
BASEMAP_ORIGIN = "{0.scheme}://{0.netloc}".format(urlsplit(BASEMAP_STYLE)) if BASEMAP_STYLE else ""
ENTREPRISES_API = env.url(
    "MAILLAGE_ENTREPRISES_API", "https://recherche-entreprises.api.gouv.fr", ("https", "http")
)
GEOCODING_API = env.url(
    "MAILLAGE_GEOCODING_API", "https://data.geopf.fr/geocodage", ("https", "http")
)

ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

from maillage.config.settings.accounts import *  # noqa: E402, F403
from maillage.config.settings.logs import *  # noqa: E402, F403
from maillage.config.settings.mail import *  # noqa: E402, F403
from maillage.config.settings.security import *  # noqa: E402, F403  (needs the names above)
