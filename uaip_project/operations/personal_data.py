"""What the house keeps about one person, handed out or taken away; it looks into every room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Q

from accounts.models import ApiKey, AuditEvent, Invitation, User
from accounts.services import audit, members
from charters.models import Revision
from governance.models import ImportBatch, ImportMapping, SavedView
from interviews.models import (
    Answer,
    Collaborator,
    ColleagueRequest,
    ConversationEntry,
    InterviewSession,
    ScoreDispute,
)
from interviews.models.session import within_reach
from interviews.services import archiving, sessions

SCHEMA = "uaip-personal-data/1"
#: The latest deeds; a person of ten years has more than a browser likes.
MOST_DEEDS = 10_000


def personal_data_of(user: User) -> dict[str, Any]:
    """Everything about a person as plain values: who they are, what they wrote, what they did."""
    name = audit.person(user)
    deeds = AuditEvent.objects.filter(Q(actor=name) | Q(subject=name))[:MOST_DEEDS]
    own = InterviewSession.objects.filter(within_reach(user), owner=user)
    about = {
        "schema": SCHEMA,
        "person": {
            "code": user.code,
            "email": user.email,
            "name": user.name,
            "role": user.role,
            "is_operator": user.is_operator,
            "is_active": user.is_active,
            "joined_at": user.joined_at,
            "last_login": user.last_login,
        },
        "second_factors": list(
            Authenticator.objects.filter(user=user).values("type", "created_at", "last_used_at")
        ),
        "browser_sessions": list(
            UserSession.objects.filter(user=user).values(
                "ip", "user_agent", "created_at", "last_seen_at"
            )
        ),
        "api_keys": list(
            ApiKey.objects.filter(user=user).values(
                "prefix", "name", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at"
            )
        ),
        "invitations": list(
            Invitation.objects.filter(email=user.email).values("role", "invited_at")
        ),
        "interviews": [_interview(session) for session in own],
        "deeds": [
            {
                "happened_at": deed.happened_at,
                "type": deed.type,
                "subject": deed.subject,
                "address": deed.address,
                "detail": deed.detail,
            }
            for deed in deeds
        ],
    }
    return about | _worked_together(user) | _disputes(user) | _portfolio(user)


def _disputes(user: User) -> dict[str, Any]:
    """Scores that somebody held for wrong, and what they ruled on those of others."""
    disputes = ScoreDispute.objects.filter(within_reach(user, "answer__session__"))
    return {
        "score_disputes": list(
            disputes.filter(raised_by=user).values(
                "answer__session__code", "answer__question_key", "reason", "state", "raised_at"
            )
        ),
        "score_rulings": list(
            disputes.filter(ruled_by=user).values(
                "code", "state", "corrected_score", "ruling_reason", "ruled_at"
            )
        ),
    }


def _worked_together(user: User) -> dict[str, Any]:
    """Whose interviews somebody works on, and whom they asked."""
    return {
        "collaborations": list(
            Collaborator.objects.filter(within_reach(user, "session__"), user=user).values(
                "session__code", "level", "added_at"
            )
        ),
        "questions_to_colleagues": list(
            ColleagueRequest.objects.filter(within_reach(user, "session__"), asked_by=user).values(
                "session__code", "question_key", "email", "note", "asked_at"
            )
        ),
    }


def _portfolio(user: User) -> dict[str, Any]:
    """What somebody keeps to look at cases, and brought in."""
    return {
        "portfolio_views": list(
            SavedView.objects.filter(owner=user).values("name", "query", "is_shared", "saved_at")
        ),
        "import_mappings": list(
            ImportMapping.objects.filter(owner=user).values("name", "columns", "saved_at")
        ),
        "imports": list(
            ImportBatch.objects.filter(uploaded_by=user).values(
                "name", "size", "status", "row_count", "uploaded_at"
            )
        ),
    }


def hand_out(user: User) -> dict[str, Any]:
    """What is kept about whoever asks, with a line in the record of deeds."""
    content = personal_data_of(user)
    audit.record(type="personal_data.exported", actor=user, subject=audit.person(user))
    return content


def _interview(session: InterviewSession) -> dict[str, Any]:
    answers = Answer.objects.with_current().filter(session=session, current_attempt__isnull=False)
    return {
        "code": session.code,
        "project_name": session.project_name,
        "status": session.status,
        "started_at": session.started_at,
        "answers": {
            answer.question_key: {"state": answer.state, "value": answer.value}
            for answer in answers
        },
        "conversation_entries": ConversationEntry.objects.filter(session=session).count(),
        "revisions": list(
            Revision.objects.filter(charter__session=session).values_list("number", flat=True)
        ),
    }


@dataclass(frozen=True)
class Erased:
    """How many interviews went, and how many stay: a charter was issued, or a hold keeps them."""

    deleted: int
    kept: int


@transaction.atomic
def erase_person(*, user: User, by: User) -> Erased:
    """Deletes the person's interviews without a charter and everything that names the person.

    What is held, or shut off in an incident, stays too.
    Issued charters stay: others act by them; their owner shows as an erased person. The record of
    deeds stays whole. Raises members.CannotDo.
    """
    own = InterviewSession.objects.filter(owner=user)
    deleted = 0
    for session in own.filter(released_at=None, shut_off_at=None).exclude(pk__in=archiving.held()):
        sessions.delete_session(session=session, by=by)
        deleted += 1
    Collaborator.objects.filter(user=user).delete()
    SavedView.objects.filter(owner=user).delete()
    ImportMapping.objects.filter(owner=user).delete()
    ImportBatch.objects.filter(uploaded_by=user).delete()
    ColleagueRequest.objects.filter(email=user.email).update(email="erased@erased.invalid")
    members.erase_member(user=user, by=by)
    return Erased(deleted=deleted, kept=own.count())
