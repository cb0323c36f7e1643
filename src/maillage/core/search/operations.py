"""Migration steps that one database needs and the other has no word for."""

from typing import Any

from django.db.migrations.operations import RunSQL


class VendorSQL(RunSQL):
    """`RunSQL` on one kind of database (`sqlite` or `postgresql`), nothing on the others."""

    def __init__(self, vendor: str, sql: list[str], reverse_sql: list[str]) -> None:
        self.vendor = vendor
        super().__init__(list(sql), list(reverse_sql))

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        arguments = {"vendor": self.vendor, "sql": self.sql, "reverse_sql": self.reverse_sql}
        return type(self).__name__, [], arguments

    def _run_sql(self, schema_editor: Any, sqls: Any) -> None:
        if schema_editor.connection.vendor == self.vendor:
            super()._run_sql(schema_editor, sqls)  # type: ignore[misc]
