"""Tables of the first floor."""

from interviews.models.answer import Answer, Attempt, Draft
from interviews.models.assessment import Assessment, Escalation, FollowUp
from interviews.models.coaching import Coaching
from interviews.models.deliverable import (
    DELIVERABLE_MODELS,
    DataQualityScorecard,
    EthicalRiskReport,
    MetricAlignmentMatrix,
    ProblemStatement,
    UserContext,
)
from interviews.models.dispute import ScoreDispute
from interviews.models.finding import Finding
from interviews.models.history import Checkpoint, ConversationEntry
from interviews.models.keeping import ArchivedSession, LegalHold
from interviews.models.llm import Circuit, CircuitEvent, ModelCall, ModelSpend
from interviews.models.proposal import Candidate, Proposal
from interviews.models.session import InterviewSession
from interviews.models.sharing import Collaborator, ColleagueRequest

__all__ = [
    "DELIVERABLE_MODELS",
    "Answer",
    "ArchivedSession",
    "Assessment",
    "Attempt",
    "Candidate",
    "Checkpoint",
    "Circuit",
    "CircuitEvent",
    "Collaborator",
    "ColleagueRequest",
    "Coaching",
    "ConversationEntry",
    "DataQualityScorecard",
    "Draft",
    "Escalation",
    "EthicalRiskReport",
    "Finding",
    "FollowUp",
    "InterviewSession",
    "LegalHold",
    "MetricAlignmentMatrix",
    "ModelCall",
    "ModelSpend",
    "ProblemStatement",
    "Proposal",
    "ScoreDispute",
    "UserContext",
]
