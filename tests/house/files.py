"""What the house tests look at: the files of the project, and the floors of its rooms."""

import subprocess
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "maillage"
_BUILT = {".git", ".venv", "var", "node_modules", "build", "dist", "__pycache__"}


@cache
def project_files() -> tuple[Path, ...]:
    """Files that git keeps; outside a repository, all but what is installed or built."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listing.returncode == 0:
        paths = [ROOT / name for name in listing.stdout.decode().split("\0") if name]
    else:
        paths = [p for p in ROOT.rglob("*") if not _BUILT & set(p.relative_to(ROOT).parts)]
    return tuple(sorted(path for path in paths if path.is_file() and not path.is_symlink()))


def under(folder: Path, *suffixes: str) -> list[Path]:
    return [path for path in project_files() if folder in path.parents and path.suffix in suffixes]


@cache
def floors() -> dict[str, int]:
    """Room → height, read from the contract that import-linter checks."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = contract["contracts"][0]["layers"]
    return {
        room.strip(" ()"): height
        for height, line in enumerate(reversed(layers))
        for room in line.split("|")
    }


def looks_down(here: str, there: str) -> bool:
    """May the room `here` name the room `there`? Names that are not rooms are not our business."""
    heights = floors()
    return here == there or not {here, there} <= heights.keys() or heights[there] < heights[here]
