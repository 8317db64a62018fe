"""The charter's prose: what a model drafted, what a person wrote instead."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import (
    address,
    describe,
    entity_tag,
    one,
    read_body,
    require_match,
)
from accounts.api_errors import Conflict, Stale
from accounts.permissions import Permission
from accounts.policies import require
from charters.forms import MOST_CHARACTERS
from charters.policies import may_write_prose
from charters.prose.facts import PASSAGES, SUMMARY
from charters.refusals import NoModel, ProseChanged
from charters.sections.summary import MOST_WORDS
from charters.sections.wording import word_count
from charters.services import prose, revisions
from charters.services.prose import Standing
from interviews.api_door import SessionView, session_to_read
from interviews.models import InterviewSession
from interviews.services.reading import read

TAG = "Charters"
ONLY_WRITERS = "You may read this interview but not change the charter's words."
NO_MODEL = "No language model may be asked for this interview. Write the text yourself."
CHANGED = "The text was changed meanwhile. Read it again, then try again."
EXAMPLE = {
    "status": "drafted",
    "why": "",
    "can_draft": True,
    "version": 3,
    "passages": [
        {
            "key": "executive_summary",
            "draft": "Tenants wait 19 days for a repair.",
            "edit": None,
            "text": "Tenants wait 19 days for a repair.",
        }
    ],
}


def _too_long(text: str) -> None:
    count = word_count(text)
    if count > MOST_WORDS:
        raise serializers.ValidationError(
            f"Shorten the summary to {MOST_WORDS} words; there are {count}."
        )


def _passage(key: str) -> serializers.CharField:
    return serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=MOST_CHARACTERS,
        validators=[_too_long] if key == SUMMARY else [],
    )


class PassagesIn(serializers.Serializer[Any]):
    """One's own words by passage; "" takes a passage out, one left out keeps its draft."""

    def get_fields(self) -> dict[str, Any]:
        return {key: _passage(key) for key in PASSAGES}


class NoWordsIn(serializers.Serializer[Any]):
    """No field at all; an empty object or no body."""


class PassageOut(serializers.Serializer[Any]):
    key = serializers.ChoiceField(PASSAGES)
    draft = serializers.CharField(allow_null=True, help_text="What a model wrote, checked.")
    edit = serializers.CharField(allow_null=True, help_text="What a person wrote instead.")
    text = serializers.CharField(
        allow_blank=True, help_text="What the charter would carry; empty = the record's own text."
    )


class ProseOut(serializers.Serializer[Any]):
    status = serializers.ChoiceField(["none", "waiting", "drafted", "failed"])
    why = serializers.CharField(allow_blank=True, help_text="Why there is no draft yet.")
    can_draft = serializers.BooleanField(help_text="Whether a model may be asked.")
    version = serializers.IntegerField()
    passages = PassageOut(many=True)


def prose_tag(session: InterviewSession, standing: Standing) -> str:
    """Another one whenever a person or a model wrote."""
    row = standing.prose
    version = (row.version, row.ask_count) if row else (0, 0)
    return entity_tag("prose", session.code, standing.status, *version)


def _session(request: Request, code: uuid.UUID) -> InterviewSession:
    session = session_to_read(request, code)
    require(may_write_prose(request.user, session), ONLY_WRITERS)
    return session


def _shown(
    session: InterviewSession, standing: Standing, *, status: int = 200, location: str = ""
) -> Response:
    """Every passage with what stands in it now."""
    row = standing.prose
    drafts, edits = (row.drafts, row.edits) if row else ({}, {})
    placed = {}
    if row is not None:
        content = revisions.record_content(read(session), list(session.findings.all()))
        placed = prose.passages_of(row, content)
    passages = [
        {
            "key": key,
            "draft": drafts.get(key),
            "edit": edits.get(key),
            "text": placed[key].text if key in placed else "",
        }
        for key in PASSAGES
    ]
    data = {
        "status": standing.status,
        "why": standing.why,
        "can_draft": standing.can_draft,
        "version": row.version if row else 0,
        "passages": passages,
    }
    return one(data, tag=prose_tag(session, standing), status=status, location=location)


def _theirs(standing: Standing) -> dict[str, str]:
    return standing.prose.drafts | standing.prose.edits if standing.prose else {}


class ProseOfCharter(SessionView):
    """All passages."""

    @describe(
        "Show the charter's prose",
        gives=ProseOut,
        also=(404, 409),
        examples=[("Drafted", EXAMPLE)],
        tells_version=True,
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """For those who may change it; readers see it in the charter."""
        session = _session(request, code)
        return _shown(session, prose.standing_of(session))

    @describe(
        "Write the charter's prose",
        takes=PassagesIn,
        gives=ProseOut,
        also=(404, 409),
        sends=[("The summary", {"executive_summary": "Tenants wait 19 days for a repair."})],
        examples=[("Written", EXAMPLE)],
        needs_match=True,
        tells_version=True,
        tag=TAG,
    )
    def put(self, request: Request, code: uuid.UUID) -> Response:
        """All of one's own words at once. They win over drafts; the next revision carries them."""
        session = _session(request, code)
        texts = read_body(PassagesIn, request)
        standing = prose.standing_of(session)
        tag = prose_tag(session, standing)
        require_match(request, tag, yours=texts, theirs=_theirs(standing))
        version = standing.prose.version if standing.prose else 0
        try:
            prose.save_edits(session=session, texts=texts, version=version, by=request.user)
        except ProseChanged:
            now = prose.standing_of(session)
            raise Stale(tag=prose_tag(session, now), yours=texts, theirs=_theirs(now)) from None
        return _shown(session, prose.standing_of(session))


class DraftProse(SessionView):
    """Having a model write."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.SESSION_ANSWER}

    @describe(
        "Have a model draft the prose",
        takes=NoWordsIn,
        gives=ProseOut,
        status=202,
        also=(404, 409),
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """Asking twice asks once. What the record does not hold is left out; look at the address in
        Location until `status` is no longer `waiting`.
        """
        session = _session(request, code)
        read_body(NoWordsIn, request)
        try:
            prose.request_draft(session=session, by=request.user)
        except NoModel:
            raise Conflict(NO_MODEL) from None
        where = address(request, "session-prose", session.code)
        return _shown(session, prose.standing_of(session), status=202, location=where)


class DiscardEdits(SessionView):
    """Taking one's words back."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.SESSION_ANSWER}

    @describe(
        "Discard one's own prose",
        takes=NoWordsIn,
        gives=ProseOut,
        also=(404, 409),
        needs_match=True,
        tells_version=True,
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """The drafts count again, else the record's own text."""
        session = _session(request, code)
        read_body(NoWordsIn, request)
        standing = prose.standing_of(session)
        require_match(request, prose_tag(session, standing), theirs=_theirs(standing))
        version = standing.prose.version if standing.prose else 0
        try:
            prose.discard_edits(session=session, version=version, by=request.user)
        except ProseChanged:
            raise Conflict(CHANGED) from None
        return _shown(session, prose.standing_of(session))
