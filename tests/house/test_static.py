"""A template that names a static file that does not exist breaks every page that uses it."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

SOURCE = Path(__file__).parents[2] / "src" / "maillage"
NAMED = re.compile(r"""{%\s*static\s+["']([^"']+)["']""")


@pytest.mark.one_engine
def test_every_static_file_that_a_template_names_exists() -> None:
    built = (SOURCE / "core/static/core/dist").is_dir()
    missing = {
        f"{path.relative_to(SOURCE)}: {name}"
        for path in SOURCE.rglob("*.html")
        for name in NAMED.findall(path.read_text(encoding="utf-8"))
        if (built or "/dist/" not in name) and finders.find(name) is None
    }
    assert missing == set()
