"""Two people's work, and what must never cross from one to the other."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

from django.contrib.auth.hashers import make_password

from accounts.models import Job, User
from accounts.permissions import PEOPLE_ONLY, Role
from accounts.policies import permissions_of
from accounts.services import jobs, keys, members, promotions, service_accounts
from charters.models import Charter
from governance.services import decisions
from interviews.models import InterviewSession
from interviews.services import coaching, colleagues, disputes, drafts, prefill, sharing, stages
from interviews.services.reading import read
from tests.builders import files
from tests.builders.people import make_person
from tests.builders.portfolio import uploaded
from tests.builders.sessions import VAGUE_PROBLEM
from tests.builders.settled import settled_session
from tests.builders.webhooks import add, tell

#: Stands in everything that is Vera's alone; nobody else may ever read it.
MARK = "zq7f3vera"
QUESTION = "S1-01"
SETTING = "conversation.rate_limiting.burst_size"


@dataclass(frozen=True)
class World:
    """API keys by who holds them, and what can stand in addresses: one's own, and Vera's."""

    keys: dict[str, str]
    own: dict[str, str]
    others: dict[str, str]


def build() -> World:
    """Alice asks; Vera's projects, keys, files and words are none of her business."""
    alice, vera, bob = make_person("alice"), make_person("vera"), make_person("bob")
    ada = make_person("ada", role=Role.ADMIN)
    everywhere = {"key": QUESTION, "kind": "problem_statement", "number": "1"} | _of_the_site(ada)
    secrets = {
        "person": _key(alice, "Her own").secret,
        "administrator": _key(ada, "Her own").secret,
    }
    own = everywhere | _of(alice, bob, "Repair triage", VAGUE_PROBLEM)
    others = everywhere | _of(vera, bob, f"{MARK} project", f"{MARK} says what it is about.")
    # The schema's example of signing in names Ada and the usual password: nobody here has it.
    User.objects.update(password=make_password(None))
    return World(secrets, own, others)


def _key(person: User, name: str) -> keys.NewKey:
    return keys.issue_key(
        user=person, name=name, scopes=permissions_of(person) - PEOPLE_ONLY, by=person
    )


def _of_the_site(ada: User) -> dict[str, str]:
    """What belongs to administrators."""
    hook = add("https://hooks.example.org/uaip", by=ada, description=f"{MARK} list").endpoint
    invitation = members.invite_member(email=f"{MARK}@example.net", role=Role.USER, by=ada)
    chiefs = [make_person(name, role=Role.SUPERADMIN) for name in ("sue", "sam")]
    promotion = promotions.ask_promotion(user=ada, by=chiefs[0])
    robot = service_accounts.make_service_account(name=f"{MARK} program", owner=ada, by=ada)
    return {
        "webhooks": str(hook.code),
        "delivery": str(tell().code),
        "invitations": str(invitation.code),
        "promotions": str(promotion.code),
        "service-accounts": str(robot.code),
        "configuration": SETTING,
    }


def _of(person: User, colleague: User, name: str, words: str) -> dict[str, str]:
    """An interview with everything in it, another one with its charter, a key."""
    begun = settled_session(person)
    charter = settled_session(person)
    for session in (begun, charter):
        InterviewSession.objects.filter(pk=session.pk).update(project_name=name)
        session.refresh_from_db()
    for number in (1, 2, 3, 4, 5):
        stages.close_stage(reading=read(charter), stage_number=number, by=person)
    decisions.submit_charter(reading=read(charter), by=person)
    sharing.share_session(session=begun, email=colleague.email, level="edit", by=person)
    made = _words(begun, person, words)
    return {
        "sessions": str(begun.code),
        "charters": str(Charter.objects.get(session=charter).code),
        "users": str(person.code),
        "person": str(colleague.code),
        "prefix": _key(person, f"{name} key").key.prefix,
        "coaching": str(made.coaching.code),
        "asked": str(made.asked.code),
        "dispute": str(made.dispute.code),
        "candidate": str(made.candidate.code),
        "rule_id": "X-22",
        "inventory": str(begun.code),
        "imports": str(uploaded(person, f"Name\n{name} of another list\n").code),
        "figure": "risks",
    }


def _words(session: InterviewSession, person: User, words: str) -> SimpleNamespace:
    """Everything somebody writes that is not submitted yet."""
    answer = session.answers.get(question_key=QUESTION)
    drafts.save_draft(
        answer=answer, value=words, draft_version=0, answer_version=answer.version, by=person
    )
    made = coaching.ask_coaching(
        reading=read(session), question_key=QUESTION, value=words, by=person
    )
    asked = colleagues.ask_colleague(
        session=session, question_key="S1-02", email="cleo@example.net", note=words, by=person
    )
    dispute = disputes.raise_dispute(
        reading=read(session), question_key=QUESTION, reason=f"{words} It says so.", by=person
    )
    text = files.PROPOSAL.replace("Brookfield Water", words.split()[0])
    proposal = prefill.upload_proposal(
        session=session, name="idea.md", content=text.encode(), by=person
    )
    jobs.run_job(Job.objects.get(kind=prefill.KIND, subject_id=proposal.pk).pk)
    candidate = proposal.candidates.all()[0]
    return SimpleNamespace(coaching=made, asked=asked, dispute=dispute, candidate=candidate)
