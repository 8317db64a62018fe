"""Fills an empty installation with the shipped samples, so that a newcomer has something to see."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils import timezone

import interviews
from accounts.models import User
from accounts.permissions import Role
from interviews.models import InterviewSession
from interviews.protocol import catalogue
from interviews.services import sessions
from interviews.services.privacy import allow_model, is_model_asked
from uaip_project.operations import demo_review
from uaip_project.operations.conduct import answer_from_file, conduct
from uaip_project.operations.jsonfile import UnusableRunFile
from uaip_project.operations.runfile import RunFile, read_run_file

SAMPLES = Path(interviews.__file__).parent / "samples"
EMAIL = "demo@example.org"
REVIEWER_EMAIL = "reviewer@example.org"
PASSWORD = "show me a charter"  # noqa: S105


class SamplesDoNotFit(Exception):
    """The samples answer other questions than the installed ones."""

    def __init__(self, version: str) -> None:
        super().__init__(
            f"The demonstration was not added: its samples answer the shipped question set "
            f"{catalogue.PROTOCOL_VERSION}, and other questions ({version}) are installed."
        )


def demo_people() -> tuple[User, User]:
    """The requester and the reviewer of the demonstration; made once."""
    requester = User.objects.filter(email=EMAIL).first() or User.objects.create_user(
        EMAIL, PASSWORD, name="Demo Requester"
    )
    reviewer = User.objects.filter(email=REVIEWER_EMAIL).first() or User.objects.create_user(
        REVIEWER_EMAIL, PASSWORD, name="Demo Reviewer", role=Role.REVIEWER
    )
    return requester, reviewer


def catalog() -> list[dict[str, Any]]:
    """The shipped samples: file, title, source, expected decision."""
    found: list[dict[str, Any]] = json.loads((SAMPLES / "index.json").read_text(encoding="utf-8"))
    return found


def read_sample(entry: dict[str, Any]) -> RunFile:
    """One sample as a cleaned run file."""
    raw = json.loads((SAMPLES / entry["file"]).read_text(encoding="utf-8"))
    protocol = catalogue.default_protocol()
    return read_run_file(raw, protocol=protocol, today=timezone.localdate())


def _nothing(words: str) -> None:
    """For who waits for no line."""


def seed(say: Callable[[str], None] = _nothing) -> bool:
    """One finished charter, one that waits for a ruling and one interview half-way.

    False when they are there. ``say`` is told before each step.
    Raises SamplesDoNotFit when another question set is installed; the people are made then too.
    """
    requester, reviewer = demo_people()
    if InterviewSession.objects.filter(owner=requester).exists():
        return False
    finished, waiting, _, halfway = catalog()
    runs = [(_fitting(entry), entry["source"]) for entry in (finished, waiting)]
    half = _fitting(halfway)
    colleague = demo_review.seat_reviewers(chair=reviewer, password=PASSWORD)
    for run, source in runs:
        say(f"The demonstration “{run.project_name}” is answered, scored and decided.")
        # The samples cost no money: a model is only asked about what people answer.
        conduct(run, by=requester, source_note=source, is_kept_from_model=is_model_asked())
    demo_review.leave_waiting(colleague=colleague)
    say(f"The demonstration “{half.project_name}” is answered half-way.")
    _half(half, halfway["source"], requester)
    return True


def _fitting(entry: dict[str, Any]) -> RunFile:
    """A sample that answers the questions of the installed set. Raises SamplesDoNotFit."""
    protocol = catalogue.default_protocol()
    if protocol.version != catalogue.PROTOCOL_VERSION:
        raise SamplesDoNotFit(protocol.version)
    try:
        return read_sample(entry)
    except UnusableRunFile:
        raise SamplesDoNotFit(protocol.version) from None


def _half(run: RunFile, source: str, by: User) -> InterviewSession:
    session = sessions.start_session(
        project_name=run.project_name,
        by=by,
        as_of_date=run.as_of,
        provenance=run.provenance,
        source_note=source,
        is_kept_from_model=is_model_asked(),
    )
    keys = [one.key for one in catalogue.default_protocol().questions if one.stage_number <= 2]
    answer_from_file(session, run, by=by, keys=tuple(keys))
    allow_model(session, by=by)
    return session
