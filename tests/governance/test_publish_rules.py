"""One proposes rules, another publishes them; what was decided keeps its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import yaml
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from accounts.permissions import Role
from governance.models import BacktestChange, Decision, Review, RuleProposal, RulePublication
from governance.refusals import NotNow, NotYours, Unfit
from governance.rulepacks.reading import as_json
from governance.services import packs, publications
from tests.builders import cases
from tests.builders.decided import decide_all
from tests.builders.people import make_person
from tests.governance.engine_facts import calm_facts

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
Work = Callable[[], int]
WHY = "The board wants to see more cases from next month on."
DECEMBER = date(2026, 12, 2)


@pytest.fixture
def adam(db: None) -> User:
    return make_person("adam", role=Role.ADMIN)


def stricter(by: User, **levels: Any) -> RuleProposal:
    wanted = packs.file_thresholds() | {"committee": 3, "revise": 2, "monitor": 1} | levels
    return publications.propose_thresholds(thresholds=wanted, reason=WHY, by=by)


def published(ada: User, adam: User, work: Work, **levels: Any) -> RulePublication:
    proposal = stricter(ada, **levels)
    work()
    return publications.publish_rules(proposal=proposal, by=adam)


def page_of(proposal: RuleProposal, deed: str = "proposal") -> str:
    return reverse(f"governance:rule-{deed}", args=[proposal.code])


def in_december(by: User) -> RuleProposal:
    text = yaml.safe_dump(as_json(packs.in_force().packs["eu-ai-act"]))
    return publications.propose_pack(text=text, reason=WHY, on=DECEMBER, by=by)


# --- Proposing and testing ------------------------------------------------------------------------


def test_a_proposal_shows_what_would_change_before_anything_holds(
    ada: User, alice: User, client_of: ClientOf, work: Work
) -> None:
    levels = ((1, 1, 1, 1, 1), (1, 1, 1, 1, 3))
    facts = [calm_facts(one, config=packs.file_thresholds()) for one in levels]
    decide_all(facts, by=alice, name="Repair triage")
    address = reverse("governance:rule-thresholds")
    sent = packs.file_thresholds() | {"committee": 3, "revise": 2, "monitor": 1, "reason": WHY}
    answer = client_of(ada).post(address, sent)
    proposal = RuleProposal.objects.get()
    assert answer.url == page_of(proposal)
    assert "Check again" in client_of(ada).get(answer.url).content.decode()
    work()
    page = client_of(ada).get(answer.url).content.decode()
    assert "2 of 2 decisions change" in page
    assert "Repair triage" in page
    assert packs.in_force().thresholds == packs.file_thresholds()


def test_levels_out_of_order_are_refused_and_nothing_typed_is_lost(
    ada: User, client_of: ClientOf
) -> None:
    sent = packs.file_thresholds() | {"committee": 2, "reason": WHY}
    answer = client_of(ada).post(reverse("governance:rule-thresholds"), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "must be below" in page
    assert WHY in page
    assert not RuleProposal.objects.exists()


def test_a_pack_with_a_fault_is_refused_by_its_place(ada: User, client_of: ClientOf) -> None:
    content = as_json(packs.in_force().packs["iso-42001"])
    content["requirements"][0]["citation"] = ""
    sent = {"pack": yaml.safe_dump(content), "reason": WHY}
    answer = client_of(ada).post(reverse("governance:rule-pack"), sent)
    assert answer.status_code == 422
    assert "requirements.0.citation" in answer.content.decode()


def test_rules_in_force_are_not_proposed_again(ada: User) -> None:
    with pytest.raises(Unfit, match="in force already"):
        publications.propose_thresholds(thresholds=packs.file_thresholds(), reason=WHY, by=ada)
    text = yaml.safe_dump(as_json(packs.in_force().packs["iso-42001"]))
    with pytest.raises(Unfit, match="in force already"):
        publications.propose_pack(text=text, reason=WHY, by=ada)


def test_of_the_same_rules_one_proposal_is_open(ada: User, adam: User) -> None:
    first = stricter(ada)
    with pytest.raises(NotNow, match="Another proposal"):
        stricter(adam)
    publications.withdraw_proposal(proposal=first, by=adam)
    assert stricter(adam).is_open


def test_a_second_run_replaces_the_first(ada: User, alice: User, work: Work) -> None:
    decide_all([calm_facts(config=packs.file_thresholds())], by=alice)
    proposal = stricter(ada)
    work()
    publications.run_again(proposal=proposal, by=ada)
    proposal.refresh_from_db()
    assert not proposal.is_tested
    work()
    proposal.refresh_from_db()
    assert proposal.is_tested
    assert list(BacktestChange.objects.values_list("run", flat=True)) == [2]


# --- Publishing -----------------------------------------------------------------------------------


def test_nobody_publishes_an_own_proposal(ada: User, client_of: ClientOf, work: Work) -> None:
    proposal = stricter(ada)
    work()
    with pytest.raises(NotYours):
        publications.publish_rules(proposal=proposal, by=ada)
    assert client_of(ada).post(page_of(proposal, "publish")).status_code == 403
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleProposal.objects.filter(pk=proposal.pk).update(
            end="published", closed_at=proposal.proposed_at, closed_by=ada
        )


def test_what_was_not_tested_is_not_published(ada: User, adam: User, client_of: ClientOf) -> None:
    proposal = stricter(ada)
    assert client_of(adam).post(page_of(proposal, "publish")).status_code == 409
    assert packs.in_force().thresholds == packs.file_thresholds()


def test_a_test_against_other_rules_does_not_count(ada: User, adam: User, work: Work) -> None:
    levels = stricter(ada)
    pack = in_december(ada)
    work()
    publications.publish_rules(proposal=pack, by=adam)
    # The very same pack was published, so the levels were tested against what still holds.
    publications.publish_rules(proposal=levels, by=adam)
    other = stricter(ada, breadth_count=1)
    work()
    content = as_json(packs.in_force().packs["iso-42001"]) | {"version": "2"}
    changed = publications.propose_pack(text=yaml.safe_dump(content), reason=WHY, by=ada)
    work()
    publications.publish_rules(proposal=changed, by=adam)
    with pytest.raises(NotNow, match="Run the back-test again"):
        publications.publish_rules(proposal=other, by=adam)


def test_published_levels_hold_for_new_decisions_and_old_ones_keep_theirs(
    ada: User, adam: User, alice: User, bob: User, work: Work
) -> None:
    old = cases.decided(alice, "revise")
    published(ada, adam, work)
    new = cases.submit(cases.finished_session(bob, "revise"))
    old.refresh_from_db()
    assert (old.value, new.value) == ("revise", "submit_to_committee")
    assert packs.rules_of(old).thresholds == packs.file_thresholds()
    assert packs.rules_of(new).thresholds["committee"] == 3
    assert old.rule_set_id != new.rule_set_id
    assert packs.rules_of(new).content_hash == packs.in_force().content_hash


def test_publishing_is_a_deed_with_its_figures(ada: User, adam: User, work: Work) -> None:
    made = published(ada, adam, work)
    deed = AuditEvent.objects.get(type="rules.published")
    assert deed.detail["content_hash"] == made.content_hash
    assert deed.detail["changed"] == 0
    assert WHY not in str(deed.detail)


def test_a_published_proposal_is_closed(ada: User, adam: User, work: Work) -> None:
    made = published(ada, adam, work)
    with pytest.raises(NotNow, match="already"):
        publications.withdraw_proposal(proposal=made.proposal, by=ada)
    with pytest.raises(NotNow, match="already"):
        publications.publish_rules(proposal=made.proposal, by=adam)


# --- Re-reviews -----------------------------------------------------------------------------------


def test_cleared_cases_whose_decision_changes_are_reviewed_again(
    ada: User, adam: User, alice: User, rita: User, work: Work
) -> None:
    cases.council(rita)
    free = cases.decided(alice, "proceed", cases.harmless_values())
    waiting = cases.decided(alice, "submit_to_committee")
    before = cases.open_review_of(waiting.revision.charter)
    published(ada, adam, work, revise=2, monitor=1)
    work()
    opened = cases.open_review_of(free.revision.charter)
    assert opened.cause == Review.Cause.RULES_CHANGED
    assert opened.cause_reference == "thresholds 1"
    assert opened.lane == Review.Lane.ONE_REVIEWER
    assert cases.open_review_of(waiting.revision.charter) == before
    assert Decision.objects.count() == 2


def test_a_new_prohibition_opens_what_was_never_asked_about_it(
    ada: User, adam: User, alice: User, rita: User, work: Work
) -> None:
    council = cases.council(rita)
    free = cases.decided(alice, "proceed", cases.harmless_values())
    proposal = in_december(ada)
    work()
    proposal.refresh_from_db()
    assert proposal.summary["moves"] == [
        {"before": "PROCEED", "after": "SUBMIT_TO_COMMITTEE", "count": 1}
    ]
    publications.publish_rules(proposal=proposal, by=adam)
    work()
    opened = cases.open_review_of(free.revision.charter)
    assert (opened.lane, opened.committee) == (Review.Lane.COMMITTEE, council)


def test_the_same_job_twice_opens_one_review(
    ada: User, adam: User, alice: User, work: Work
) -> None:
    free = cases.decided(alice, "proceed", cases.harmless_values())
    made = published(ada, adam, work)
    work()
    publications.jobs.enqueue(kind=publications.KIND, subject_id=made.pk, unique_key="once more")
    work()
    assert Review.objects.filter(charter=free.revision.charter).count() == 1


# --- Who sees the rules ---------------------------------------------------------------------------


def test_only_administrators_see_the_rules(
    alice: User, rita: User, olga: User, ada: User, client_of: ClientOf
) -> None:
    for address in ("rules", "rule-thresholds", "rule-pack"):
        for person in (alice, rita, olga):
            assert client_of(person).get(reverse(f"governance:{address}")).status_code == 403
        assert client_of(ada).get(reverse(f"governance:{address}")).status_code == 200


def test_the_file_of_a_pack_can_be_proposed_as_it_is(ada: User, client_of: ClientOf) -> None:
    answer = client_of(ada).get(reverse("governance:rule-pack-file", args=["eu-ai-act"]))
    text = answer.content.decode()
    assert publications.read_proposed_pack(text) == packs.in_force().packs["eu-ai-act"]
    missing = reverse("governance:rule-pack-file", args=["nothing"])
    assert client_of(ada).get(missing).status_code == 404


def test_a_case_that_one_does_not_see_is_not_named(
    ada: User, alice: User, client_of: ClientOf, work: Work
) -> None:
    decide_all([calm_facts(config=packs.file_thresholds())], by=alice, name="Repair triage")
    proposal = stricter(ada)
    work()
    assert "Repair triage" in client_of(ada).get(page_of(proposal)).content.decode()
