"""Links to a charter: made and revoked by its author, opened by whoever holds one."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import limits, request_facts
from accounts.limits import Limit
from accounts.policies import require
from accounts.services import form_codes
from charters.models import Charter, Revision
from governance import files, policies
from governance.files import Wish
from governance.models import ShareLink
from governance.refusals import Refusal
from governance.services import sharing
from governance.sharing_forms import ShareForm
from governance.views import door

SENT_TWICE = "This form was sent before. A link is shown only once: revoke it and make another."
TOO_OFTEN = "That was too often. Wait {wait} seconds, then try again."
#: What people without an account take away, and how often: a file takes a second to make.
FORMATS = ("pdf", "docx", "html")
FILES = Limit("shared-files", per_minute=6, burst=6)
#: Nobody keeps it, finds it, frames it or learns from it where it was.
HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
}
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)

Page = Callable[..., HttpResponse]


# --- Whoever shares -------------------------------------------------------------------------------


def _revision(request: HttpRequest, charter_code: UUID, number: int) -> Revision:
    """404 for who does not see it, 403 for who may not share it."""
    seen = Revision.objects.filter(charter__in=Charter.objects.visible_to(request.user))
    found = seen.select_related("charter__session__owner").defer("content")
    revision = get_object_or_404(found, charter__code=charter_code, number=number)
    require(policies.may_share(request.user, revision.charter), sharing.NOT_YOURS)
    return revision


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, charter_code: UUID, number: int) -> HttpResponse:
    """The links of a charter; a POST makes one and shows it, this once."""
    revision = _revision(request, charter_code, number)
    may_share_whole = policies.may_share_whole(request.user)
    if request.method != "POST":
        return _links(request, revision, ShareForm(may_share_whole=may_share_whole))
    form = ShareForm(request.POST, may_share_whole=may_share_whole)
    if not form.is_valid():
        return _links(request, revision, form, status=422)
    if not form_codes.take(user=request.user, code=form.cleaned_data["once"]):
        messages.warning(request, SENT_TWICE)
        return redirect(request.path)
    wish = {name: form.cleaned_data[name] for name in ("profile", "purpose")}
    try:
        made = sharing.share_revision(revision=revision, lasts=form.lasts, by=request.user, **wish)
    except Refusal as refusal:
        return door.refuse(request, refusal, back_url=request.path)
    path = reverse("governance:shared", args=[made.secret])
    page = _page(revision) | {"link": made.link, "address": request.build_absolute_uri(path)}
    return render(request, "governance/share_made.html", page)


def _links(
    request: HttpRequest, revision: Revision, form: ShareForm, *, status: int = 200
) -> HttpResponse:
    found = ShareLink.objects.filter(revision__charter=revision.charter)
    links = list(found.select_related("created_by", "revision")[:100])
    page = _page(revision) | {
        "form": form,
        "once": form_codes.new_code(),
        "rows": [(one, *_state_of(one)) for one in links],
    }
    return render(request, "governance/share.html", page, status=status)


def _page(revision: Revision) -> dict[str, Any]:
    return {"revision": revision, "charter": revision.charter, "session": revision.charter.session}


def _state_of(link: ShareLink) -> tuple[str, str]:
    """Words and tone."""
    if link.revoked_at is not None:
        return "Revoked", "idle"
    return ("Open", "good") if link.is_open else ("Expired", "idle")


@require_POST
def share_revoke(
    request: HttpRequest, charter_code: UUID, number: int, link_code: UUID
) -> HttpResponse:
    """Ends a link at once."""
    revision = _revision(request, charter_code, number)
    found = ShareLink.objects.select_related("revision__charter__session")
    link = get_object_or_404(found, code=link_code, revision__charter=revision.charter)
    place = reverse("governance:share", args=[charter_code, number])
    try:
        sharing.revoke_link(link=link, by=request.user)
    except Refusal as refusal:
        return door.refuse(request, refusal, back_url=place)
    messages.success(request, "The link is revoked. Whoever opens it is told to ask you.")
    return redirect(place)


# --- Whoever holds a link -------------------------------------------------------------------------


def _for_holders(page: Page) -> Page:
    """Open to people without an account, and kept by nobody on the way."""

    @wraps(page)
    def shown(request: HttpRequest, token: str, **more: Any) -> HttpResponse:
        link = sharing.link_of(token)
        if link is None or not sharing.is_alive(link):
            status = 410 if link else 404
            response = render(request, "governance/share_gone.html", status=status)
        else:
            response = page(request, token, link, **more)
        for name, value in HEADERS.items():
            response[name] = value
        return response

    return login_not_required(require_safe(shown))


@_for_holders
def shared(request: HttpRequest, token: str, link: ShareLink) -> HttpResponse:
    """The charter to read: the very file, with a line above it."""
    file = files.make_file(link.revision, Wish("html", _profile(link)), viewer=None)
    downloads = [
        (files.LABELS[name], reverse("governance:shared-file", args=[token, name]))
        for name in FORMATS
    ]
    bar = render_to_string("governance/_share_bar.html", {"link": link, "downloads": downloads})
    text = file.body.decode().replace("<body>", f"<body>{bar}", 1)
    if request.method != "HEAD":
        sharing.note_opening(link=link)
    policy = _policy(text)
    return HttpResponse(text, headers={"Content-Security-Policy": policy})


@_for_holders
def shared_file(
    request: HttpRequest, token: str, link: ShareLink, file_format: str
) -> HttpResponse:
    """The same to take away."""
    if file_format not in FORMATS:
        raise Http404("There is no such format.")
    address = limits.principal_at(request_facts.client_address(request))
    if wait := limits.spend(FILES, address):
        page = {"sentence": TOO_OFTEN.format(wait=wait)}
        response = render(request, "429.html", page, status=429)
        response["Retry-After"] = str(wait)
        return response
    wish = Wish(file_format, _profile(link))
    file = files.shared_file(link.revision, wish, by=link.created_by)
    if request.method != "HEAD":
        sharing.note_opening(link=link, file_format=file_format)
    return HttpResponse(file.body, content_type=file.content_type, headers=file.headers)


def _profile(link: ShareLink) -> Any:
    return link.profile


def _policy(text: str) -> str:
    """The page shows its own style and its own pictures, and nothing else."""
    styles = "".join(
        f" 'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'"
        for one in _STYLE.findall(text)
    )
    return (
        f"default-src 'none'; style-src{styles}; img-src data:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
