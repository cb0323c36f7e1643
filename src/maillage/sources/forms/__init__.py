"""What an agent fills in to import: files, then columns."""

from maillage.sources.forms.columns import ColumnsForm
from maillage.sources.forms.upload import UploadForm

__all__ = ["ColumnsForm", "UploadForm"]
