"""Small invented files in the shapes that agents really hand over."""

from pathlib import Path

from tests.factories import make_siren, make_siret

HEADER = "Nom de la structure;SIRET;Adresse;Code postal;Ville;Téléphone;Présentation\n"
TOWNS = (
    ("93048", "93100", "Montreuil"),
    ("93055", "93500", "Pantin"),
    ("93008", "93000", "Bobigny"),
)


def write_list(path: Path, count: int) -> dict[str, int]:
    """A list of `count` structures of three towns; returns how many each town has, by INSEE code."""
    lines, towns = [HEADER], dict.fromkeys((code for code, *_ in TOWNS), 0)
    for number in range(count):
        code, postal_code, town = TOWNS[number % 3]
        towns[code] += 1
        siret = make_siret(make_siren())
        lines.append(
            f"Atelier inventé {number};{siret};{number % 90 + 1} rue de la République;{postal_code};"
            f"{town};01 99 00 00 {number % 100:02d};Un atelier d'essai, numéro {number}.\n"
        )
    path.write_text("".join(lines), encoding="utf-8")
    return towns


def hostile_files(folder: Path) -> dict[str, Path]:
    """What agents receive by mistake, by name of the trouble."""
    whole = folder / "whole.csv"
    write_list(whole, 200)
    data = whole.read_bytes()
    half = data[: data.index(b"Pantin", len(data) // 2)]
    contents = {
        "cut in half": half,
        "web page": b"<!DOCTYPE html>\n<html><head><title>Erreur</title></head></html>",
        "empty": b"",
        "blank": b"\n\n ;;; \n",
        "two hundred columns": ";".join(f"c{n}" for n in range(200)).encode() + b"\n1;2\n",
        "NUL bytes": data[:300] + b"\x00" + data[300:],
        "not text": bytes(range(256)) * 20,
        "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
    }
    paths = {}
    for name, content in contents.items():
        paths[name] = folder / f"{name.replace(' ', '-')}.csv"
        paths[name].write_bytes(content)
    return paths
