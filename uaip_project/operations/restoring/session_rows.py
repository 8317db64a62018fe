"""Which rows are one project's own, in the order in which they can be written."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.apps import apps
from django.db.models import Model

#: Model -> the field that says whose row it is; owners stand before what they own.
OWNED_BY = {
    "interviews.Answer": "session",
    "interviews.Attempt": "answer",
    "interviews.Draft": "answer",
    "interviews.Assessment": "attempt",
    "interviews.FollowUp": "assessment",
    "interviews.Escalation": "answer",
    "interviews.Coaching": "answer",
    "interviews.ScoreDispute": "answer",
    "interviews.ProblemStatement": "session",
    "interviews.MetricAlignmentMatrix": "session",
    "interviews.DataQualityScorecard": "session",
    "interviews.UserContext": "session",
    "interviews.EthicalRiskReport": "session",
    "interviews.Finding": "session",
    "interviews.Checkpoint": "session",
    "interviews.ModelCall": "session",
    "interviews.Proposal": "session",
    "interviews.Candidate": "proposal",
    "interviews.Collaborator": "session",
    "interviews.ColleagueRequest": "session",
    "interviews.ArchivedSession": "session",
    "interviews.LegalHold": "session",
    "charters.Charter": "session",
    "charters.Revision": "charter",
    "charters.Prose": "session",
    "governance.Case": "charter",
    "governance.Decision": "revision",
    "governance.Review": "charter",
    "governance.Vote": "review",
    "governance.Ruling": "review",
    "governance.Condition": "ruling",
    "governance.Commitment": "charter",
    "governance.Reading": "commitment",
    "governance.CaseIncident": "charter",
    "governance.CrosswalkDetails": "charter",
    "governance.Thread": "charter",
    "governance.Comment": "thread",
    "governance.CommentVersion": "comment",
    "governance.InventoryEntry": "session",
}
#: Hang on a session too, and stay out: why.
LEFT_OUT = {
    "interviews.ConversationEntry": "a view over rows that come back",
    "charters.Export": "made again when somebody asks for it",
    "governance.ShareLink": "a link that was withdrawn since must not work again",
    "governance.ImportRow": "belongs to the import, which is not the project's",
    "governance.BacktestChange": "belongs to the rule proposal",
}
#: Not the project's own, but pointed at from these fields.
POINTED_AT = {
    "governance.Seat": (("governance.Vote", "seat"),),
    "governance.Committee": (("governance.Review", "committee"), ("governance.Seat", "committee")),
    "governance.RuleSet": (("governance.Decision", "rule_set"),),
}
#: By what such a row is found again; where it is gone it is made again, in this order.
KNOWN_BY: dict[str, tuple[tuple[str, ...], ...]] = {
    "governance.Committee": (("code",), ("name",)),
    "governance.Seat": (("committee", "user", "from_date"),),
    "governance.RuleSet": (("content_hash",),),
}

Rows = dict[str, list[Any]]


def model(label: str) -> type[Model]:
    """The model of that label."""
    return apps.get_model(label)


def read(session: Model) -> Rows:
    """All rows of the session, of the connection in force; owners first."""
    found: Rows = {"interviews.InterviewSession": [session]}
    keys: dict[str, set[Any]] = defaultdict(set)
    keys["interviews.InterviewSession"].add(session.pk)
    for label, field in OWNED_BY.items():
        owner: Any = model(label)._meta.get_field(field).related_model
        rows = model(label)._default_manager.filter(**{f"{field}__in": keys[owner._meta.label]})
        found[label] = list(rows.order_by("pk"))
        keys[label] = {row.pk for row in found[label]}
    return _pointed_at(found) | found


def _pointed_at(found: Rows) -> Rows:
    """What those rows point at, in the order of KNOWN_BY."""
    others: Rows = {}
    for label, places in POINTED_AT.items():
        keys = {
            getattr(row, f"{field}_id")
            for source, field in places
            for row in found.get(source) or others.get(source) or []
        }
        others[label] = list(model(label)._default_manager.filter(pk__in=keys - {None}))
    return {label: others[label] for label in KNOWN_BY}


def counts(rows: Rows) -> dict[str, int]:
    """Table -> rows of the project's own, without empty ones."""
    own = {label: found for label, found in rows.items() if found and label not in KNOWN_BY}
    return {model(label)._meta.db_table: len(found) for label, found in own.items()}
