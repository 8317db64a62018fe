"""Starting from an existing proposal: uploading it, and what becomes of its passages."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.http import Http404
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import address, describe, one, read_body
from accounts.api_errors import Conflict, Unusable
from accounts.permissions import Permission
from interviews.api import taken
from interviews.api.serializers import CandidateOut, ProposalOut, ProposalsOut
from interviews.api_door import SessionView, session_to_change
from interviews.models import Candidate, InterviewSession, Proposal
from interviews.prefill.refusing import FileRefused
from interviews.services import candidates, prefill
from interviews.services.reading import read

TAG = "Proposals"
STILL_READING = "The file before is still being read. Wait a moment, then send the next one."
TOO_MANY = "This interview has had twenty files already."
HANDLED = "This passage was handled already."


def proposal_data(row: Proposal) -> dict[str, Any]:
    """One uploaded file; its content is gone once it is read."""
    return {
        "name": row.name,
        "size": row.size,
        "status": row.status,
        "refusal": row.refusal,
        "passage_count": row.passage_count,
        "suspected_count": row.suspected_count,
        "is_cut": row.is_cut,
        "uploaded_at": row.uploaded_at,
    }


def candidate_data(row: Candidate) -> dict[str, Any]:
    """One passage, word for word."""
    return {
        "id": row.code,
        "question": row.question_key,
        "passage": row.passage,
        "place": row.place,
        "state": row.state,
        "file": row.proposal.name,
    }


class Proposals(SessionView):
    """The files of an interview."""

    parser_classes: ClassVar[list[type[BaseParser]]] = [MultiPartParser]

    @describe("Show files and passages", gives=ProposalsOut, also=(404,), tag=TAG)
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """Only for those who may answer; a passage counts for nothing until it is accepted."""
        session = session_to_change(request, code)
        files = Proposal.objects.filter(session=session).defer("content")
        found = Candidate.objects.filter(proposal__session=session)
        passages = found.select_related("proposal").defer("proposal__content")
        return Response(
            {
                "files": [proposal_data(row) for row in files],
                "candidates": [candidate_data(row) for row in passages],
            }
        )

    @describe(
        "Upload a proposal",
        takes={"multipart/form-data": taken.FileIn},
        gives=ProposalOut,
        status=202,
        also=(404, 409),
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """As multipart/form-data with one field `file`. It is read in the background; look here
        again.
        """
        session = session_to_change(request, code)
        given = taken.FileIn(data=_sent(request))
        if not given.is_valid():
            raise Unusable(given.errors)
        made = _upload(session, given.validated_data["file"], request)
        where = address(request, "session-proposals", session.code)
        return one(proposal_data(made), status=202, location=where)


def _sent(request: Request) -> Any:
    if not request.content_type:
        raise ParseError("Send the file as multipart/form-data.")
    return request.data


def _upload(session: InterviewSession, file: Any, request: Request) -> Proposal:
    try:
        return prefill.upload_proposal(
            session=session, name=file.name or "", content=file.read(), by=request.user
        )
    except FileRefused as refusal:
        raise Unusable({"file": [str(refusal)]}) from None
    except prefill.StillReading:
        raise Conflict(STILL_READING) from None
    except prefill.TooManyProposals:
        raise Conflict(TOO_MANY) from None


class HandleCandidate(SessionView):
    """What becomes of one passage."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.SESSION_ANSWER}

    @describe(
        "Accept or dismiss a passage",
        takes=taken.CandidateIn,
        gives=CandidateOut,
        also=(404, 409),
        sends=[("Into the draft", {"action": "accept"})],
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID, candidate: uuid.UUID) -> Response:
        """Accepting adds it to the draft of its question; nothing is submitted."""
        session = session_to_change(request, code)
        wish = read_body(taken.CandidateIn, request)
        found = Candidate.objects.select_related("proposal").filter(
            code=candidate, proposal__session=session
        )
        row = found.first()
        if row is None:
            raise Http404("There is no such passage.")
        is_accepted = wish["action"] == "accept"
        verb = candidates.accept_candidate if is_accepted else candidates.dismiss_candidate
        try:
            verb(reading=read(session), candidate=row, by=request.user)
        except candidates.AlreadyHandled:
            raise Conflict(HANDLED) from None
        row.refresh_from_db(fields=["state"])
        return Response(candidate_data(row))
