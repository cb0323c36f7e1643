"""Backups: one file that holds the database and the files, checked before it is called done.

The rows are written as JSON lines, table by table, from one consistent snapshot and without a word of either
engine: a backup of SQLite is restored into PostgreSQL, and conversely. The archive is a tar, gzipped; with
a recipient (`MAILLAGE_BACKUP_RECIPIENT`, a public key of https://age-encryption.org) it is encrypted, and the
server that writes it can't read it again. `manifest.json`, its last entry, tells every table's number of rows and
every entry's SHA-256; `restore` refuses an archive that does not match it.

What is not kept: sessions, caches, and the queue of jobs. After a restore, jobs and letters that were waiting stand
as given up, for a person to send again: they may have left since the backup.
"""
