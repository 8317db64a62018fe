"""Bringing in an existing inventory through the API, in the same four steps as on the pages."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from django.db.models import Count, Q
from django.http import Http404
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import (
    ApiView,
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
from governance.api import inventory_shapes as shapes
from governance.importing.csv_file import NotATable
from governance.models import ImportBatch, ImportRow
from governance.portfolio_policies import may_import
from governance.services import import_running, importing

TAG = "Import"
IMPORTS = ListOf("imports", order=("-pk",))
ROWS = ListOf("import-rows", order=("line",))
COLUMNS = ("pk", "code", "name", "status", "row_count", "uploaded_at", "finished_at")
ROW_COLUMNS = ("line", "title", "state", "reason", "session__code")
ELSEWHERE = "The import is at another step by now; look at its status."
TOO_MANY = "Twenty of your files wait already. Finish or discard one of them first."
NOT_YOURS = "Your role does not start interviews. Ask an administrator."
STARTS: dict[str, Permission] = dict.fromkeys(
    ("GET", "POST", "PUT", "DELETE"), Permission.SESSION_START
)


def import_data(batch: ImportBatch) -> dict[str, Any]:
    """One import with what became of its lines so far."""
    found = import_running.progress(batch)
    return {
        "id": batch.code,
        "name": batch.name,
        "status": batch.status,
        "rows": batch.row_count,
        "uploaded_at": batch.uploaded_at,
        "finished_at": batch.finished_at,
        "created": found["created"],
        "left_out": found["left_out"],
        "undone": found["undone"],
    }


def listed_data(row: Mapping[str, Any]) -> dict[str, Any]:
    """The same from COLUMNS and the counts, for a list."""
    counts = {state.value: row[state.value] for state in ImportRow.State}
    stands = {name: row[name] for name in ("name", "status", "uploaded_at", "finished_at")}
    return {"id": row["code"], "rows": row["row_count"], **stands, **counts}


def row_data(row: Mapping[str, Any]) -> dict[str, Any]:
    """What became of a line, from ROW_COLUMNS."""
    return {
        "line": row["line"],
        "title": row["title"],
        "state": row["state"],
        "reason": row["reason"],
        "session": row["session__code"],
    }


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except importing.NotNow:
        raise Conflict(ELSEWHERE) from None
    except importing.TooManyImports:
        raise Conflict(TOO_MANY) from None


class ImportView(ApiView):
    """An address below the imports: whoever uploaded a file sees it, nobody else."""

    needs: ClassVar[dict[str, Permission]] = STARTS

    def batch(self, request: Request, code: uuid.UUID) -> ImportBatch:
        """Raises Http404, and PermissionDenied for who starts no interviews."""
        require(may_import(request.user), NOT_YOURS)
        own = ImportBatch.objects.filter(uploaded_by=request.user).select_related("uploaded_by")
        found = own.filter(code=code).first()
        if found is None:
            raise Http404("There is no such import.")
        return found


def tag_of(batch: ImportBatch) -> str:
    """The version of the choice of columns."""
    return entity_tag(batch.code, batch.status, *batch.targets)


class Imports(ImportView):
    """One's imports."""

    parser_classes: ClassVar[list[type[BaseParser]]] = [MultiPartParser]

    @describe("List imports", gives=Lists(shapes.ImportOut), reads=IMPORTS.parameters, tag=TAG)
    def get(self, request: Request) -> Response:
        """One's own, the latest first."""
        require(may_import(request.user), NOT_YOURS)
        own = ImportBatch.objects.filter(uploaded_by=request.user)
        counts = {
            state.value: Count("rows", filter=Q(rows__state=state)) for state in ImportRow.State
        }
        return listed(IMPORTS, request, own.values(*COLUMNS, **counts), shape=listed_data)

    @describe(
        "Upload an inventory",
        takes={"multipart/form-data": shapes.FileIn},
        gives=shapes.ImportOut,
        status=201,
        also=(409,),
        tag=TAG,
    )
    def post(self, request: Request) -> Response:
        """As multipart/form-data with one field `file`. Nothing is created yet: look at the columns
        and at the dry run, then confirm.
        """
        require(may_import(request.user), NOT_YOURS)
        if not request.content_type:
            raise ParseError("Send the file as multipart/form-data.")
        given = shapes.FileIn(data=request.data)
        if not given.is_valid():
            raise Unusable(given.errors)
        file = given.validated_data["file"]
        try:
            with _refusals():
                batch = importing.take_file(
                    name=file.name or "", content=file.read(), by=request.user
                )
        except NotATable as refusal:
            raise Unusable({"file": [str(refusal)]}) from None
        return one(import_data(batch), status=201, location=address(request, "import", batch.code))


class OneImport(ImportView):
    """One import."""

    @describe(
        "Show an import",
        gives=shapes.ImportOut,
        also=(404,),
        tells_version=True,
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """How far it is."""
        batch = self.batch(request, code)
        return one(import_data(batch), tag=tag_of(batch))

    @describe("Discard an import", status=204, also=(404, 409), needs_match=True, tag=TAG)
    def delete(self, request: Request, code: uuid.UUID) -> Response:
        """Throws the file away before anything came of it."""
        batch = self.batch(request, code)
        require_match(request, tag_of(batch), theirs=import_data(batch))
        with _refusals():
            importing.discard(batch=batch, by=request.user)
        return Response(status=204)


class ImportColumns(ImportView):
    """Where the columns go."""

    @describe(
        "Show the columns of an import",
        gives=shapes.ImportColumnsOut,
        also=(404, 409),
        tells_version=True,
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """Each with where it goes now, and all places that there are."""
        return _columns(self.batch(request, code))

    @describe(
        "Choose the columns of an import",
        takes=shapes.ImportColumnsIn,
        gives=shapes.ImportColumnsOut,
        also=(404, 409),
        needs_match=True,
        tells_version=True,
        sends=[("Two columns", {"targets": ["title", "S1-01"]})],
        tag=TAG,
    )
    def put(self, request: Request, code: uuid.UUID) -> Response:
        """One target for each column, in their order; an empty text leaves the column out."""
        batch = self.batch(request, code)
        wish = read_body(shapes.ImportColumnsIn, request)
        require_match(request, tag_of(batch), yours=wish, theirs={"targets": batch.targets})
        try:
            with _refusals():
                importing.choose_columns(batch=batch, chosen=wish["targets"], by=request.user)
        except importing.BadColumns as refusal:
            raise Unusable({"targets": [str(refusal)]}) from None
        return _columns(batch)


def _columns(batch: ImportBatch) -> Response:
    with _refusals():
        header = importing.table_of(batch).header
    data = {
        "columns": [
            {"name": name, "target": target}
            for name, target in zip(header, batch.targets, strict=True)
        ],
        "targets": list(importing.known_to(batch.uploaded_by)),
    }
    return one(data, tag=tag_of(batch))


class ImportCheck(ImportView):
    """The dry run."""

    @describe("Check an import", gives=shapes.ImportCheckOut, also=(404, 409), tag=TAG)
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """What each line would become; nothing is changed."""
        batch = self.batch(request, code)
        if batch.status != ImportBatch.Status.MAPPED:
            raise Conflict(ELSEWHERE)
        with _refusals():
            found = importing.check(batch, takes_duplicates=False)
        return Response(
            {
                "ready": len(found.ready),
                "duplicates": len(found.duplicates),
                "faulty": len(found.faulty),
                "lines": [_line(line) for line in found.lines],
            }
        )


def _line(line: importing.Line) -> dict[str, Any]:
    planned = line.planned
    return {
        "line": planned.line,
        "title": planned.title,
        "reason": line.reason,
        "is_duplicate": line.is_duplicate,
        "notes": planned.notes,
        "drafts": list(planned.drafts),
    }


class ImportConfirm(ImportView):
    """The go-ahead."""

    @describe(
        "Confirm an import",
        takes=shapes.ImportConfirmIn,
        gives=shapes.ImportOut,
        status=202,
        also=(404, 409),
        sends=[("Without duplicates", {"takes_duplicates": False})],
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """The cases are made in the background: each line an interview with drafts in it."""
        batch = self.batch(request, code)
        wish = read_body(shapes.ImportConfirmIn, request)
        with _refusals():
            importing.confirm(batch=batch, **wish, by=request.user)
        return one(import_data(batch), status=202, location=address(request, "import", batch.code))


class ImportUndo(ImportView):
    """The way back."""

    @describe(
        "Undo an import",
        takes=shapes.PortfolioNothingIn,
        gives=shapes.ImportOut,
        status=202,
        also=(404, 409),
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """Deletes the cases that nobody has worked on; the others stay."""
        batch = self.batch(request, code)
        read_body(shapes.PortfolioNothingIn, request)
        with _refusals():
            import_running.request_undo(batch=batch, by=request.user)
        return one(import_data(batch), status=202, location=address(request, "import", batch.code))


class ImportRows(ImportView):
    """What became of each line."""

    @describe(
        "List the lines of an import",
        gives=Lists(shapes.ImportRowOut),
        reads=ROWS.parameters,
        also=(404,),
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """In the order of the file."""
        rows = self.batch(request, code).rows.values(*ROW_COLUMNS)
        return listed(ROWS, request, rows, shape=row_data)
