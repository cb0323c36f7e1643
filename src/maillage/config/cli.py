"""The `maillage` command: Django's management commands, with our settings."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.config.settings.base")
    from django.core.management import execute_from_command_line  # noqa: PLC0415  (slow import)

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
