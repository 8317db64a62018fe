"""The world in which the matrix of routes is asked: real objects behind every address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http.cookies import SimpleCookie
from types import SimpleNamespace

from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.test import Client

from accounts.models import Job, User, WebhookAttempt
from accounts.permissions import Permission, Role
from accounts.policies import permissions_of
from accounts.services import (
    form_codes,
    jobs,
    keys,
    members,
    service_accounts,
    setting_changes,
    tokens,
)
from charters.models import Charter
from governance.services import decisions
from interviews.models import Circuit, Escalation, Finding, InterviewSession
from interviews.services import coaching, colleagues, drafts, prefill, sharing, stages
from interviews.services.reading import read
from tests.builders import files
from tests.builders.answers import consistent_values
from tests.builders.entrance import give_app
from tests.builders.people import make_person
from tests.builders.sessions import VAGUE_PROBLEM
from tests.builders.settled import settled_session
from tests.builders.webhooks import add, tell

QUESTION = "S1-01"
SETTING = "conversation.rate_limiting.burst_size"
_ADMIN_PAGE = re.compile(r"admin:(?:admin/)?([a-z]+)[_/]([a-z]+)")


@dataclass(frozen=True)
class World:
    """What stands in the addresses of the two interviews, and what each of the cast asks with."""

    #: Parameters of addresses at the interview under way, and at the one with a charter.
    begun: dict[str, str]
    released: dict[str, str]
    #: Cookies and headers.
    callers: dict[str, Caller]


@dataclass(frozen=True)
class Caller:
    """Who asks: a browser's cookie, a key in its header, or neither."""

    cookies: str = ""
    key: str = ""

    def client(self) -> Client:
        """Fresh each time: what one answer did to the cookies is not there for the next."""
        made = Client(headers={"X-API-Key": self.key} if self.key else {})
        made.raise_request_exception = False
        made.cookies = SimpleCookie(self.cookies)
        return made


def build() -> World:
    """Alice's two projects, and everybody who may come to see them."""
    who = _people()
    charter = _finished(who.alice)
    decisions.submit_charter(reading=read(charter), by=who.alice)
    begun = _furnished(_finished(who.alice), who)
    released = _furnished(charter, who)
    elsewhere = _of_the_site(who) | _of_the_charter(charter)
    _rows_of_the_admin(who, charter)
    callers = _callers(who)
    members.deactivate_member(user=who.gone, by=who.sue)
    return World(elsewhere | begun, elsewhere | released, callers)


def _people() -> SimpleNamespace:
    ada = make_person("ada", role=Role.ADMIN)
    robot = service_accounts.make_service_account(
        name="A program", owner=ada, by=ada, role=Role.ADMIN
    )
    return SimpleNamespace(
        alice=make_person("alice"),
        carl=make_person("carl"),
        edith=make_person("edith"),
        mallory=make_person("mallory"),
        rita=make_person("rita", role=Role.REVIEWER),
        ada=ada,
        sue=make_person("sue", role=Role.SUPERADMIN),
        olga=make_person("olga", is_operator=True),
        gone=make_person("gone", role=Role.ADMIN),
        robot=robot,
    )


def _finished(owner: User) -> InterviewSession:
    """Ready for its charter, with one contradiction that stands."""
    looks_far_ahead = consistent_values()["S1-08"] | {"horizon": {"value": 20, "unit": "week"}}
    session = settled_session(owner, {"S1-08": looks_far_ahead})
    for number in (1, 2, 3, 4, 5):
        stages.close_stage(reading=read(session), stage_number=number, by=owner)
    return session


# --- What stands in addresses ---------------------------------------------------------------------


def _furnished(session: InterviewSession, who: SimpleNamespace) -> dict[str, str]:
    """Colleagues, a draft, a file, a coaching, a request and a finding of one session."""
    for person, level in ((who.carl, "comment"), (who.edith, "edit"), (who.gone, "edit")):
        sharing.share_session(session=session, email=person.email, level=level, by=who.alice)
    answer = session.answers.get(question_key=QUESTION)
    drafts.save_draft(
        answer=answer,
        value=VAGUE_PROBLEM,
        draft_version=0,
        answer_version=answer.version,
        by=who.alice,
    )
    coached = coaching.ask_coaching(
        reading=read(session), question_key=QUESTION, value=VAGUE_PROBLEM, by=who.alice
    )
    asked = colleagues.ask_colleague(
        session=session, question_key="S1-02", email="cleo@example.net", note="", by=who.alice
    )
    return {
        "code": str(session.code),
        "session_code": str(session.code),
        "candidate": _candidate(session),
        "coaching": str(coached.code),
        "asked": str(asked.code),
        "interviews:colleague-reply.token": colleagues.token_of(asked),
        "interviews:unshare.number": str(session.collaborators.get(user=who.carl).pk),
        "person": str(who.carl.code),
        "rule_id": session.findings.get(state=Finding.State.OPEN).rule_id,
    }


def _candidate(session: InterviewSession) -> str:
    """A passage that was found in a file."""
    proposal = prefill.upload_proposal(
        session=session, name="idea.md", content=files.PROPOSAL.encode(), by=session.owner
    )
    jobs.run_job(Job.objects.get(kind=prefill.KIND, subject_id=proposal.pk).pk)
    return str(proposal.candidates.all()[0].code)


def _of_the_charter(session: InterviewSession) -> dict[str, str]:
    code = str(Charter.objects.get(session=session).code)
    of_programs = ("charter", "charter-download", "revisions", "revision", "revision-decision")
    return {
        "charter_code": code,
        "question_key": QUESTION,
        "file_format": "json",
        **{f"api:{name}.code": code for name in of_programs},
    }


def _of_the_site(who: SimpleNamespace) -> dict[str, str]:
    """Objects that belong to no interview."""
    invitation = members.invite_member(email="ines@example.net", role=Role.USER, by=who.ada)
    key = keys.issue_key(
        user=who.alice, name="Her own", scopes=[Permission.SESSION_VIEW], by=who.alice
    ).key
    hook = add("https://hooks.example.org/uaip", by=who.ada).endpoint
    delivery = tell()
    WebhookAttempt.objects.create(delivery=delivery, status_code=500)
    setting_changes.change_setting(key=SETTING, value=20, version=0, by=who.ada)
    carl, robot = str(who.carl.code), str(who.robot.code)
    return {
        "number": "1",
        "once": form_codes.new_code(),
        "key": QUESTION,
        "kind": "problem_statement",
        "prefix": key.prefix,
        "delivery": str(delivery.code),
        "webhooks:.code": str(hook.code),
        "people:.code": carl,
        "operations:erase.code": carl,
        "people:invitation-accept.token": members.token_of(invitation),
        "people:invitation-handle.code": str(invitation.code),
        "keys:hand-over.code": robot,
        "operations:setting.key": SETTING,
        "operations:setting-undo.key": SETTING,
        "api:setting.key": SETTING,
        **{
            f"api:user{deed}.code": carl for deed in ("", "-deactivate", "-reactivate", "-sign-out")
        },
        **{
            f"api:invitation{deed}.code": str(invitation.code)
            for deed in ("", "-resend", "-withdraw")
        },
        **{f"api:service-account{deed}.code": robot for deed in ("", "-hand-over")},
        **{f"api:{name}.code": str(hook.code) for name in HOOK_ROUTES},
    }


HOOK_ROUTES = (
    "webhook",
    "webhook-secret",
    "webhook-secret-drop",
    "webhook-test",
    "webhook-deliveries",
    "webhook-delivery",
    "webhook-delivery-send",
)


def _rows_of_the_admin(who: SimpleNamespace, session: InterviewSession) -> None:
    """At least one row of every table that the back office shows."""
    give_app(who.alice)
    RecoveryCodes.activate(who.alice)
    Circuit.objects.create(provider="openai", model="a-model")
    EmailAddress.objects.get_or_create(user=who.alice, email=who.alice.email)
    SocialAccount.objects.create(user=who.alice, provider="saml", uid="alice")
    UserSession.objects.create(
        user=who.alice, session_key="none", ip="192.0.2.1", user_agent="A browser"
    )
    tokens.start_family(user=who.alice)
    Escalation.objects.create(
        answer=session.answers.get(question_key=QUESTION),
        round=7,
        reason=Escalation.Reason.NOT_ASSESSED,
    )


def admin_row(route: str) -> str:
    """The key of a real row for a page of the back office; people: Carl."""
    found = _ADMIN_PAGE.match(route)
    models = {one._meta.label_lower: one for one in admin.site._registry}
    model = models.get(".".join(found.groups())) if found else None
    if model is None:
        return "one"
    if model is User:
        return str(User.objects.get(email="carl@example.org").pk)
    return str(model.objects.order_by("pk").values_list("pk", flat=True)[0])


# --- Who asks -------------------------------------------------------------------------------------


def _callers(who: SimpleNamespace) -> dict[str, Caller]:
    """The columns of the tables."""
    robots = keys.issue_key(
        user=who.robot, name="All of it", scopes=permissions_of(who.robot), by=who.ada
    )
    narrow = keys.issue_key(
        user=who.alice, name="Only reading", scopes=[Permission.SESSION_VIEW], by=who.alice
    )
    return {
        "anonymous": Caller(),
        "stranger": _signed_in(who.mallory),
        "commenter": _signed_in(who.carl),
        "editor": _signed_in(who.edith),
        "owner": _signed_in(who.alice),
        "reviewer": _signed_in(who.rita),
        "admin": _signed_in(who.ada),
        "superadmin": _signed_in(who.sue),
        "operator": _signed_in(who.olga),
        "deactivated": _signed_in(who.gone),
        "robot": Caller(key=robots.secret),
        "narrow": Caller(key=narrow.secret),
    }


def _signed_in(person: User) -> Caller:
    browser = Client()
    browser.force_login(person)
    return Caller(cookies=browser.cookies.output(header="", sep=";"))
