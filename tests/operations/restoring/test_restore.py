"""What people find after everything was brought back from a backup."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import ApiKey, AuditEvent, Job, User
from accounts.services import audit_anchors, audit_check, jobs, keys, members
from governance.services import sharing
from interviews.models import Answer, InterviewSession, LegalHold
from interviews.services import archiving, privacy
from tests.builders import cases
from tests.builders.people import PASSWORD, make_person
from tests.builders.sessions import GOOD_PROBLEM, make_session, submit
from tests.operations.command import Outcome, run
from tests.operations.restoring.site import Site
from uaip_project.operations import maintenance_mode
from uaip_project.operations.incidents import containing
from uaip_project.operations.models import OpsRun
from uaip_project.operations.reports import periods
from uaip_project.operations.restoring import aftermath, old_copies
from uaip_project.operations.sight import upkeep
from uaip_project.operations.sight.probe import State


@dataclass
class Story:
    """What was, what came later, and how the restore went."""

    said: Outcome
    path: Path
    before: dict[str, str]
    revoked: str
    replaced: str
    good: str
    shut: str
    link: str
    browser: Client
    token: str
    running: int
    invitation: int


@pytest.fixture(scope="module")
def story(site: Site) -> Iterator[Story]:
    """Alice's project is backed up; then much happens; then the backup comes back."""
    alice, mallory = make_person("alice"), make_person("mallory")
    then = make_session(alice, "Then")
    submit(then, "S1-01", GOOD_PROBLEM)
    carla = make_person("carla", role="admin", is_operator=True)
    old_key, spare_key, good_key, shut_key = (
        keys.issue_key(user=alice, name=name, scopes=["session.view"], by=alice)
        for name in ("Old", "Spare", "Good", "Shut")
    )
    job = jobs.enqueue(kind="inventory", subject_id=0, unique_key="then")
    Job.objects.claim(job.pk, lease=jobs.LONGEST_WAIT)
    root = make_person("root", role="superadmin")
    invited = members.invite_member(email="new@example.org", role="user", by=root)
    revision = cases.decided(make_person("bert")).revision
    link = sharing.share_revision(revision=revision, profile="external", by=root)
    audit_anchors.write_anchor()
    path = site.backup()

    keys.revoke_key(key=old_key.key, by=alice)
    keys.rotate_key(key=spare_key.key, overlap_days=1, by=alice)
    members.change_role(user=carla, role="reviewer", is_operator=False, by=root)
    sharing.revoke_link(link=link.link, by=root)
    archiving.place_hold(session=revision.charter.session, reason="A claim.", by=root)
    privacy.keep_from_model(revision.charter.session, by=root)
    privacy.keep_from_model(then.answers.get(question_key="S1-01"), by=alice)
    for kind, target in (("key", shut_key.key.prefix), ("all-writes", "")):
        containing.place_containment(kind=kind, target=target, reason="Odd", by=root)
    members.deactivate_member(user=mallory, by=root)
    make_session(alice, "Later")
    audit_anchors.write_anchor()
    browser = Client()
    assert browser.login(username="alice@example.org", password=PASSWORD)
    token = _token()
    yield Story(
        before=site.tables(),
        said=run("restore", str(path)),
        path=path,
        revoked=old_key.secret,
        replaced=spare_key.key.prefix,
        good=good_key.secret,
        shut=shut_key.secret,
        link=link.secret,
        browser=browser,
        token=token,
        running=job.pk,
        invitation=Job.objects.get(kind="invitation", subject_id=invited.pk).pk,
    )


def _token() -> str:
    sent = {"email": "alice@example.org", "password": PASSWORD}
    reply = Client().post("/auth/login", sent, "application/json")
    token: str = reply.json()["access_token"]
    assert _status(Authorization=f"Bearer {token}") == 200
    return token


def _status(**headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Client(headers=named).get("/api/v1/sessions").status_code


def test_an_operator_finds_what_was_there_then(story: Story) -> None:
    assert (story.said.code, story.said.err) == (0, "")
    alices = InterviewSession.objects.filter(owner__email="alice@example.org")
    assert [one.project_name for one in alices] == ["Then"]
    answer = alices.get().answers.with_current().get(question_key="S1-01")
    assert answer.value == GOOD_PROBLEM


def test_the_operator_is_told_what_came_after_the_backup(story: Story) -> None:
    for words in (
        "1 API keys revoked later and revoked again",
        "1 people disabled later and disabled again: mallory@example.org",
        "1 sessions begun later, which are gone",
    ):
        assert words in story.said.out


def test_the_operator_is_told_who_may_do_more_again_and_what_mends_it(story: Story) -> None:
    mend = "create_user --existing --email carla@example.org --role reviewer"
    assert "! 2 people may do more than before the restore" in story.said.out
    assert f"carla@example.org is Admin again and was Reviewer: `{mend}`" in story.said.out
    assert "carla@example.org is an operator again" in story.said.out
    assert User.objects.get(email="carla@example.org").role == "admin"


def test_a_key_that_was_replaced_ends_when_it_was_told_to(story: Story) -> None:
    key = ApiKey.objects.get(prefix=story.replaced)
    assert key.expires_at < timezone.now() + timedelta(days=1)
    assert "1 API keys that were given an earlier end and have it again" in story.said.out


def test_the_database_of_before_is_kept_as_it_was(story: Story, site: Site) -> None:
    (old,) = site.beside()
    name = str(site.folder / f"{old}.sqlite3") if site.is_file else old
    assert Site(name, site.folder).tables() == story.before


def test_the_record_of_deeds_is_whole_and_knows_both_heads(story: Story) -> None:
    report = audit_check.verify()
    assert report.is_whole, report.fault
    deed = AuditEvent.objects.get(type=aftermath.RESTORED).detail
    assert deed["head_of_archive"]["sequence"] < deed["head_before"]["sequence"]
    assert deed["head_of_archive"]["hash"] != deed["head_before"]["hash"]


def test_a_key_revoked_after_the_backup_opens_nothing(story: Story) -> None:
    assert _status(X_API_Key=story.revoked) == 401


def test_a_link_revoked_after_the_backup_leads_nowhere(story: Story) -> None:
    assert Client().get(f"/shared/{story.link}/").status_code == 410


def test_what_was_shut_off_after_the_backup_stays_shut_until_it_is_let_go(story: Story) -> None:
    assert _status(X_API_Key=story.shut) == 401
    assert maintenance_mode.read().is_closed(timezone.now())
    for target in (["key", str(ApiKey.objects.get(name="Shut").prefix)], ["all-writes"]):
        assert run("incident", "release", *target).code == 0
    assert _status(X_API_Key=story.shut) == 200
    assert not maintenance_mode.read().is_closed(timezone.now())


def test_what_was_held_for_a_court_after_the_backup_is_held_again(story: Story) -> None:
    hold = LegalHold.objects.get()
    assert (hold.reason, hold.placed_by.email) == ("A claim.", "root@example.org")
    assert f"1 interviews held later and held again: {hold.session.code}" in story.said.out


def test_what_was_kept_from_models_after_the_backup_is_kept_again(story: Story) -> None:
    (whole,) = InterviewSession.objects.filter(is_kept_from_model=True)
    (item,) = Answer.objects.filter(is_kept_from_model=True)
    assert (whole.owner.email, item.session.project_name) == ("bert@example.org", "Then")
    words = "2 interviews and items kept from language models later and kept again: "
    assert f"{words}{whole.code}, {item.session.code} {item.question_key}." in story.said.out


def test_a_key_that_nobody_revoked_works_on(story: Story) -> None:
    assert _status(X_API_Key=story.good) == 200


def test_somebody_disabled_after_the_backup_stays_out(story: Story) -> None:
    assert not User.objects.get(email="mallory@example.org").is_active


def test_whoever_was_signed_in_has_to_sign_in_again(story: Story) -> None:
    assert story.browser.get("/").status_code == 302
    assert Client().login(username="alice@example.org", password=PASSWORD)


def test_a_token_of_before_is_refused(story: Story) -> None:
    assert _status(Authorization=f"Bearer {story.token}") == 401


def test_what_was_being_done_then_is_done_again(story: Story) -> None:
    assert jobs.run_job(story.running) is not None


def test_the_run_is_noted_with_its_figures(story: Story) -> None:
    row = OpsRun.objects.get(kind="restore")
    assert (row.status, row.result["archive"]) == (OpsRun.Status.OK, story.path.name)
    assert {"loaded", "compared", "brought up to date"} <= row.result["seconds"].keys()


def test_no_mail_goes_out_before_an_operator_says_so(story: Story) -> None:
    assert jobs.run_job(story.invitation) is None
    assert mail.outbox == []
    assert run("restore", "--held", "--json").json["held"]["invitation"] == 1
    assert run("restore", "--release").code == 0
    jobs.run_job(story.invitation)
    assert [one.to for one in mail.outbox] == [["new@example.org"]]


def test_a_database_of_before_that_nobody_dropped_for_a_week_is_named(
    story: Story, site: Site
) -> None:
    """No schedule drops it: the daily report and the system page say with what to do it."""
    now = timezone.now()
    assert not any("--drop-old" in one for one in periods.health(at=now).problems)
    (named,) = [
        one
        for one in periods.health(at=now + timedelta(days=7, minutes=1)).problems
        if "--drop-old" in one
    ]
    assert named.startswith(site.beside()[0] if not site.is_file else str(site.folder))
    assert upkeep.old_databases().state == State.OFF


def test_the_database_of_before_stays_for_72_hours(story: Story, site: Site) -> None:
    assert "until" in run("restore", "--drop-old").out
    assert len(site.beside()) == 1
    assert old_copies.forgotten() == []
    assert run("restore", "--drop-old", "--now", "--json").json["kept"] == []
    assert site.beside() == []
    assert not list(site.folder.glob("audit_before_*"))
