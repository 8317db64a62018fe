"""Finds the person who acts and the interview that is meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError

from accounts.models import User
from interviews.models import InterviewSession
from interviews.models.session import InterviewSessionQuerySet, within_reach

#: Shorter starts of a code are too easily somebody's typing error.
SHORTEST_START = 4
UNUSABLE = 2


def person(options: Mapping[str, Any]) -> User:
    """Who acts: the one named, else the only active person. Raises CommandError."""
    email = options["user"]
    if email is not None:
        found = User.objects.active().filter(email=email.strip().lower()).first()
        if found is None:
            raise CommandError(f"There is no active person {email}.", returncode=UNUSABLE)
        return found
    people = list(User.objects.active().order_by("pk")[:2])
    if len(people) == 1:
        return people[0]
    words = "There are several people here" if people else "There is nobody here yet"
    raise CommandError(f"{words}: say who you are with --user EMAIL.", returncode=UNUSABLE)


def own_sessions(by: User) -> InterviewSessionQuerySet:
    """The person's own interviews, without what is shut off in an incident."""
    return InterviewSession.objects.filter(within_reach(by), owner=by)


def session(options: Mapping[str, Any], by: User) -> InterviewSession:
    """The person's own interview whose code starts as given. Raises CommandError."""
    start = _asked(options)
    own = own_sessions(by)
    found = [pk for pk, code in own.values_list("pk", "code") if code.hex.startswith(start)]
    if len(found) == 1:
        return own.select_related("owner").get(pk=found[0])
    if found:
        words = f"{len(found)} of your interviews start with {start}: give more of the code."
    else:
        words = f"You have no interview {start}. See `uaip list`."
    raise CommandError(words, returncode=UNUSABLE)


def _asked(options: Mapping[str, Any]) -> str:
    given = [one for one in (options["code"], options["session_id"]) if one]
    if len(given) != 1:
        raise CommandError("Name one interview by its code. See `uaip list`.", returncode=UNUSABLE)
    start = given[0].strip().lower().replace("-", "")
    if len(start) < SHORTEST_START:
        raise CommandError(
            f"Give at least {SHORTEST_START} characters of the code.", returncode=UNUSABLE
        )
    return start


def short_code(session: InterviewSession) -> str:
    """The start of the code that lists show and that `resume` takes."""
    return session.code.hex[:8]
