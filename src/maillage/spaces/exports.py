"""The table of roles as a page that people read."""

from maillage.spaces.permissions.matrix import ACTS, DEFINITIONS, GROUPS, Act, Who

_HEAD = """# Rôles

Qui peut faire quoi. Cette page est écrite par `maillage roles` à partir de la table que chaque page du produit interroge (`spaces/permissions/matrix.py`) ; ne la corrigez pas à la main.

Une personne peut avoir plusieurs rôles à la fois : agente d'un espace, membre d'une structure, résidente ailleurs. Le rôle compte là où elle est : dans cet espace, sur cette structure. Le bandeau lui dit au nom de qui elle agit, et le journal le note.
"""


def roles_page() -> str:
    """docs/roles.md: the roles, then the acts by group."""
    parts = [_HEAD, "## Les rôles\n", _table(("Rôle", "Abrégé", "Qui"), _roles())]
    parts.append("## Les gestes\n\n● : peut le faire.\n")
    for group, title in GROUPS.items():
        acts = [act for act in ACTS.values() if act.group == group]
        head = ("Geste", "Nom", *(DEFINITIONS[who][0] for who in Who))
        parts.append(f"### {title}\n\n{_table(head, [_row(act) for act in acts])}")
    return "\n".join(parts)


def _roles() -> list[tuple[str, ...]]:
    return [(str(who).capitalize(), short, text) for who, (short, text) in DEFINITIONS.items()]


def _row(act: Act) -> tuple[str, ...]:
    return (act.label, f"`{act.code}`", *("●" if who in act.who else "" for who in Who))


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    # The columns of the marks are centred; those of words are not.
    rule = [
        "---" if title in {"Rôle", "Abrégé", "Qui", "Geste", "Nom"} else ":-:" for title in head
    ]
    lines = [head, tuple(rule), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
