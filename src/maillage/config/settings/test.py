"""Settings of the test suite: quick hashing, mail kept in memory, everything else as in production."""

import os
import tempfile

os.environ.setdefault("MAILLAGE_VAR_DIR", tempfile.mkdtemp(prefix="maillage-tests-"))
os.environ.setdefault("MAILLAGE_BASEMAP_STYLE", "")

from maillage.config.settings.base import *  # noqa: F403
from maillage.config.settings.base import DATABASES, VAR_DIR
from maillage.config.settings.mail import settings_of

API_RATE = 0  # tests all come from one address; those of the limit set one
SECRET_KEY = "tests-only-" + "0" * 40
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
globals().update(settings_of("locmem:"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True

_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    # A file, as in production: threads and other processes see it. Nobody pulls the plug on it.
    _database["TEST"] = {"NAME": str(VAR_DIR / "tests.sqlite3")}
    _database["OPTIONS"]["init_command"] = _database["OPTIONS"]["init_command"].replace(
        "synchronous=FULL", "synchronous=OFF"
    )
else:
    # Creating and dropping databases wants no connection kept open; tests/core/test_serve.py tries the pool.
    _database["OPTIONS"].pop("pool")
