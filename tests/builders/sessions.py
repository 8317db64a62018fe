"""Makes sessions with answers, through the same services that people use."""

from __future__ import annotations

from typing import Any

from accounts.models import Job, User
from accounts.services import jobs
from interviews.models import Answer, InterviewSession
from interviews.services import attempts, reading, sessions

#: Says everything that S1-01 asks for, in a domain that is not the question's example.
GOOD_PROBLEM = (
    "Tenants of our 2,400 flats wait 19 days for a heating repair (target 5 days) because two "
    "dispatchers sort 310 e-mails a week by hand; about 45 tenants a month complain to the "
    "ombudsman, and each complaint costs us EUR 280 and eleven staff hours."
)
VAGUE_PROBLEM = "We want to use AI to make our housing company more efficient and modern."


def make_session(owner: User, project_name: str = "Repair triage") -> InterviewSession:
    """A fresh session of the owner."""
    return sessions.start_session(project_name=project_name, by=owner)


def submit(session: InterviewSession, key: str, value: Any, *, scored: bool = True) -> Answer:
    """One attempt by the owner, scored at once unless told otherwise; returns the answer."""
    current = reading.read(session)
    attempt = attempts.submit_attempt(
        reading=current,
        question_key=key,
        value=value,
        by=session.owner,
        answer_version=current.by_key[key].version,
    )
    if scored:
        jobs.run_job(Job.objects.get(kind="score", subject_id=attempt.pk).pk)
    return Answer.objects.with_current().get(pk=attempt.answer_id)
