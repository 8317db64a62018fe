"""Comments on a charter: raising a matter, answering it, editing one's words, settling it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from charters.models import Revision
from governance import policies, presenting, presenting_review, presenting_threads
from governance.forms import CommentForm, ThreadForm
from governance.models import Comment, Review, Thread
from governance.phrasing import THREAD_STATES
from governance.refusals import Refusal, Unfit
from governance.services import situations, threads
from governance.transitions import Act
from governance.views import door


@require_http_methods(["GET", "HEAD", "POST"])
def thread_new(request: HttpRequest, charter_code: UUID) -> HttpResponse:
    """Raises a matter about the charter, one of its statements or the answer to an item."""
    revision = door.newest_revision(request, charter_code)
    back = reverse("governance:charter", args=[charter_code, revision.number])
    refusal = situations.permits(request.user, revision.charter)[Act.DISCUSS]
    if refusal is not None:
        return door.refuse(request, refusal, back_url=back)
    sent = request.POST if request.method == "POST" else request.GET
    asked = {
        "anchor": sent.get("anchor", "charter"),
        "anchor_key": sent.get("anchor_key", sent.get("key", "")),
    }
    shown = asked | _shown(revision, **asked)
    if request.method != "POST":
        return _new(request, revision, ThreadForm(initial=asked), shown)
    form = ThreadForm(request.POST)
    if form.is_valid():
        try:
            made = threads.open_thread(
                charter=revision.charter, by=request.user, **form.cleaned_data
            )
        except Unfit as fault:
            door.put_into(form, fault)
        except Refusal as late:
            return door.refuse(request, late, back_url=back)
        else:
            messages.success(request, "Your comment is with the author.")
            return redirect("governance:thread", made.code)
    return _new(request, revision, form, shown, status=422)


def _new(
    request: HttpRequest,
    revision: Revision,
    form: ThreadForm,
    shown: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    charter = revision.charter
    review = Review.objects.open().filter(charter=charter).first()
    page = {
        "session": charter.session,
        "revision": revision,
        "form": form,
        "back_url": presenting_review.back_url(revision, review),
        "is_blind": review is not None
        and Review.objects.awaiting(request.user).filter(pk=review.pk).exists(),
    }
    return render(request, "governance/thread_new.html", page | shown, status=status)


def _shown(revision: Revision, anchor: str, anchor_key: str) -> dict[str, Any]:
    """What the comment is about, beside the form. Raises Http404 for what is not there."""
    content = revision.content
    if anchor == Thread.Anchor.CHARTER and not anchor_key:
        return {"about": "the whole charter"}
    if anchor == Thread.Anchor.ITEM and anchor_key in content["answers"]:
        answer = content["answers"][anchor_key]
        shown = presenting.answer_page(revision, anchor_key, answer)
        return {"about": f"{anchor_key} {answer['title']}", "answer_text": shown["text"]}
    if anchor == Thread.Anchor.STATEMENT:
        found = presenting_review.block_at(presenting.content_of(revision), anchor_key)
        if found is not None:
            return {"about": f"“{found[0]}”", "passage": found[1]}
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: HttpRequest, thread_code: UUID) -> HttpResponse:
    """What was said about one matter; a POST says one thing more."""
    found = door.thread_to_read(request, thread_code)
    if request.method != "POST":
        return _thread(request, found, CommentForm())
    form = CommentForm(request.POST)
    if form.is_valid():
        try:
            threads.post_comment(thread=found, by=request.user, **form.cleaned_data)
        except Unfit as fault:
            door.put_into(form, fault)
        except Refusal as refusal:
            return door.refuse(request, refusal, back_url=request.path)
        else:
            messages.success(request, "Your comment is there.")
            return redirect("governance:thread", found.code)
    return _thread(request, found, form, status=422)


def _thread(
    request: HttpRequest,
    found: Thread,
    form: CommentForm,
    *,
    failed: str = "",
    status: int = 200,
) -> HttpResponse:
    revision = get_object_or_404(found.charter.revisions, number=found.revision_number)
    revision.charter = found.charter
    typed = str(form.data.get("text", "")) if failed else ""
    page = {
        "thread": found,
        "session": found.charter.session,
        "form": CommentForm() if failed else form,
        "edit_form": form if failed else None,
        "comments": presenting_threads.comments(request.user, found, failed=failed, typed=typed),
        "about": presenting_threads.about(found.anchor, found.anchor_key, revision.content),
        "charter_url": reverse("governance:charter", args=[found.charter.code, revision.number]),
        "review_url": presenting_review.review_url(found.review),
    }
    words, tone = THREAD_STATES[found.state]
    page |= {"state_words": words, "state_tone": tone}
    page |= presenting_threads.about_link(found, revision) | _deeds(request, found)
    return render(request, "governance/thread.html", page, status=status)


def _deeds(request: HttpRequest, found: Thread) -> dict[str, Any]:
    """What this person can do here, and why not."""
    refusal = situations.permits(request.user, found.charter)[Act.DISCUSS]
    is_settled = found.state == Thread.State.RESOLVED
    may_settle = refusal is None and threads.may_settle(request.user, found)
    return {
        "may_reply": refusal is None and not is_settled,
        "why_no_reply": threads.SETTLED if is_settled else refusal and refusal.sentence,
        "may_resolve": may_settle and not is_settled,
        "reply_label": "Answer" if policies.is_author(request.user, found.charter) else "Comment",
        "may_reopen": may_settle and is_settled,
        "why_not_resolve": "" if may_settle or is_settled else threads.RAISER,
    }


@require_POST
def comment_edit(request: HttpRequest, thread_code: UUID, comment_code: UUID) -> HttpResponse:
    """Other words in the place of one's own; the earlier ones stay readable."""
    found = door.thread_to_read(request, thread_code)
    seen = Comment.objects.visible_to(request.user).filter(thread=found)
    comment = get_object_or_404(seen.select_related("thread__charter__session"), code=comment_code)
    form = CommentForm(request.POST)
    back = reverse("governance:thread", args=[found.code])
    if form.is_valid():
        try:
            threads.edit_comment(comment=comment, by=request.user, **form.cleaned_data)
        except Unfit as fault:
            door.put_into(form, fault)
        except Refusal as refusal:
            return door.refuse(request, refusal, back_url=back)
        else:
            return redirect(back)
    return _thread(request, found, form, failed=str(comment.code), status=422)


@require_POST
def thread_resolve(request: HttpRequest, thread_code: UUID) -> HttpResponse:
    """Nothing more is wanted."""
    found = door.thread_to_read(request, thread_code)
    try:
        threads.resolve_thread(thread=found, by=request.user)
    except Refusal as refusal:
        back = reverse("governance:thread", args=[found.code])
        return door.refuse(request, refusal, back_url=back)
    messages.success(request, "It is resolved.")
    return redirect("governance:thread", found.code)


@require_POST
def thread_reopen(request: HttpRequest, thread_code: UUID) -> HttpResponse:
    """It is not settled after all."""
    found = door.thread_to_read(request, thread_code)
    try:
        threads.reopen_thread(thread=found, by=request.user)
    except Refusal as refusal:
        back = reverse("governance:thread", args=[found.code])
        return door.refuse(request, refusal, back_url=back)
    messages.success(request, "It is open again.")
    return redirect("governance:thread", found.code)
