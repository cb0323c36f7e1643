"""Which questions hold their answer elsewhere than in `Answer`."""

from maillage.calls.lib.form import FieldType

ELSEWHERE = frozenset({FieldType.FILE, FieldType.PARTNERS, FieldType.NOTE})
