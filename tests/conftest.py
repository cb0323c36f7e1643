"""The harness: fixtures shared by every room, and tripwires that turn bug families into failures.

What fails a test here, beyond its own assertions:
- a template of ours that reads an undefined variable (`tests/tripwires.py`);
- an answer whose headers or content policy give a browser more rights than the house does;
- a page with an unrendered tag, an inline style or handler, or a POST form without its CSRF token;
- a GET request that writes to the database;
- a connection to anything but this machine;
- a warning: deprecation, naive datetime, unordered pagination, unclosed file.
"""

import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client

from maillage.api import access as api_access
from maillage.api.middleware import MEMORY as API_MEMORY
from maillage.directory.queries.memory import forget as forget_snapshots
from maillage.territories.queries import forget_shapes
from tests import reference_data, tripwires
from tests.factories import Cast, Crowd, make_cast, make_crowd

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: drives a real Chromium")
    config.addinivalue_line(
        "markers", "one_engine: says nothing about the database; runs on SQLite only"
    )
    config.addinivalue_line("markers", "loose_pages: pages are not ours (technical administration)")
    tripwires.forbid_network()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in Path(item.path).parts:
            item.add_marker("browser")
    if "postgres" in os.environ.get("MAILLAGE_DATABASE_URL", ""):
        # The second engine has nothing to say about tests that ask no database.
        silent = [item for item in items if not _asks_the_database(item)]
        config.hook.pytest_deselected(items=silent)
        items[:] = [item for item in items if _asks_the_database(item)]


def _asks_the_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("one_engine"):
        return False
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker("django_db")) or not fixtures.isdisjoint(DATABASE_FIXTURES)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The controller of a parallel run made the temporary folder: it removes it."""
    folder = Path(os.environ.get("MAILLAGE_VAR_DIR", "var"))
    if not hasattr(config, "workerinput") and folder.name.startswith("maillage-tests-"):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def undefined_variables_fail() -> None:
    tripwires.refuse_undefined_variables()


@pytest.fixture(autouse=True)
def pages_are_sound(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at every response of the test client."""
    if request.node.get_closest_marker("loose_pages"):
        return
    original = Client.request

    def watched(client: Client, **environ: object) -> object:
        with tripwires.reads_only(environ):
            response = original(client, **environ)
        tripwires.check_headers(response)
        tripwires.look_at(response)
        return response

    monkeypatch.setattr(Client, "request", watched)


@pytest.fixture(autouse=True)
def uploads_stay_in_the_test(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.UPLOADS_DIR = tmp_path / "uploads"


@pytest.fixture(autouse=True)
def shapes_are_read_again() -> None:
    """A test that is rolled back takes the clock of the territories back too: what is kept is stale."""
    forget_shapes()


@pytest.fixture(autouse=True)
def snapshots_start_empty() -> None:
    """Identifiers and clocks start again at each test: what a process remembers must too."""
    forget_snapshots()
    API_MEMORY.forget()
    api_access.forget()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> None:
    """Remember the rows that migrations load, which transactional tests would otherwise lose."""
    with django_db_blocker.unblock():
        reference_data.remember(connection)
    reference_data.keep_across_flushes()


@pytest.fixture
def cast(db: None) -> Cast:
    """The people and the two spaces of the stories (see `tests/factories.py`)."""
    return make_cast()


@pytest.fixture
def crowd(db: None) -> Crowd:
    """The cast, two structures and one person of every other role."""
    return make_crowd()


@pytest.fixture
def postgres() -> bool:
    return django_settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


@pytest.fixture
def database_url(transactional_db: None) -> str:
    """Address of the test database, for other processes. What they see must be committed."""
    values = connection.settings_dict
    if values["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{values['NAME']}"
    return "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**values)
