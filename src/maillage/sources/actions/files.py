"""Files sent for an import are not needed for ever: the run keeps its plan, its counts and their fingerprints."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

DAYS = 90


def forget_files(now: datetime) -> int:
    """Delete the folders of sent files older than `DAYS` days; their number. Runs stay as they are.

    A run that nobody read by then says that its file is no more there.
    """
    folder = Path(settings.UPLOADS_DIR) / "imports"
    if not folder.is_dir():
        return 0
    before = (now - timedelta(days=DAYS)).timestamp()
    old = [one for one in folder.iterdir() if one.is_dir() and one.stat().st_mtime < before]
    for one in old:
        shutil.rmtree(one, ignore_errors=True)
    return len(old)
