"""Who may do what with a charter and its case."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Q
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.policies import has_permission
from charters.models import Charter, Revision
from governance.models import Review, Ruling, Seat
from interviews.models import Collaborator, InterviewSession
from interviews.policies import may_answer


def may_submit(user: User | AnonymousUser, session: InterviewSession) -> bool:
    """The requester issues the charter of an own session."""
    return has_permission(user, Permission.CHARTER_ISSUE) and user.pk == session.owner_id


def is_author(user: User | AnonymousUser, charter: Charter) -> bool:
    """Whether the charter is the person's own work: four eyes, so never an own verdict on it.

    The owner; colleagues who may edit; whoever wrote an answer that counts or issued a revision,
    also when the interview went to somebody else since; and whoever answers for a service account
    that is one of them.
    """
    session = charter.session
    if not isinstance(user, User):
        return False
    if user.pk in (session.owner_id, session.owner.human_owner_id):
        return True
    people = User.objects.filter(Q(pk=user.pk) | Q(human_owner=user.pk))
    wrote = session.answers.filter(current_attempt__submitted_by__in=people)
    edits = session.collaborators.filter(user__in=people, level=Collaborator.Level.EDIT)
    issued = charter.revisions.filter(issued_by__in=people)
    any_of_them = Exists(wrote) | Exists(edits) | Exists(issued)
    return InterviewSession.objects.filter(any_of_them, pk=session.pk).exists()


def is_person(user: User | AnonymousUser) -> bool:
    """Signed in as a person: a verdict is never a program's."""
    return isinstance(user, User) and user.kind == User.Kind.PERSON and user.limited_to is None


def has_right_to_vote(user: User | AnonymousUser) -> bool:
    """The role; a verdict needs a current seat besides."""
    return is_person(user) and has_permission(user, Permission.REVIEW_VOTE)


def seat_in(user: User | AnonymousUser, review: Review) -> Seat | None:
    """The current seat by which the person's verdict counts in the review.

    In a committee's case a seat of that committee; in the other lanes any current seat.
    """
    if not isinstance(user, User):
        return None
    seats = Seat.objects.current(timezone.localdate()).filter(user=user)
    if review.lane == Review.Lane.COMMITTEE:
        seats = seats.filter(committee=review.committee_id)
    else:
        seats = seats.filter(committee__is_active=True)
    return seats.first()


def has_voted(user: User | AnonymousUser, review: Review) -> bool:
    """Whether the person's own verdict in the review is on record."""
    return user.is_authenticated and review.votes.filter(cast_by=user.pk).exists()


def may_see_votes(user: User | AnonymousUser, review: Review) -> bool:
    """Blind first: while they are sealed, only who has cast an own vote sees the others'.

    Nobody else does, whatever the role: what an administrator saw, somebody could ask for.
    """
    return not are_votes_sealed(review) or has_voted(user, review)


def are_votes_sealed(review: Review) -> bool:
    """While the review is open; and after a withdrawal until people rule or a newer revision is
    issued: else an author would take the charter back to read the votes, and ask again.
    """
    if review.end != Review.End.WITHDRAWN:
        return review.is_open
    newer = Revision.objects.filter(charter=review.charter_id, pk__gt=review.revision_id)
    ruled = Ruling.objects.filter(review__charter=review.charter_id, review__gt=review.pk)
    return not newer.exists() and not ruled.exists()


def may_discuss(user: User | AnonymousUser, charter: Charter) -> bool:
    """Whoever sees the charter comments on it; an API key needs the permission for it."""
    if not has_permission(user, Permission.COMMENT_POST):
        return False
    return Charter.objects.visible_to(user).filter(pk=charter.pk).exists()


def may_report(user: User | AnonymousUser, charter: Charter) -> bool:
    """Who says what became of a charter's promises, and what went wrong: the owner, colleagues who
    may edit, and administrators.
    """
    if not isinstance(user, User) or not has_permission(user, Permission.READING_RECORD):
        return False
    session = charter.session
    if user.pk == session.owner_id or has_permission(user, Permission.SESSION_VIEW_ALL):
        return True
    return session.collaborators.filter(user=user, level=Collaborator.Level.EDIT).exists()


def may_share(user: User | AnonymousUser, charter: Charter) -> bool:
    """Who hands a charter to people outside: its owner, and administrators; no reviewer."""
    if not has_permission(user, Permission.CHARTER_ISSUE):
        return False
    return may_share_whole(user) or user.pk == charter.session.owner_id


def may_share_whole(user: User | AnonymousUser) -> bool:
    """Who hands out money and names too: whoever may see every charter."""
    return has_permission(user, Permission.SESSION_VIEW_ALL)


def may_manage_committees(user: User | AnonymousUser) -> bool:
    """Who sets up committees and seats people; it gives no vote."""
    return has_permission(user, Permission.COMMITTEE_MANAGE)


def may_note_details(user: User | AnonymousUser, session: InterviewSession) -> bool:
    """Who answers in an interview also says what its crosswalk needs beside the answers."""
    return may_answer(user, session)


def may_publish_rules(user: User | AnonymousUser) -> bool:
    """Who proposes rules, tests them and publishes those of others; never a program."""
    return is_person(user) and has_permission(user, Permission.RULES_PUBLISH)
