"""What the engine must be told."""

from django.db import connection
from django.db.models import Model

MANY = 500


def refresh_statistics(*models: type[Model], rows: int) -> None:
    """Let PostgreSQL see `rows` rows just written to the tables of `models`; little work is not said.

    Its planner believes a table as small as when it was last counted. Rows of the open transaction
    are counted by nobody else: a query that takes milliseconds then takes minutes. SQLite plans
    without counts.
    """
    if rows < MANY or connection.vendor != "postgresql":
        return
    names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in models)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {names}")
