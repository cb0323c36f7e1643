"""The yardstick: a bare Django view that makes the same full-text query, without anything of ours.

No middleware, no facet, no filter, no count: the twenty best structures and a page that weighs as
much as ours. Served by the same server with the same settings.
"""

import os
from pathlib import Path

from django.conf import settings

settings.configure(
    SECRET_KEY="bench",  # noqa: S106  (signs nothing)
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF="bench.directory_bare",
    MIDDLEWARE=[],
    INSTALLED_APPS=[],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["BENCH_DATABASE"],
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA cache_size=-32000;PRAGMA mmap_size=268435456"
            },
        }
    },
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.locmem.Loader",
                        {
                            "page.html": "<!DOCTYPE html><html lang=fr><title>Annuaire</title><main>"
                            "<h1>{{ total }} structures</h1><ul>{% for row in rows %}<li><article>"
                            "<h3><a href='/structures/{{ row.1 }}/'>{{ row.2 }}</a></h3>"
                            "<p>{{ row.3 }}</p></article></li>{% endfor %}</ul>"
                            "{{ filler|safe }}</main></html>"
                        },
                    )
                ]
            },
        }
    ],
    USE_TZ=True,
)

import django  # noqa: E402  (settings first)

django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402

WEIGHT = int(os.environ["BENCH_WEIGHT"])
MATCHES = dict(
    line.split("\t", 1) for line in Path(os.environ["BENCH_MATCHES"]).read_text().splitlines()
)


def directory(request: HttpRequest) -> HttpResponse:
    """The very expression that ours sends to FTS5 for these words, prepared beforehand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rowid FROM core_search_fts WHERE core_search_fts MATCH %s"
            " ORDER BY bm25(core_search_fts, 10.0, 4.0, 1.0, 0.5), rowid",
            [MATCHES[request.GET["q"]]],
        )
        ids = [row[0] & ((1 << 40) - 1) for row in cursor.fetchall()]
        shown = ids[:20]
        places = ",".join(["%s"] * len(shown)) or "NULL"
        cursor.execute(
            f"SELECT id, slug, name, description FROM structures_structure WHERE id IN ({places})",
            shown,
        )
        rows = cursor.fetchall()
    cards = sum(len(row[2]) + len(row[3]) + 120 for row in rows)
    context = {
        "total": len(ids),
        "rows": rows,
        "filler": "<p>.</p>" * (max(0, WEIGHT - cards) // 8),
    }
    return render(request, "page.html", context)


urlpatterns = [path("bare/", directory)]
application = get_wsgi_application()
