"""Verbs of the room: an import is read, planned, applied, taken back; a doubt is decided.

The path of a record: `gathering` (whose is it?) → `planning` (what would change?) → `diff` (as
operations) → `execute` (written, or taken back). `runs` holds the life of an import.
"""
