"""Tables of the first floor."""

from interviews.models.answer import Answer, Attempt, Draft
from interviews.models.assessment import Assessment, Escalation, FollowUp
from interviews.models.deliverable import (
    DELIVERABLE_MODELS,
    DataQualityScorecard,
    EthicalRiskReport,
    MetricAlignmentMatrix,
    ProblemStatement,
    UserContext,
)
from interviews.models.finding import Finding
from interviews.models.history import Checkpoint, ConversationEntry
from interviews.models.session import InterviewSession

__all__ = [
    "DELIVERABLE_MODELS",
    "Answer",
    "Assessment",
    "Attempt",
    "Checkpoint",
    "ConversationEntry",
    "DataQualityScorecard",
    "Draft",
    "Escalation",
    "EthicalRiskReport",
    "Finding",
    "FollowUp",
    "InterviewSession",
    "MetricAlignmentMatrix",
    "ProblemStatement",
    "UserContext",
]
