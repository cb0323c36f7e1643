"""How templates are found: components (cotton), then each room's own, parsed once.

Fragments of a page (`{% partialdef %}`) are Django's own from 6.0 on; a library brings them before.
"""

import django

APPS: list[str] = []
BUILTINS = ["django_cotton.templatetags.cotton"]
_FOUND = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.app_directories.Loader",
]
LOADERS: list[tuple[str, list[object]]] = [
    ("django.template.loaders.cached.Loader", [*_FOUND]),
]
if django.VERSION < (6, 0):
    APPS.append("template_partials.apps.SimpleAppConfig")
    BUILTINS.append("template_partials.templatetags.partials")
    LOADERS = [("template_partials.loader.Loader", [*LOADERS])]
