"""What a key may write. Codes are in keys that programs hold: they never change meaning."""

CORRECTIONS = "corrections:write"
STRUCTURES = "structures:write"
FIGURES = "figures:write"
SCOPES = {
    CORRECTIONS: "Proposer des corrections, qu'un agent décide",
    STRUCTURES: "Modifier les fiches des structures",
    FIGURES: "Ajouter des chiffres sourcés",
}
LONGEST_DAYS = 366
