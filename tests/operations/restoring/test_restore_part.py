"""Bringing one part back: a project, settings, what a person has chosen; the rest stays as it is."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db.models import ForeignKey

from accounts import runtime_settings
from accounts.models import AuditEvent, User
from accounts.permissions import Role
from accounts.services import setting_changes
from charters.models import Charter
from governance.models import Decision, SavedView
from governance.services import reminders
from interviews.llm import circuit
from interviews.models import Circuit, InterviewSession
from interviews.services import sessions
from tests.builders.cases import council, decided
from tests.builders.people import make_person
from tests.builders.sessions import GOOD_PROBLEM, make_session, submit
from tests.operations.command import run
from tests.operations.restoring.site import Site
from uaip_project.operations.restoring import session_rows


@pytest.fixture(scope="module")
def alice(site: Site) -> User:
    return make_person("alice")


@pytest.fixture(scope="module")
def root(site: Site) -> User:
    return make_person("root", role=Role.SUPERADMIN)


@pytest.fixture(scope="module")
def lost(alice: User) -> InterviewSession:
    """A project of Alice's that will be deleted."""
    session = make_session(alice, "Lost")
    submit(session, "S1-01", GOOD_PROBLEM)
    return session


@pytest.fixture(scope="module")
def charter(alice: User, root: User) -> Charter:
    """A decided charter in review by a committee."""
    council(make_person("rita", role=Role.REVIEWER), make_person("rob", role=Role.REVIEWER))
    return decided(alice).revision.charter


@pytest.fixture(scope="module")
def archive(site: Site, alice: User, root: User, lost: InterviewSession, charter: Charter) -> Path:
    """All of that, with settings and choices as they were then."""
    key = next(iter(runtime_settings.DECLARED))
    before = runtime_settings.find(key).file_value()
    value = before + 1 if not isinstance(before, bool) else not before
    setting_changes.change_setting(key=key, value=value, version=0, confirmed=key, by=root)
    row = Circuit.objects.create(provider="openai", model="big")
    circuit.configure(row, by=root, failure_limit=7)
    SavedView.objects.create(owner=alice, name="Mine", query="lane=committee")
    return site.backup(is_verified=False)


Bring = Callable[..., Any]


@pytest.fixture
def bring(archive: Path) -> Bring:
    """`restore` with the archive; its JSON."""

    def do(*more: str) -> Any:
        said = run("restore", str(archive), "--force", "--json", *more)
        assert said.code == 0, said.err
        return said.json

    return do


def hashes(site: Site, *, without: set[str]) -> dict[str, str]:
    return {name: one for name, one in site.tables().items() if name not in without}


def everything_of(session: InterviewSession) -> dict[str, int]:
    return session_rows.counts(session_rows.read(session))


def test_a_deleted_project_comes_back_with_its_answers(
    bring: Bring, lost: InterviewSession, alice: User
) -> None:
    other = everything_of(make_session(alice, "Other"))
    then = everything_of(lost)
    code = lost.code
    sessions.delete_session(session=InterviewSession.objects.get(pk=lost.pk), by=alice)
    said = bring("--session", str(code))
    back = InterviewSession.objects.get(code=said["restored_as"])
    assert everything_of(back) == then
    assert back.answers.with_current().get(question_key="S1-01").value == GOOD_PROBLEM
    assert everything_of(InterviewSession.objects.get(project_name="Other")) == other
    assert AuditEvent.objects.filter(type="session.restored").count() == 1


def test_a_copy_of_a_decided_project_stands_beside_it(bring: Bring, charter: Charter) -> None:
    session = InterviewSession.objects.get(pk=charter.session_id)
    said = bring("--session", str(session.code), "--as-copy")
    copy = InterviewSession.objects.get(code=said["restored_as"])
    assert copy.code != session.code
    assert everything_of(copy) == everything_of(session)
    first, second = (
        Decision.objects.get(revision__charter__session=one) for one in (session, copy)
    )
    assert (first.value, first.facts, first.content_hash) == (
        second.value,
        second.facts,
        second.content_hash,
    )
    assert first.revision.content == second.revision.content


def test_a_project_that_is_there_is_not_written_over(archive: Path, charter: Charter) -> None:
    code = InterviewSession.objects.get(pk=charter.session_id).code
    said = run("restore", str(archive), "--force", "--session", str(code))
    assert said.code == 2
    assert "--as-copy" in said.err


def test_a_rehearsal_changes_nothing(site: Site, bring: Bring, charter: Charter) -> None:
    before = site.tables()
    code = InterviewSession.objects.get(pk=charter.session_id).code
    assert bring("--session", str(code), "--dry-run")["then"]["answers"] > 0
    assert site.tables() == before


@pytest.fixture
def alice_gone(alice: User) -> Iterator[None]:
    """Her account is somebody else's for a while."""
    rows, then = User.objects.filter(pk=alice.pk), {"code": alice.code, "email": alice.email}
    rows.update(code=uuid.uuid4(), email="other@example.org")
    yield
    User.objects.filter(code=alice.code).update(code=uuid.uuid4())
    rows.update(**then)


def test_somebody_who_has_no_account_any_more_comes_back_without_a_name(
    bring: Bring, charter: Charter, alice_gone: None
) -> None:
    session = InterviewSession.objects.get(pk=charter.session_id)
    said = bring("--session", str(session.code), "--as-copy")
    owner = InterviewSession.objects.get(code=said["restored_as"]).owner
    assert owner.pk != session.owner_id
    assert (owner.is_active, owner.name, owner.has_usable_password()) == (False, "", False)


@pytest.mark.parametrize("code", ["8f0c1d52-3b3e-4b5f-9c52-6a0f4d1c7e11", "no-code"])
def test_a_project_that_is_not_in_the_archive_is_named(archive: Path, code: str) -> None:
    said = run("restore", str(archive), "--force", "--session", code)
    assert said.code == 2
    assert code in said.err


def test_settings_come_back_by_name(bring: Bring, root: User, site: Site) -> None:
    key = next(iter(runtime_settings.DECLARED))
    version, then = setting_changes.standing(key)
    setting_changes.change_setting(key=key, value=None, version=version, confirmed=key, by=root)
    (change,) = bring("--config", "--dry-run")["changes"]
    assert (change["what"], change["now"], change["then"]) == (key, None, then)
    untouched = {"runtime_settings", "setting_changes", "audit_logs", "audit_head", "ops_runs"}
    before = hashes(site, without=untouched)
    bring("--config", "--by", root.email)
    assert setting_changes.standing(key)[1] == then
    assert hashes(site, without=untouched) == before


def test_settings_do_not_come_back_without_a_name(archive: Path, root: User) -> None:
    key = next(iter(runtime_settings.DECLARED))
    version, then = setting_changes.standing(key)
    setting_changes.change_setting(key=key, value=None, version=version, confirmed=key, by=root)
    said = run("restore", str(archive), "--force", "--config")
    assert (said.code, "--by" in said.err) == (2, True)


def test_figures_of_models_come_back_and_nothing_else(bring: Bring, root: User) -> None:
    row = Circuit.objects.get(provider="openai")
    circuit.configure(row, by=root, failure_limit=3)
    SavedView.objects.all().delete()
    bring("--providers", "--by", root.email)
    row.refresh_from_db()
    assert row.failure_limit == 7
    assert not SavedView.objects.exists()


def test_what_a_person_chose_comes_back_and_nobody_elses(
    bring: Bring, alice: User, root: User
) -> None:
    reminders.switch(user=alice, is_on=False)
    reminders.switch(user=root, is_on=False)
    SavedView.objects.filter(owner=alice).delete()
    bring("--preferences", "alice@example.org")
    assert User.objects.get(email="alice@example.org").wants_reminders
    assert not User.objects.get(pk=root.pk).wants_reminders
    assert SavedView.objects.get(owner=alice).query == "lane=committee"


def test_every_table_of_a_project_comes_back_or_is_left_out_for_a_reason() -> None:
    """Whoever adds a model to a project says here what becomes of it."""
    known = session_rows.OWNED_BY.keys() | session_rows.LEFT_OUT.keys()
    known |= {"interviews.InterviewSession"}
    grown = True
    hanging = {"interviews.InterviewSession"}
    while grown:
        more = {
            one._meta.label
            for one in apps.get_models()
            for field in one._meta.concrete_fields
            if isinstance(field, ForeignKey) and field.related_model._meta.label in hanging
        }
        grown = not more <= hanging
        hanging |= more
    assert hanging - known == set()


def test_what_is_shut_off_in_an_incident_does_not_come_back_beside_it(
    archive: Path, charter: Charter
) -> None:
    code = str(charter.session.code)
    words = ("restore", str(archive), "--force", "--session", code, "--as-copy")
    assert run("incident", "contain", "project", code).code == 0
    refused = run(*words)
    assert (refused.code, "shut off" in refused.err) == (2, True)
    assert run("incident", "release", "project", code).code == 0
    assert run(*words).code == 0
