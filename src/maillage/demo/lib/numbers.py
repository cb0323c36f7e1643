"""Identifiers that pass every check and yet are nobody's.

- SIREN: `0000` and four digits, then the Luhn key. The smallest number of the public Sirene stock is
  000 325 175 (the file is sorted): nothing real stands below, and 0000xxxxx can't be issued any more,
  INSEE numbers new units from 1 (public) and 3 to 9.
- RNA: `W999`: no department is numbered 99 (it means "abroad" in INSEE's codes).
- Telephone: 01 99 00 xx xx, kept by Arcep for works of fiction (numbering plan, decision 2018-0881).
"""

CAPACITY = 9_000  # SIREN that the demonstration may use


def luhn_key(body: str) -> str:
    """The digit that makes `body` followed by it a valid Luhn number."""
    total = 0
    for position, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def siren(rank: int) -> str:
    """The `rank`-th demonstration SIREN, from 1."""
    if not 1 <= rank <= CAPACITY:
        raise ValueError(f"rang hors de 1…{CAPACITY} : {rank}")
    body = f"0000{rank:04d}"
    return body + luhn_key(body)


def siret(siren: str, rank: int) -> str:
    """The `rank`-th establishment of `siren`, from 1: NIC of five digits, the last one a Luhn key."""
    body = f"{siren}{rank:04d}"
    return body + luhn_key(body)


def rna(rank: int) -> str:
    return f"W999{rank:06d}"


def phone(rank: int) -> str:
    return f"01 99 00 {rank // 100 % 100:02d} {rank % 100:02d}"


def is_demonstration_siren(value: str) -> bool:
    return len(value) == 9 and value.startswith("0000") and value != "0" * 9
