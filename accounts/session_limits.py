"""How long a browser session lasts: it ends when nobody uses it, and for good after a longest time.

Both are settings (docs/reference/settings.md says why they are as they are). A new proof of who one
is gives the session another key, and prolongs neither.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.mfa import signals as mfa_signals
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from accounts.http import is_fragment
from accounts.models import User
from accounts.services import audit

#: Seconds since 1970 in the session: when it began, and when a page was last asked for.
BEGAN, USED = "session_began", "session_used"
#: Use is noted at most so often: a session is not written with every page.
NOTED_SECONDS = 300


class SessionsEnd:
    """Signs out whoever's session is over; the page then asks to sign in, and comes back."""

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.session.get(SESSION_KEY) is not None:
            _look_at(request)
        return self.get_response(request)


def _look_at(request: HttpRequest) -> None:
    now = int(time.time())
    why = why_over(request.session.get(BEGAN, now), request.session.get(USED, now), now)
    if why and isinstance(request.user, User):
        _end(request, request.user, why)
    elif now - request.session.get(USED, 0) >= _noted_every() and not is_fragment(request):
        # A part of a page that asks by itself is nobody's use.
        request.session.setdefault(BEGAN, now)
        request.session[USED] = now


def why_over(began: int, used: int, now: int) -> str:
    """ "unused", "too old", or "" while the session lasts."""
    if now - used >= settings.SESSION_IDLE_MINUTES * 60:
        return "unused"
    return "too old" if now - began >= settings.SESSION_MAX_HOURS * 3600 else ""


def _noted_every() -> float:
    """Often enough that nobody is signed out who was there a moment ago."""
    return min(NOTED_SECONDS, settings.SESSION_IDLE_MINUTES * 60 / 4)


def _end(request: HttpRequest, user: User, why: str) -> None:
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    request.session.flush()
    request.user = AnonymousUser()
    audit.record(
        type="user.session_ended", actor=None, subject=audit.person(user), detail={"why": why}
    )


def renew_key(request: HttpRequest) -> None:
    """Gives the session another key: whoever may have seen the former one is out."""
    before = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


@receiver(user_logged_in)
def _begin(request: HttpRequest, **_: Any) -> None:
    now = int(time.time())
    request.session[BEGAN] = request.session[USED] = now


@receiver(mfa_signals.authenticator_used)
def _proved_again(request: HttpRequest, reauthenticated: bool, **_: Any) -> None:
    if reauthenticated:
        renew_key(request)
