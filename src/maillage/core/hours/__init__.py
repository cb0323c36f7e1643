"""Opening hours in the syntax of OpenStreetMap (https://wiki.openstreetmap.org/wiki/Key:opening_hours).

`week.py` is the form a person fills: seven days, holidays, yearly closures, a note; it reads and writes the
syntax. `reading.py` answers about any valid text: is it open now, what are the coming days.
"""
