"""Who works on an interview: letting in, showing out, handing over."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import (
    ListOf,
    Lists,
    address,
    describe,
    entity_tag,
    listed,
    one,
    read_body,
    require_match,
)
from accounts.api_errors import Conflict, Unusable
from accounts.permissions import Permission
from accounts.policies import require
from interviews.api import taken
from interviews.api.serializers import CollaboratorOut, SessionOut
from interviews.api.views.sessions import session_shown
from interviews.api_door import SessionView, session_to_read
from interviews.models import Collaborator, InterviewSession
from interviews.policies import may_hand_over, may_share
from interviews.refusals import NobodyThere, OwnerAlready
from interviews.services import sharing

TAG = "Sharing"
ONLY_OWNER = "Only the person who owns this interview may do this."
NOBODY = "Nobody here signs in with this address. Ask an administrator to invite them first."
OWNER = "This person owns the interview already."
IN_ALREADY = "This person is on the interview already. Change their level instead."
COLLABORATORS = ListOf("collaborators", order=("pk",))
COLUMNS = (
    "pk",
    "user__code",
    "user__name",
    "level",
    "added_at",
    "added_by__code",
    "added_by__name",
)
EXAMPLE = {
    "person": {"id": "2b0b7c1e-6a0e-4c0e-9a53-1f7f0f2f6f22", "name": "Bob"},
    "level": "edit",
    "added_at": "2026-11-21T09:12:00Z",
    "added_by": {"id": "7d4f5d5e-3e7e-4d6b-8f0a-2b1c9c7d1a10", "name": "Alice"},
}


def _data(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "person": {"id": row["user__code"], "name": row["user__name"]},
        "level": row["level"],
        "added_at": row["added_at"],
        "added_by": {"id": row["added_by__code"], "name": row["added_by__name"]},
    }


def _tag(given: Collaborator) -> str:
    return entity_tag("collaborator", given.pk, given.level)


def _own_session(request: Request, code: uuid.UUID) -> InterviewSession:
    session = session_to_read(request, code)
    require(may_share(request.user, session), ONLY_OWNER)
    return session


def _collaborator(session: InterviewSession, person: uuid.UUID) -> Collaborator:
    found = session.collaborators.select_related("user").filter(user__code=person).first()
    if found is None:
        raise Http404("This person is not on the interview.")
    return found


def _shown(given: Collaborator, *, status: int = 200, location: str = "") -> Response:
    row = Collaborator.objects.values(*COLUMNS).get(pk=given.pk)
    return one(_data(row), tag=_tag(given), status=status, location=location)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except NobodyThere:
        raise Unusable({"email": [NOBODY]}) from None
    except OwnerAlready:
        raise Unusable({"email": [OWNER]}) from None


class Collaborators(SessionView):
    """All of them."""

    @describe(
        "List collaborators",
        gives=Lists(CollaboratorOut),
        reads=COLLABORATORS.parameters,
        also=(404,),
        examples=[("One", {"items": [EXAMPLE], "total": 1, "skip": 0, "limit": 10})],
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """Those whom the owner let in, who came first first."""
        session = session_to_read(request, code)
        rows = Collaborator.objects.filter(session=session).values(*COLUMNS)
        return listed(COLLABORATORS, request, rows, shape=_data)

    @describe(
        "Let a colleague in",
        takes=taken.ShareIn,
        gives=CollaboratorOut,
        status=201,
        also=(404, 409),
        sends=[("To edit", {"email": "bob@example.org", "level": "edit"})],
        examples=[("In", EXAMPLE)],
        tells_version=True,
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """The owner's to do. 422 for an address with which nobody signs in."""
        session = _own_session(request, code)
        wish = read_body(taken.ShareIn, request)
        if session.collaborators.filter(user__email=wish["email"].strip().lower()).exists():
            raise Conflict(IN_ALREADY)
        with _in_words():
            given = sharing.share_session(session=session, by=request.user, **wish)
        where = address(request, "collaborator", session.code, given.user.code)
        return _shown(given, status=201, location=where)


class OneCollaborator(SessionView):
    """One of them."""

    @describe(
        "Show a collaborator",
        gives=CollaboratorOut,
        also=(404,),
        examples=[("May edit", EXAMPLE)],
        tells_version=True,
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID, person: uuid.UUID) -> Response:
        return _shown(_collaborator(session_to_read(request, code), person))

    @describe(
        "Change what a collaborator may",
        takes=taken.LevelIn,
        gives=CollaboratorOut,
        also=(404, 409),
        sends=[("To comment", {"level": "comment"})],
        examples=[("May comment", EXAMPLE | {"level": "comment"})],
        needs_match=True,
        tells_version=True,
        tag=TAG,
    )
    def patch(self, request: Request, code: uuid.UUID, person: uuid.UUID) -> Response:
        session = _own_session(request, code)
        given = _collaborator(session, person)
        wish = read_body(taken.LevelIn, request)
        require_match(request, _tag(given), yours=wish, theirs={"level": given.level})
        with _in_words():
            changed = sharing.share_session(
                session=session, email=given.user.email, by=request.user, **wish
            )
        return _shown(changed)

    @describe("Show a collaborator out", status=204, also=(404, 409), needs_match=True, tag=TAG)
    def delete(self, request: Request, code: uuid.UUID, person: uuid.UUID) -> Response:
        """Their answers stay."""
        session = _own_session(request, code)
        given = _collaborator(session, person)
        require_match(request, _tag(given), theirs={"level": given.level})
        sharing.unshare_session(collaborator=given, by=request.user)
        return Response(status=204)


class HandOver(SessionView):
    """Giving an interview away."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.SESSION_ANSWER}

    @describe(
        "Hand an interview over",
        takes=taken.HandOverIn,
        gives=SessionOut,
        also=(404, 409),
        sends=[("To Bob", {"email": "bob@example.org"})],
        tells_version=True,
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """Whoever owned it stays as one who may edit. The owner's to do, or an administrator's."""
        session = session_to_read(request, code)
        require(may_hand_over(request.user, session), ONLY_OWNER)
        wish = read_body(taken.HandOverIn, request)
        with _in_words():
            sharing.hand_over_session(session=session, email=wish["email"], by=request.user)
        return session_shown(session)
