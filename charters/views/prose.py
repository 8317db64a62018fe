"""The page on which the charter's prose is drafted, read and edited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import is_fragment
from accounts.policies import require
from charters.content import CharterContent
from charters.forms import ProseForm
from charters.models import Prose
from charters.policies import may_write_prose
from charters.prose.facts import PASSAGES, record_texts
from charters.prose.placing import Passage
from charters.refusals import NoModel, ProseChanged
from charters.services import prose as prose_service
from charters.services import revisions
from interviews.models import InterviewSession
from interviews.refusals import SessionGone, SessionNotOpen
from interviews.scoring.grounding import ungrounded
from interviews.services.reading import read

ONLY_REQUESTER = "Only the person who started this interview can change the charter's words."
PAUSED = "The interview is paused or closed. Resume it, then try again."
CHANGED = (
    "Nothing was saved: the text was changed meanwhile, in another window or by a new draft. Yours "
    "is still in the boxes. Compare it with what stands now, then save again."
)


def _session(request: HttpRequest, session_code: UUID) -> InterviewSession:
    visible = InterviewSession.objects.visible_to(request.user).select_related("owner")
    session = get_object_or_404(visible, code=session_code)
    require(may_write_prose(request.user, session), ONLY_REQUESTER)
    return session


@require_http_methods(["GET", "HEAD", "POST"])
def prose(request: HttpRequest, session_code: UUID) -> HttpResponse:
    """Shows every passage; a POST saves the person's own words."""
    session = _session(request, session_code)
    content = _content(session)
    if request.method != "POST":
        return _show(request, session, content)
    form = ProseForm(request.POST, titles=_titles(content))
    if not form.is_valid():
        return _show(request, session, content, form=form, status=422)
    try:
        prose_service.save_edits(
            session=session,
            texts=form.texts,
            version=form.cleaned_data["version"],
            by=request.user,
        )
    except ProseChanged:
        return _show(request, session, content, form=form, status=409, notice=CHANGED)
    except SessionNotOpen:
        return _show(request, session, content, form=form, status=409, notice=PAUSED)
    messages.success(request, "Your words are saved. The next revision carries them.")
    return redirect("charters:prose", session_code)


@require_safe
def prose_status(request: HttpRequest, session_code: UUID) -> HttpResponse:
    """Whether the draft is there; polled by the page while it waits."""
    session = _session(request, session_code)
    standing = prose_service.standing_of(session)
    page = {"session": session, "standing": standing}
    response = render(request, "charters/_prose_status.html", page)
    if standing.status != "waiting" and is_fragment(request):
        response.headers["HX-Refresh"] = "true"
    return response


@require_POST
def prose_draft(request: HttpRequest, session_code: UUID) -> HttpResponse:
    """Asks a model for a draft."""
    session = _session(request, session_code)
    return _do(
        request,
        session,
        lambda: prose_service.request_draft(session=session, by=request.user),
        "The draft is being written. What the record does not hold is left out.",
    )


@require_POST
def prose_discard(request: HttpRequest, session_code: UUID) -> HttpResponse:
    """Takes the person's own words back."""
    session = _session(request, session_code)
    version = request.POST.get("version", "")
    if not (version.isascii() and version.isdecimal() and len(version) < 10):
        return redirect("charters:prose", session_code)
    return _do(
        request,
        session,
        lambda: prose_service.discard_edits(session=session, version=int(version), by=request.user),
        "Your changes are discarded.",
    )


def _do(
    request: HttpRequest, session: InterviewSession, verb: Callable[[], object], words: str
) -> HttpResponse:
    try:
        verb()
    except SessionNotOpen:
        return _show(request, session, _content(session), status=409, notice=PAUSED)
    except SessionGone as gone:
        raise Http404("This interview was deleted meanwhile.") from gone
    except ProseChanged:
        notice = "The text was changed meanwhile. Look at it, then try again."
        return _show(request, session, _content(session), status=409, notice=notice)
    except NoModel:
        notice = "No language model may be asked for this interview. Write the text yourself."
        return _show(request, session, _content(session), status=409, notice=notice)
    messages.success(request, words)
    return redirect("charters:prose", session.code)


def _content(session: InterviewSession) -> CharterContent:
    found = list(session.findings.all())
    return revisions.record_content(read(session), found)


def _titles(content: CharterContent) -> dict[str, str]:
    by_key = {section.key: section.title for section in content.sections}
    return {key: by_key[key] for key in PASSAGES}


def _show(
    request: HttpRequest,
    session: InterviewSession,
    content: CharterContent,
    *,
    form: ProseForm | None = None,
    status: int = 200,
    notice: str = "",
) -> HttpResponse:
    standing = prose_service.standing_of(session)
    titles = _titles(content)
    texts, placed = {}, {}
    if standing.prose is not None:
        texts = standing.prose.drafts | standing.prose.edits
        placed = prose_service.passages_of(standing.prose, content)
    version = standing.prose.version if standing.prose else 0
    if form is None:
        form = ProseForm(initial=texts | {"version": version}, titles=titles)
    page: dict[str, Any] = {
        "session": session,
        "standing": standing,
        "form": form,
        "version": version,
        "passages": [
            {
                "field": form[key],
                "origin": placed[key].origin.words if key in placed else "",
                "is_outdated": _is_outdated(standing.prose, key, placed.get(key)),
                "strange": _strange(standing.prose, key, content),
                "standing_text": texts.get(key, "") if status == 409 else "",
            }
            for key in titles
        ],
        "record_summary": [one.text for one in content.executive_summary],
        "notice": notice,
        "is_open": session.is_open,
    }
    return render(request, "charters/prose.html", page, status=status)


def _is_outdated(prose: Prose | None, key: str, placed: Passage | None) -> bool:
    """Whether sentences of a draft do not hold any more."""
    if prose is None or key in prose.edits or key not in prose.drafts:
        return False
    return placed is None or placed.text != prose.drafts[key]


def _strange(prose: Prose | None, key: str, content: CharterContent) -> list[str]:
    """Figures and names of the person's own text that the record does not hold."""
    text = prose.edits.get(key, "") if prose else ""
    return ungrounded(text, record_texts(content)) if text else []
