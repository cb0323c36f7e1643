"""What is wrong in an installation, and what to do about it: `maillage check`.

A probe looks at one thing and gives findings; it never raises for what it finds and waits a few seconds at
most. Rooms add theirs by `Room.probes`.
"""
