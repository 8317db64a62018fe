"""The world in which the matrix of routes is asked: real objects behind every address."""

from __future__ import annotations

from dataclasses import dataclass
from http.cookies import SimpleCookie
from types import SimpleNamespace

import yaml
from django.test import Client
from django.utils import timezone

from accounts.models import Job, User, WebhookAttempt
from accounts.permissions import Permission, Role
from accounts.policies import permissions_of
from accounts.services import (
    form_codes,
    jobs,
    keys,
    members,
    promotions,
    service_accounts,
    setting_changes,
)
from charters.models import Charter
from governance.models import Commitment, Committee, Review, Ruling
from governance.rulepacks.reading import as_json
from governance.services import (
    backtest,
    committees,
    decisions,
    packs,
    publications,
    reviews,
    threads,
)
from governance.services import sharing as sharing_out
from interviews.models import Finding, InterviewSession, ScoreDispute
from interviews.services import coaching, colleagues, disputes, drafts, prefill, sharing, stages
from interviews.services.reading import read
from tests.builders import files
from tests.builders.answers import consistent_values
from tests.builders.exports import ask_for_pdf
from tests.builders.people import make_person
from tests.builders.sessions import VAGUE_PROBLEM
from tests.builders.settled import settled_session
from tests.builders.webhooks import add, tell
from tests.house.routes import admin_world
from tests.house.routes.incident_world import of_operations
from tests.house.routes.portfolio_world import of_the_portfolio

QUESTION = "S1-01"
SETTING = "conversation.rate_limiting.burst_size"


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
    elsewhere = _of_the_site(who) | _of_the_charter(charter) | _of_the_review(charter, who)
    elsewhere |= of_the_portfolio(who.alice)
    admin_world.furnish(who, charter)
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
        sam=make_person("sam", role=Role.SUPERADMIN),
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
        "dispute": str(_disputed(session).code),
        "interviews:colleague-reply.token": colleagues.token_of(asked),
        "interviews:unshare.number": str(session.collaborators.get(user=who.carl).pk),
        "person": str(who.carl.code),
        "rule_id": session.findings.get(state=Finding.State.OPEN).rule_id,
    }


def _disputed(session: InterviewSession) -> ScoreDispute:
    """A score that waits for a ruling."""
    why = "It overlooks the target, which stands in the second sentence."
    return disputes.raise_dispute(
        reading=read(session), question_key=QUESTION, reason=why, by=session.owner
    )


def _candidate(session: InterviewSession) -> str:
    """A passage that was found in a file."""
    proposal = prefill.upload_proposal(
        session=session, name="idea.md", content=files.PROPOSAL.encode(), by=session.owner
    )
    jobs.run_job(Job.objects.get(kind=prefill.KIND, subject_id=proposal.pk).pk)
    return str(proposal.candidates.all()[0].code)


def _of_the_charter(session: InterviewSession) -> dict[str, str]:
    charter = Charter.objects.get(session=session)
    code = str(charter.code)
    pdf = ask_for_pdf(charter)
    of_programs = (
        "charter",
        "charter-download",
        "revisions",
        "revision",
        "revision-decision",
        "revision-crosswalk",
        "charter-export",
        "decision-bundle",
        "charter-compare",
        "counterfactuals",
        "stability",
        "precedents",
        "charter-standing",
        "charter-reviews",
        "charter-retirement",
        "threads",
        "share-links",
        "share-link",
        "share-link-revoke",
    )
    return {
        "charter_code": code,
        "governance:rule-pack-file.key": "eu-ai-act",
        "question_key": QUESTION,
        "file_format": "json",
        "governance:shared-file.file_format": "html",
        **_shared(charter),
        "ending": "md",
        "export": str(pdf.code),
        "export_code": str(pdf.code),
        **{f"api:{name}.code": code for name in of_programs},
    }


def _shared(charter: Charter) -> dict[str, str]:
    """A link to its only revision."""
    made = sharing_out.share_revision(
        revision=charter.revisions.get(), profile="external", by=charter.session.owner
    )
    return {
        "link": str(made.link.code),
        "link_code": str(made.link.code),
        "governance:shared.token": made.secret,
        "governance:shared-file.token": made.secret,
    }


def _tested_proposal(by: User) -> str:
    """Rules that somebody else may publish."""
    pack = as_json(packs.in_force().packs["iso-42001"]) | {"version": "of the matrix"}
    made = publications.propose_pack(
        text=yaml.safe_dump(pack), reason="So that the matrix asks about it.", by=by
    )
    jobs.run_job(Job.objects.get(kind=backtest.KIND, subject_id=made.pk).pk)
    return str(made.code)


def _of_the_review(session: InterviewSession, who: SimpleNamespace) -> dict[str, str]:
    """A committee in which Rita takes the chair, its case on the charter, and what Carl asked."""
    charter = Charter.objects.get(session=session)
    board = committees.make_committee(name="Board", quorum=1, by=who.ada)
    spare = committees.make_committee(name="Spare", quorum=1, by=who.ada)
    committees.seat_person(committee=board, user=who.rita, is_chair=True, by=who.ada)
    review = reviews.open_review(
        revision=charter.revisions.get(), lane="committee", cause="requested", by=who.alice
    )
    thread = threads.open_thread(charter=charter, text="Who is told?", by=who.carl)
    promise = _promised(charter, board, who)
    return {
        "review_code": str(review.code),
        "thread_code": str(thread.code),
        "commitment_code": str(promise.code),
        "api:commitment.code": str(promise.code),
        "api:readings.code": str(promise.code),
        "api:commitments.code": str(charter.code),
        "api:incidents.code": str(charter.code),
        "comment_code": str(thread.comments.get().code),
        "committee_code": str(board.code),
        **{f"api:review{part}.code": str(review.code) for part in REVIEW_PARTS},
        **{f"api:thread{part}.code": str(thread.code) for part in ("", "-comments")},
        "api:comment.code": str(thread.comments.get().code),
        "api:committee.code": str(board.code),
        "api:seats.code": str(board.code),
        "api:seat.code": str(board.code),
        "api:seat.person": str(who.rita.code),
        "sue": str(who.sue.code),
        "governance:committee-close.committee_code": str(spare.code),
        "governance:seat-end.person": str(who.rita.code),
        "governance:seat-chair.person": str(who.rita.code),
    }


def _promised(charter: Charter, board: Committee, who: SimpleNamespace) -> Commitment:
    """A promise of an earlier ruling."""
    day = timezone.localdate()
    earlier = Review.objects.create(
        charter=charter,
        revision=charter.revisions.get(),
        lane="committee",
        committee=board,
        due_date=day,
        closed_at=timezone.now(),
        closed_by=who.rita,
        end="withdrawn",
    )
    said = {"outcome": "send_back", "reason": "It is not tested.", "computed": "revise"}
    ruling = Ruling.objects.create(review=earlier, ruled_by=who.rita, **said)
    return Commitment.objects.create(
        charter=charter,
        ruling=ruling,
        key="condition:1",
        kind="condition",
        text="Test it.",
        owner="Bob",
        comparator="done",
        due_date=day,
        quiet_since=day,
    )


def _of_the_site(who: SimpleNamespace) -> dict[str, str]:
    """Objects that belong to no interview."""
    invitation = members.invite_member(email="ines@example.net", role=Role.USER, by=who.ada)
    promotion = promotions.ask_promotion(user=who.edith, by=who.sam)
    key = keys.issue_key(
        user=who.alice, name="Her own", scopes=[Permission.SESSION_VIEW], by=who.alice
    ).key
    hook = add("https://hooks.example.org/uaip", by=who.ada).endpoint
    delivery = tell()
    WebhookAttempt.objects.create(delivery=delivery, status_code=500)
    setting_changes.change_setting(key=SETTING, value=20, version=0, by=who.ada)
    carl, robot = str(who.carl.code), str(who.robot.code)
    proposal = _tested_proposal(who.ada)
    return {
        **of_operations(who),
        "proposal_code": proposal,
        **{f"api:rule-{deed}.code": proposal for deed in RULE_DEEDS},
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
        **{
            f"api:promotion{deed}.code": str(promotion.code) for deed in ("", "-confirm", "-refuse")
        },
        **{f"api:service-account{deed}.code": robot for deed in ("", "-hand-over")},
        **{f"api:{name}.code": str(hook.code) for name in HOOK_ROUTES},
    }


RULE_DEEDS = ("proposal", "publish", "backtest", "withdraw")
REVIEW_PARTS = ("", "-votes", "-ruling", "-changes", "-withdraw")
HOOK_ROUTES = (
    "webhook",
    "webhook-secret",
    "webhook-secret-drop",
    "webhook-test",
    "webhook-deliveries",
    "webhook-delivery",
    "webhook-delivery-send",
)


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
