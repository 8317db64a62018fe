"""Issued charters: the list, revisions with content and decision, and files."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import (
    ApiView,
    ListOf,
    Lists,
    address,
    describe,
    listed,
    read_query,
)
from accounts.permissions import Permission
from charters.models import Charter, Export, Revision
from charters.services import exports, viewing
from charters.services.reading import newest_of_each
from governance import files, presenting
from governance.api import shapes
from governance.services.standing import State, standing_of, standings_of

TAG = "Charters"
#: Content types of files that are no JSON.
OTHER_TYPES = tuple(
    dict.fromkeys(one for name, one in files.CONTENT_TYPES.items() if name != "json")
)
CHARTERS = ListOf("charters", order=("-issued_at", "-pk"), filters=shapes.CharterFilters)
REVISIONS = ListOf("revisions", order=("-number",))
SESSION = "charter__session"
CHARTER_COLUMNS = (
    "pk",
    "charter_id",
    f"{SESSION}_id",
    "charter__code",
    f"{SESSION}__code",
    f"{SESSION}__project_name",
    f"{SESSION}__source_note",
    f"{SESSION}__owner__code",
    f"{SESSION}__owner__name",
    "number",
    "issued_at",
    "content_hash",
    "decision__value",
)
REVISION_COLUMNS = (
    "number",
    "issued_at",
    "issued_by__code",
    "issued_by__name",
    "as_of_date",
    "protocol_version",
    "content_hash",
    "decision__value",
)


class _Standings:
    """How the charters of one page stand, looked up together."""

    def __init__(self) -> None:
        self._states: dict[int, str] = {}

    def look_up(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """For these rows of CHARTER_COLUMNS."""
        charters = [Charter(pk=row["charter_id"], session_id=row[f"{SESSION}_id"]) for row in rows]
        self._states = {pk: found.state for pk, found in standings_of(charters).items()}

    def shape(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row with what was looked up for it."""
        return charter_data(row, self._states[row["charter_id"]])


def charter_data(row: Mapping[str, Any], state: str) -> dict[str, Any]:
    """A charter as the API gives it, from CHARTER_COLUMNS and how it stands."""
    return {
        "id": row["charter__code"],
        "session": row[f"{SESSION}__code"],
        "project_name": row[f"{SESSION}__project_name"],
        "owner": {"id": row[f"{SESSION}__owner__code"], "name": row[f"{SESSION}__owner__name"]},
        "revision": row["number"],
        "issued_at": row["issued_at"],
        "content_hash": row["content_hash"],
        "decision": _named(row["decision__value"]),
        "standing": state,
        "is_sample": bool(row[f"{SESSION}__source_note"]),
    }


def revision_data(row: Mapping[str, Any]) -> dict[str, Any]:
    """A revision without its content, from REVISION_COLUMNS."""
    return {
        "number": row["number"],
        "issued_at": row["issued_at"],
        "issued_by": {"id": row["issued_by__code"], "name": row["issued_by__name"]},
        "as_of_date": row["as_of_date"],
        "protocol_version": row["protocol_version"],
        "content_hash": row["content_hash"],
        "decision": _named(row["decision__value"]),
    }


def _named(value: str | None) -> str | None:
    """The engine's name of a stored decision; None where none was computed."""
    return value.upper() if value else None


def _standing(revision: Revision, newest_number: int) -> str:
    """Superseded, a draft with an open BLOCKER, or as its charter stands."""
    mark = presenting.watermark(revision, newest_number)
    if mark:
        return mark
    state = standing_of(revision.charter).state
    return "issued" if state == State.DECIDED else state


def _columns(found: QuerySet[Revision], asked: dict[str, Any]) -> QuerySet[Any, Any]:
    if "session" in asked:
        found = found.filter(charter__session__code=asked["session"])
    if "decision" in asked:
        found = found.filter(decision__value=asked["decision"].lower())
    return found.values(*CHARTER_COLUMNS)


class CharterView(ApiView):
    """An address below the charters: to read, for whoever sees the interview."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.SESSION_VIEW}

    def revision(self, request: Request, code: uuid.UUID, number: int | None) -> Revision:
        """A revision, None = the newest, with its decision. Raises Http404."""
        found = Revision.objects.filter(charter__in=Charter.objects.visible_to(request.user))
        found = found.filter(charter__code=code)
        if number is not None:
            found = found.filter(number=number)
        whole = found.select_related("charter__session__owner", "decision", "issued_by")
        revision = whole.order_by("-number").first()
        if revision is None:
            raise Http404("There is no such charter or revision.")
        return revision

    def revision_to_read(self, request: Request, code: uuid.UUID, number: int) -> Revision:
        """The same, noted where somebody else looks at it."""
        revision = self.revision(request, code, number)
        viewing.note_view(revision=revision, by=request.user)
        return revision


class Charters(CharterView):
    """All charters that one sees."""

    @describe(
        "List charters",
        gives=Lists(shapes.CharterOut),
        reads=CHARTERS.parameters,
        examples=[("First page", {"items": [shapes.CHARTER], "total": 1, "skip": 0, "limit": 10})],
        tag=TAG,
    )
    def get(self, request: Request) -> Response:
        """Each by its newest revision, the latest first."""
        found = newest_of_each(request.user)
        standings = _Standings()
        return listed(
            CHARTERS,
            request,
            lambda asked: _columns(found, asked),
            shape=standings.shape,
            ahead=standings.look_up,
        )


class OneCharter(CharterView):
    """One charter."""

    @describe(
        "Show a charter",
        gives=shapes.CharterOut,
        also=(404,),
        examples=[("Issued", shapes.CHARTER)],
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """By its newest revision."""
        found = newest_of_each(request.user).filter(charter__code=code)
        row = found.values(*CHARTER_COLUMNS).first()
        if row is None:
            raise Http404("There is no such charter.")
        standings = _Standings()
        standings.look_up([row])
        return Response(standings.shape(row))


class Revisions(CharterView):
    """Every issued revision of a charter."""

    @describe(
        "List revisions",
        gives=Lists(shapes.RevisionOut),
        reads=REVISIONS.parameters,
        also=(404,),
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """The newest first; a revision never changes."""
        charter = Charter.objects.visible_to(request.user).filter(code=code).first()
        if charter is None:
            raise Http404("There is no such charter.")
        rows = Revision.objects.filter(charter=charter).values(*REVISION_COLUMNS)
        return listed(REVISIONS, request, rows, shape=revision_data)


class OneRevision(CharterView):
    """One revision with all that it says."""

    @describe("Show a revision", gives=shapes.RevisionDetailOut, also=(404,), tag=TAG)
    def get(self, request: Request, code: uuid.UUID, number: int) -> Response:
        """Its content as it was frozen; `content_hash` covers exactly that."""
        revision = self.revision_to_read(request, code, number)
        newest = revision.charter.revisions.order_by("-number").values_list("number", flat=True)[0]
        decision = getattr(revision, "decision", None)
        row = {name: getattr(revision, name, None) for name in REVISION_COLUMNS} | {
            "issued_by__code": revision.issued_by.code,
            "issued_by__name": revision.issued_by.name,
            "decision__value": decision.value if decision else None,
        }
        more = {
            "standing": _standing(revision, newest),
            "content": revision.content,
        }
        return Response(revision_data(row) | more)


class OneDecision(CharterView):
    """What was computed on one revision."""

    @describe(
        "Show the decision on a revision",
        gives=shapes.DecisionOut,
        also=(404,),
        examples=[
            (
                "Revise",
                shapes.OUTCOME
                | {"content_hash": "9f0c" * 16, "decided_at": "2026-11-21T09:12:00Z"},
            )
        ],
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID, number: int) -> Response:
        """With every rule that fired, and every condition."""
        revision = self.revision_to_read(request, code, number)
        decision = getattr(revision, "decision", None)
        if decision is None:
            raise Http404("Nothing was decided on this revision.")
        stamp = {"content_hash": decision.content_hash, "decided_at": decision.decided_at}
        return Response(decision.outcome | stamp)


def export_data(request: Request, export: Export) -> dict[str, Any]:
    """An export as the API gives it."""
    revision = export.revision
    asked = {
        "format": export.file_format,
        "revision": revision.number,
        "profile": export.profile,
        "paper": export.paper,
    }
    where = address(request, "charter-download", revision.charter.code)
    return {
        "id": export.code,
        "revision": revision.number,
        "format": export.file_format,
        "profile": export.profile,
        "paper": export.paper,
        "status": exports.status_of(export),
        "size": export.size,
        "file": f"{where}?{urlencode(asked)}",
    }


class Download(CharterView):
    """A charter as a file."""

    @describe(
        "Download a charter",
        media={
            "application/json": OpenApiTypes.OBJECT,
            **{one.partition(";")[0]: OpenApiTypes.BINARY for one in OTHER_TYPES},
        },
        reads=shapes.DownloadQuery,
        also=(404,),
        later=shapes.ExportOut,
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> HttpResponse:
        """In any format, with the decision and what people said. Taking a file away is noted.

        PDF and DOCX are made by the worker: until they are there the reply is 202 with the
        address of the export in Location. Ask that until it is ready, then ask here again.
        """
        asked = read_query(shapes.DownloadQuery, request)
        revision = self.revision(request, code, asked.get("revision"))
        wish = files.Wish(asked["format"], asked["profile"], asked["paper"])
        made = files.take_file(revision, wish, address=request.build_absolute_uri, by=request.user)
        if isinstance(made, files.File):
            return HttpResponse(made.body, content_type=made.content_type, headers=made.headers)
        where = address(request, "charter-export", revision.charter.code, made.code)
        headers = {"Location": where, "Retry-After": "2"}
        return Response(export_data(request, made), status=202, headers=headers)


class OneExport(CharterView):
    """A file on its way."""

    @describe("Show an export", gives=shapes.ExportOut, also=(404,), tag=TAG)
    def get(self, request: Request, code: uuid.UUID, export: uuid.UUID) -> Response:
        """Whether the file is there yet, and where."""
        seen = Charter.objects.visible_to(request.user).filter(code=code)
        found = Export.objects.filter(revision__charter__in=seen, code=export)
        row = found.select_related("revision__charter").defer("file", "around").first()
        if row is None:
            raise Http404("There is no such export.")
        return Response(export_data(request, row))
