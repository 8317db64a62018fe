"""Tables of the top floor."""

from governance.models.case import Case
from governance.models.commitment import CaseIncident, Commitment, Reading
from governance.models.committee import Committee, Seat
from governance.models.decision import Decision
from governance.models.importing import ImportBatch, ImportMapping, ImportRow
from governance.models.inventory import InventoryEntry, SavedView
from governance.models.pack import (
    BacktestChange,
    CrosswalkDetails,
    RuleProposal,
    RulePublication,
    RuleSet,
)
from governance.models.review import APPROVING, Condition, Outcome, Review, Ruling, Vote
from governance.models.share_link import ShareLink
from governance.models.thread import Comment, CommentVersion, Thread

__all__ = [
    "APPROVING",
    "BacktestChange",
    "Case",
    "CaseIncident",
    "Comment",
    "CommentVersion",
    "Commitment",
    "Committee",
    "Condition",
    "CrosswalkDetails",
    "Decision",
    "ImportBatch",
    "ImportMapping",
    "ImportRow",
    "InventoryEntry",
    "Outcome",
    "Reading",
    "Review",
    "RuleProposal",
    "RulePublication",
    "RuleSet",
    "Ruling",
    "SavedView",
    "Seat",
    "ShareLink",
    "Thread",
    "Vote",
]
