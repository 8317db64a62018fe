"""What tests of the terminal interview share: typing lines and looking at what came of them."""

from __future__ import annotations

from interviews.models import Answer, InterviewSession
from tests.operations.command import Outcome, uaip


def typed(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


def start(*lines: str) -> Outcome:
    return uaip("start", "--project-name", "Repair triage", typed=typed(*lines))


def resume(session: InterviewSession, *lines: str, question: str = "") -> Outcome:
    where = ("--question", question) if question else ()
    return uaip("resume", session.code.hex[:8], *where, typed=typed(*lines))


def only_session() -> InterviewSession:
    return InterviewSession.objects.get()


def answer(key: str) -> Answer:
    return Answer.objects.with_current().get(question_key=key)
