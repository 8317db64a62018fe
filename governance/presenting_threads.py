"""Prepares comments: what each thread is about, who said what, and what was said before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.text import Truncator

from accounts.models import User
from charters.models import Charter, Revision
from governance import policies
from governance.models import Comment, CommentVersion, Thread
from governance.phrasing import THREAD_STATES
from governance.services import threads as threads_service

Anchor = Thread.Anchor
FIRST_WORDS = 160
_SECTION = re.compile(r"section-(\d{1,2})/block-\d{1,3}", re.ASCII)


def rows_for(user: User, charter: Charter, content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The threads of a charter that the person may see, open ones first; three statements."""
    found = list(threads_service.visible(user, charter))
    rank = {Thread.State.OPEN: 0, Thread.State.ANSWERED: 1, Thread.State.RESOLVED: 2}
    found.sort(key=lambda one: (rank[Thread.State(one.state)], one.pk))
    return rows_of(user, found, content)


def rows_of(
    user: User, found: Sequence[Thread], content: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Threads that the person may see as rows, in their order; two statements."""
    said = _said_in(user, found)
    return [_row(one, said.get(one.pk, []), content) for one in found]


def _said_in(user: User, found: Iterable[Thread]) -> dict[int, list[Comment]]:
    comments = comments_of(user).filter(thread__in=[one.pk for one in found])
    said: dict[int, list[Comment]] = {}
    for comment in comments:
        said.setdefault(comment.thread_id, []).append(comment)
    return said


def comments_of(user: User) -> Any:
    """The comments that the person may see, with their versions and who wrote them."""
    versions = CommentVersion.objects.select_related("comment__thread__charter__session")
    return (
        Comment.objects.visible_to(user)
        .select_related("posted_by")
        .prefetch_related(Prefetch("versions", queryset=versions))
        .order_by("pk")
    )


def _row(thread: Thread, said: list[Comment], content: Mapping[str, Any]) -> dict[str, Any]:
    words, tone = THREAD_STATES[thread.state]
    first = _newest(said[0]).text if said else ""
    return {
        "url": reverse("governance:thread", args=[thread.code]),
        "about": about(thread.anchor, thread.anchor_key, content),
        "place": thread.anchor_key if thread.anchor == Anchor.STATEMENT else "",
        "first_words": Truncator(first).chars(FIRST_WORDS),
        "opened_by": str(thread.opened_by),
        "opened_at": thread.opened_at,
        "count": len(said),
        "state": thread.state,
        "state_words": words,
        "state_tone": tone,
        "words": f"{words}: {Truncator(first).chars(60)}",
        "resolved_at": thread.resolved_at,
    }


def about(anchor: str, key: str, content: Mapping[str, Any]) -> str:
    """What a thread is about, in words."""
    if anchor == Anchor.ITEM:
        answer = content["answers"].get(key)
        return f"{key} {answer['title']}" if answer else key
    if anchor == Anchor.STATEMENT:
        place = _SECTION.fullmatch(key)
        title = section_title(int(place[1]), content) if place else ""
        return f"Section {place[1]}: {title}" if place and title else "A statement"
    return "The whole charter"


def section_title(number: int, content: Mapping[str, Any]) -> str:
    """The title of one of the charter's sections; "" where there is none."""
    titles = (one["title"] for one in content["sections"] if one["number"] == number)
    return str(next(titles, ""))


def by_place(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Rows that are about a statement, by its place."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["place"]:
            found.setdefault(row["place"], []).append(row)
    return found


def about_link(thread: Thread, revision: Revision) -> dict[str, str]:
    """Where the person reads what the thread is about."""
    code, number = revision.charter.code, revision.number
    if thread.anchor == Anchor.ITEM and thread.anchor_key in revision.content["answers"]:
        path = reverse("governance:charter-answer", args=[code, number, thread.anchor_key])
        return {"about_url": path, "about_label": "Read the answer"}
    path = reverse("governance:charter", args=[code, number])
    place = thread.anchor_key.split("/", maxsplit=1)[0]
    if thread.anchor == Anchor.STATEMENT:
        return {"about_url": f"{path}#{place}", "about_label": "Read it in the charter"}
    return {}


def comments(
    user: User, thread: Thread, *, failed: str = "", typed: str = ""
) -> list[dict[str, Any]]:
    """What was said, with what was said before; ``failed`` names the one being edited."""
    is_settled = thread.state == Thread.State.RESOLVED
    authors: dict[int, bool] = {}
    return [
        _comment(one, thread, user, is_settled, authors, failed, typed)
        for one in comments_of(user).filter(thread=thread)
    ]


def _comment(
    comment: Comment,
    thread: Thread,
    user: User,
    is_settled: bool,
    authors: dict[int, bool],
    failed: str,
    typed: str,
) -> dict[str, Any]:
    writer = comment.posted_by
    if writer.pk not in authors:
        authors[writer.pk] = policies.is_author(writer, thread.charter)
    newest = _newest(comment)
    earlier = [one for one in comment.versions.all() if one.pk != newest.pk]
    is_failed = failed == str(comment.code)
    return {
        "code": comment.code,
        "who": str(writer),
        "part": "author" if authors[writer.pk] else writer.get_role_display().lower(),
        "posted_at": comment.posted_at,
        "text": newest.text,
        "earlier": earlier,
        "edited_at": newest.written_at,
        "number": newest.number,
        "may_edit": writer.pk == user.pk and not is_settled,
        "is_failed": is_failed,
        "typed": typed if is_failed else newest.text,
    }


def _newest(comment: Comment) -> CommentVersion:
    versions: list[CommentVersion] = sorted(comment.versions.all(), key=lambda one: one.number)
    return versions[-1]
