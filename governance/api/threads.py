"""Comments on charters: threads on an item or a statement, their answers and their end."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
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
from accounts.permissions import Permission
from charters.models import Charter
from governance.api import review_shapes as shapes
from governance.api.cases import CaseView, charter_seen, person
from governance.models import Comment, Thread
from governance.services import threads

TAG = "Comments"
THREADS = ListOf("threads", order=("-opened_at", "-pk"), filters=shapes.ThreadFilters)
COLUMNS = (
    "pk",
    "code",
    "charter__code",
    "review__code",
    "revision_number",
    "anchor",
    "anchor_key",
    "state",
    "opened_at",
    "opened_by__code",
    "opened_by__name",
    "resolved_at",
)


def thread_data(row: Mapping[str, Any]) -> dict[str, Any]:
    """A thread as the API gives it, from COLUMNS."""
    return {
        "id": row["code"],
        "charter": row["charter__code"],
        "review": row["review__code"],
        "revision": row["revision_number"],
        "anchor": row["anchor"],
        "anchor_key": row["anchor_key"],
        "state": row["state"],
        "opened_at": row["opened_at"],
        "opened_by": {"id": row["opened_by__code"], "name": row["opened_by__name"]},
        "resolved_at": row["resolved_at"],
    }


def comment_data(comment: Comment) -> dict[str, Any]:
    """A comment with everything that it said before."""
    versions = [
        {"number": row.number, "text": row.text, "written_at": row.written_at}
        for row in sorted(comment.versions.all(), key=lambda row: row.number)
    ]
    return {
        "id": comment.code,
        "thread": comment.thread.code,
        "posted_at": comment.posted_at,
        "posted_by": person(comment.posted_by),
        "text": versions[-1]["text"],
        "versions": versions,
    }


def _thread_tag(thread: Thread) -> str:
    return entity_tag("thread", thread.code, thread.version)


def _comment_tag(comment: Comment) -> str:
    return entity_tag("comment", comment.code, _number(comment))


def _number(comment: Comment) -> int:
    """The newest version's."""
    return max(row.number for row in comment.versions.all())


class ThreadView(CaseView):
    """An address below the comments: to read and to write for whoever sees the charter."""

    needs: ClassVar[dict[str, Permission]] = {
        "GET": Permission.SESSION_VIEW,
        "POST": Permission.COMMENT_POST,
        "PATCH": Permission.COMMENT_POST,
    }

    def thread(self, request: Request, code: uuid.UUID) -> Thread:
        """Raises Http404, also for what is closed to somebody before an own verdict."""
        found = Thread.objects.visible_to(request.user).filter(code=code)
        thread = found.select_related("charter__session__owner", "review").first()
        if thread is None:
            raise Http404("There is no such thread.")
        return thread

    def comment(self, request: Request, code: uuid.UUID) -> Comment:
        """Raises Http404."""
        found = _comments(request).filter(code=code).first()
        if found is None:
            raise Http404("There is no such comment.")
        return found


def _comments(request: Request) -> QuerySet[Comment]:
    seen = Comment.objects.visible_to(request.user)
    whole = seen.select_related("thread__charter__session__owner", "posted_by")
    return whole.prefetch_related("versions")


def _whole(request: Request, thread: Thread) -> dict[str, Any]:
    row = Thread.objects.filter(pk=thread.pk).values(*COLUMNS).get()
    comments = [comment_data(one) for one in _comments(request).filter(thread=thread)]
    return thread_data(row) | {"comments": comments}


def _shown(request: Request, thread: Thread, *, status: int = 200, location: str = "") -> Response:
    return one(_whole(request, thread), tag=_thread_tag(thread), status=status, location=location)


class Threads(ThreadView):
    """All threads of a charter."""

    @describe(
        "List threads",
        gives=Lists(shapes.ThreadOut),
        reads=THREADS.parameters,
        also=(404,),
        examples=[("One", {"items": [shapes.THREAD], "total": 1, "skip": 0, "limit": 10})],
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """The latest first. Reviewers' threads of an open review show after your own verdict."""
        charter = charter_seen(request, code)

        def rows(asked: dict[str, Any]) -> QuerySet[Any, Any]:
            found = Thread.objects.visible_to(request.user).filter(charter=charter, **asked)
            return found.values(*COLUMNS)

        return listed(THREADS, request, rows, shape=thread_data)

    @describe(
        "Open a thread",
        takes=shapes.ThreadIn,
        gives=shapes.ThreadDetailOut,
        status=201,
        also=(404, 409),
        sends=[("On an item", {"text": "Why so low?", "anchor": "item", "anchor_key": "S5-10"})],
        tells_version=True,
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """On the charter, an item (its key) or a statement (its place)."""
        charter: Charter = charter_seen(request, code)
        wish = read_body(shapes.ThreadIn, request)
        made = threads.open_thread(charter=charter, by=request.user, **wish)
        where = address(request, "thread", made.code)
        return _shown(request, made, status=201, location=where)


class OneThread(ThreadView):
    """One thread."""

    @describe(
        "Show a thread", gives=shapes.ThreadDetailOut, also=(404,), tells_version=True, tag=TAG
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """With every comment and all that it said before."""
        return _shown(request, self.thread(request, code))

    @describe(
        "Resolve or reopen a thread",
        takes=shapes.ThreadStateIn,
        gives=shapes.ThreadDetailOut,
        also=(404, 409),
        sends=[("Resolve", {"state": "resolved"})],
        needs_match=True,
        tells_version=True,
        tag=TAG,
    )
    def patch(self, request: Request, code: uuid.UUID) -> Response:
        """By whoever raised it, or the chair of the committee."""
        thread = self.thread(request, code)
        wish = read_body(shapes.ThreadStateIn, request)
        require_match(request, _thread_tag(thread), yours=wish, theirs={"state": thread.state})
        settle = threads.resolve_thread if wish["state"] == "resolved" else threads.reopen_thread
        return _shown(request, settle(thread=thread, by=request.user, version=thread.version))


class Comments(ThreadView):
    """What is said in a thread."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.COMMENT_POST}

    @describe(
        "Post a comment",
        takes=shapes.CommentIn,
        gives=shapes.CommentOut,
        status=201,
        also=(404, 409),
        sends=[("Answer", {"text": "Because the control is tested; see S5-09."})],
        tells_version=True,
        tag=TAG,
    )
    def post(self, request: Request, code: uuid.UUID) -> Response:
        """An author's comment answers the thread; the raiser's opens it again."""
        thread = self.thread(request, code)
        wish = read_body(shapes.CommentIn, request)
        made = threads.post_comment(thread=thread, by=request.user, **wish)
        where = address(request, "comment", made.code)
        return one(comment_data(made), tag=_comment_tag(made), status=201, location=where)


class OneComment(ThreadView):
    """One comment."""

    @describe("Show a comment", gives=shapes.CommentOut, also=(404,), tells_version=True, tag=TAG)
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """With all that it said before."""
        comment = self.comment(request, code)
        return one(comment_data(comment), tag=_comment_tag(comment))

    @describe(
        "Edit a comment",
        takes=shapes.CommentIn,
        gives=shapes.CommentOut,
        also=(404, 409),
        sends=[("Other words", {"text": "Because the control is tested since May."})],
        needs_match=True,
        tells_version=True,
        tag=TAG,
    )
    def patch(self, request: Request, code: uuid.UUID) -> Response:
        """By whoever wrote it; what it said before stays visible."""
        comment = self.comment(request, code)
        wish = read_body(shapes.CommentIn, request)
        theirs = {"text": comment_data(comment)["text"]}
        require_match(request, _comment_tag(comment), yours=wish, theirs=theirs)
        threads.edit_comment(comment=comment, by=request.user, number=_number(comment), **wish)
        changed = self.comment(request, code)
        return one(comment_data(changed), tag=_comment_tag(changed))
