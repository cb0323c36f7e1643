"""When the directory knows too little of a place for its silence to be read as an absence."""

# A place is silent under half of what places of that population know.
THIN = 0.5


def is_silent(known: int, old: int, untold: int, expected: float | None) -> bool:
    """`known` structures, of which `old` (a year without confirmation) and `untold` (no sector).

    Too few of them: nobody, or under half of the `expected` number. Too vague: more than half are old, or
    more than half say no sector.
    """
    if not known or 2 * old > known or 2 * untold > known:
        return True
    return expected is not None and known < THIN * expected
