"""What deeds are about, for the page that lists them: words, and a link for who may see it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from accounts.models import AuditEvent, User
from charters.models import Charter
from interviews.models import InterviewSession

_CODED = re.compile(r"(session|charter) ([0-9a-f-]{36})(?: (.*))?", re.DOTALL)


@dataclass(frozen=True)
class Shown:
    """The subject in words; ``url`` is "" where there is nothing to see, or not for this person."""

    words: str
    url: str = ""


def shown(events: Iterable[AuditEvent], names: dict[str, str], *, viewer: User) -> dict[str, Shown]:
    """Subject text -> how it is shown; two queries, whatever the number of deeds."""
    subjects = {event.subject for event in events}
    coded = {text: found for text in subjects if (found := _CODED.fullmatch(text))}
    sessions = _projects(coded, "session", viewer)
    charters = _projects(coded, "charter", viewer)
    said = {text: Shown(names.get(text, text)) for text in subjects - coded.keys()}
    for text, found in coded.items():
        kind, code, rest = found[1], found[2], found[3] or ""
        project = (sessions if kind == "session" else charters).get(code)
        said[text] = _about(kind, code, rest, project)
    return said


def _projects(coded: dict[str, re.Match[str]], kind: str, viewer: User) -> dict[str, str]:
    """Code -> project name, of those that the viewer may see."""
    codes = {found[2] for found in coded.values() if found[1] == kind}
    wanted = [one for one in codes if _is_uuid(one)]
    if not wanted:
        return {}
    if kind == "session":
        seen = InterviewSession.objects.visible_to(viewer).filter(code__in=wanted)
        return {str(code): name for code, name in seen.values_list("code", "project_name")}
    found = Charter.objects.visible_to(viewer).filter(code__in=wanted)
    return {str(code): name for code, name in found.values_list("code", "session__project_name")}


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _about(kind: str, code: str, rest: str, project: str | None) -> Shown:
    if project is None:
        return Shown(f"{kind.capitalize()} {code[:8]}… {rest}".strip())
    words = f"{project}, {rest}" if rest else project
    if kind == "session":
        return Shown(words, reverse("interviews:session-detail", args=[code]))
    number = rest.removeprefix("revision ")
    if number.isdecimal():
        return Shown(words, reverse("governance:charter", args=[code, int(number)]))
    return Shown(words, reverse("governance:charter-newest", args=[code]))
