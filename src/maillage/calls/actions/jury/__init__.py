"""What a jury does: prepare a session, hold it, propose, sign its minutes; then what the authority decides.

Each act locks the session first, then the file; the envelope is guarded by the database. `version` is the one that
the person saw: a page left open on another desk never overwrites.
"""
