"""Sourced figures, dated snapshots, needs, gaps, working files, saved reports."""

from maillage.observatory.models.declared import DeclaredNeed, Echo
from maillage.observatory.models.figures import FigureBatch, SourcedFigure
from maillage.observatory.models.files import WorkingFile, WorkingNote
from maillage.observatory.models.gaps import GapMeasure, InformationGap, MeasureState, Need
from maillage.observatory.models.reports import SavedReport
from maillage.observatory.models.snapshots import DatedSnapshot, SnapshotFigure

__all__ = [
    "DatedSnapshot",
    "DeclaredNeed",
    "Echo",
    "FigureBatch",
    "GapMeasure",
    "InformationGap",
    "MeasureState",
    "Need",
    "SavedReport",
    "SnapshotFigure",
    "SourcedFigure",
    "WorkingFile",
    "WorkingNote",
]
