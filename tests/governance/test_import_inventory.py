"""An existing inventory comes in as drafts: looked at first, once, and taken back while untouched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import AuditEvent, Job, User
from accounts.permissions import Role
from accounts.services import jobs, members
from governance.models import ImportBatch, ImportMapping, ImportRow, InventoryEntry
from governance.services import import_running, importing
from interviews.models import Attempt, Collaborator, Draft, InterviewSession
from interviews.services import drafts, prefill, sessions, sharing
from tests.builders import files
from tests.builders.people import make_person
from tests.builders.portfolio import SMALL, imported, run, uploaded
from tests.builders.sessions import GOOD_PROBLEM, make_session, submit
from tests.interviews.counting import statements

Browse = Callable[[User], Client]

pytestmark = pytest.mark.django_db

PAGE = "/portfolio/imports/"
Status = ImportBatch.Status


def sent(content: str | bytes = SMALL, name: str = "cases.csv") -> dict[str, Any]:
    raw = content.encode() if isinstance(content, str) else content
    return {"file": SimpleUploadedFile(name, raw)}


def outcome(batch: ImportBatch) -> list[tuple[int, str, str]]:
    return list(batch.rows.values_list("line", "title", "state"))


def test_alice_brings_her_list_in_step_by_step(alice: User, client_of: Browse) -> None:
    browser = client_of(alice)
    columns = browser.post(PAGE, sent(), follow=True)
    assert "Plain list of cases" in columns.content.decode()
    batch = ImportBatch.objects.get()
    chosen = {f"column-{number}": target for number, target in enumerate(batch.targets)}
    check = browser.post(columns.request["PATH_INFO"], chosen, follow=True)
    text = check.content.decode()
    assert "<strong>4</strong> would become interviews" in text
    assert "It has no name" in text and "Line 2 is called the same." in text
    assert InterviewSession.objects.count() == 0
    browser.post(check.request["PATH_INFO"])
    waiting = browser.get(f"{PAGE}{batch.code}/result/").content.decode()
    assert 'hx-trigger="every 2s"' in waiting
    run(batch)
    done = browser.get(f"{PAGE}{batch.code}/result/").content.decode()
    assert "<strong>4</strong> cases there" in done and "every 2s" not in done
    page = browser.get(f"/portfolio/?batch={batch.code}")
    assert page.context["total"] == 4


def test_a_line_becomes_drafts_and_nothing_is_submitted(alice: User) -> None:
    batch = imported(alice)
    assert outcome(batch) == [
        (2, "Street light faults", "created"),
        (3, "Benefit letters", "created"),
        (4, "", "left_out"),
        (5, "Street light faults", "left_out"),
        (6, "Leak finder", "created"),
        (7, "=1+1", "created"),
    ]
    session = InterviewSession.objects.get(project_name="Street light faults")
    assert session.owner == alice and session.source_note == ""
    held = {
        one.answer.question_key: one.value for one in Draft.objects.filter(answer__session=session)
    }
    assert held["S1-09"] == {"archetype": "computer_vision"}
    assert held["S1-01"] == "Residents wait nine days for a broken street light."
    entry = InventoryEntry.objects.get(session=session)
    assert (entry.department, entry.reference) == ("Works", "A-1")
    assert not Attempt.objects.exists()
    assert not Job.objects.filter(kind="score").exists()
    assert batch.status == Status.DONE and batch.content is None


def test_the_deeds_name_codes_and_counts_and_nothing_that_was_written(alice: User) -> None:
    batch = imported(alice)
    deeds = AuditEvent.objects.filter(subject=f"import {batch.code}").order_by("sequence")
    assert [deed.type.partition(".")[2] for deed in deeds] == [
        "uploaded",
        "columns_chosen",
        "confirmed",
        "finished",
    ]
    assert deeds.last().detail == {"created": 4, "left_out": 2}
    said = " ".join(str(deed.detail) for deed in AuditEvent.objects.all())
    assert "light" not in said and "cases.csv" not in said


def test_the_same_file_again_brings_only_what_is_not_there(alice: User, bob: User) -> None:
    imported(alice)
    again = imported(alice, takes_duplicates=True)
    assert import_running.progress(again)["created"] == 1
    assert [row.reason for row in again.rows.filter(line=2)] == [
        "This line of this very file was imported before."
    ]
    assert import_running.progress(imported(bob))["created"] == 4


def test_a_deleted_case_may_come_again(alice: User) -> None:
    batch = imported(alice)
    session = batch.rows.get(line=3).session
    assert session is not None
    sessions.delete_session(session=session, by=alice)
    again = imported(alice)
    assert [title for _, title, state in outcome(again) if state == "created"] == [
        "Benefit letters"
    ]


def test_a_case_that_is_called_like_one_that_alice_sees_is_left_out(alice: User, bob: User) -> None:
    make_session(alice, "LEAK  finder!")
    make_session(bob, "Benefit letters")
    batch = uploaded(alice)
    check = importing.check(batch)
    assert [line.planned.title for line in check.duplicates] == [
        "Street light faults",
        "Leak finder",
    ]
    assert [line.planned.line for line in importing.check(batch, takes_duplicates=True).ready] == [
        2,
        3,
        7,
    ]
    assert import_running.progress(imported(alice, takes_duplicates=True))["created"] == 5


def test_an_import_that_was_cut_off_goes_on_where_it_was(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = uploaded(alice)
    importing.confirm(batch=batch, takes_duplicates=False, by=alice)
    make = import_running._make

    def once(row: ImportRow, line: importing.Line, by: User) -> None:
        if line.planned.line == 6 and not Job.objects.filter(attempts__gt=1).exists():
            raise OSError("the disk is gone")
        make(row, line, by)

    monkeypatch.setattr(import_running, "_make", once)
    run(batch)
    assert import_running.progress(batch)["created"] == 2
    Job.objects.filter(kind=importing.KIND).update(next_attempt_at=batch.uploaded_at)
    run(batch)
    assert import_running.progress(batch)["created"] == 4
    assert InterviewSession.objects.count() == 4


def test_an_import_that_is_given_up_says_where_it_stopped(alice: User, client_of: Browse) -> None:
    batch = uploaded(alice)
    importing.confirm(batch=batch, takes_duplicates=False, by=alice)
    job = Job.objects.claim(Job.objects.get(kind=importing.KIND).pk, lease=jobs.LONGEST_WAIT)
    assert job is not None
    jobs.give_up(job, "It stumbled.")
    batch.refresh_from_db()
    assert (batch.status, batch.content) == (Status.FAILED, None)
    page = client_of(alice).get(f"{PAGE}{batch.code}/result/").content.decode()
    assert "stopped after 0 of 6 lines" in page


def test_somebody_who_has_left_imports_nothing(alice: User) -> None:
    batch = uploaded(alice)
    importing.confirm(batch=batch, takes_duplicates=False, by=alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    run(batch)
    assert batch.status == Status.FAILED
    assert not InterviewSession.objects.exists()


# --- Owners ---------------------------------------------------------------------------------------

OWNED = "Name,Owner e-mail\nHers,alice@example.org\nHis,BOB@example.org\nWhose,nobody@example.org\n"


def test_an_admin_gives_cases_to_the_people_whom_the_file_names(alice: User, bob: User) -> None:
    ada = make_person("ada", role=Role.ADMIN)
    batch = imported(ada, OWNED)
    owners = dict(InterviewSession.objects.values_list("project_name", "owner__email"))
    assert owners == {"Hers": "alice@example.org", "His": "bob@example.org"}
    assert batch.rows.get(line=4).reason == "Nobody here has the address nobody@example.org."
    assert Collaborator.objects.filter(user=ada, level="edit").count() == 2


def test_others_import_for_themselves_alone(alice: User, client_of: Browse) -> None:
    batch = importing.take_file(name="a.csv", content=OWNED.encode(), by=alice)
    assert batch.targets == ["title", ""]
    page = f"{PAGE}{batch.code}/"
    reply = client_of(alice).post(page, {"column-0": "title", "column-1": "owner"})
    assert reply.status_code == 422
    assert "not offered" in reply.content.decode()


# --- Undoing --------------------------------------------------------------------------------------


def undone(batch: ImportBatch, by: User) -> list[str]:
    """What is left after an undo."""
    import_running.request_undo(batch=batch, by=by)
    run(batch)
    return sorted(InterviewSession.objects.values_list("project_name", flat=True))


def test_an_untouched_import_is_taken_back_whole(alice: User) -> None:
    batch = imported(alice)
    assert undone(batch, alice) == []
    assert batch.status == Status.UNDONE
    assert AuditEvent.objects.get(type="import.undone").detail == {"undone": 4, "kept": 0}
    assert import_running.progress(imported(alice))["created"] == 4


def touched_by_an_answer(session: InterviewSession) -> None:
    submit(session, "S1-01", GOOD_PROBLEM)


def touched_by_a_draft(session: InterviewSession) -> None:
    answer = session.answers.get(question_key="S1-01")
    drafts.save_draft(
        answer=answer, value="Mine now.", draft_version=1, answer_version=0, by=session.owner
    )


def touched_by_another_draft(session: InterviewSession) -> None:
    answer = session.answers.get(question_key="S1-05")
    drafts.save_draft(
        answer=answer, value={"text": "New."}, draft_version=0, answer_version=0, by=session.owner
    )


def touched_by_a_colleague(session: InterviewSession) -> None:
    sharing.share_session(
        session=session, email="bob@example.org", level="comment", by=session.owner
    )


def touched_by_a_file(session: InterviewSession) -> None:
    prefill.upload_proposal(
        session=session, name="idea.md", content=files.PROPOSAL.encode(), by=session.owner
    )


def touched_by_a_pause(session: InterviewSession) -> None:
    sessions.pause_session(session=session, by=session.owner)


@pytest.mark.parametrize(
    "touch",
    [
        touched_by_an_answer,
        touched_by_a_draft,
        touched_by_another_draft,
        touched_by_a_colleague,
        touched_by_a_file,
        touched_by_a_pause,
    ],
)
def test_a_case_that_somebody_worked_on_stays(
    alice: User, bob: User, touch: Callable[[InterviewSession], None]
) -> None:
    batch = imported(alice)
    touch(InterviewSession.objects.get(project_name="Leak finder"))
    assert undone(batch, alice) == ["Leak finder"]
    row = batch.rows.get(line=6)
    assert (row.state, row.reason) == ("created", import_running.TOUCHED)


def test_a_case_that_was_handed_over_and_touched_by_nobody_goes_too(alice: User) -> None:
    ada = make_person("ada", role=Role.ADMIN)
    assert undone(imported(ada, OWNED), ada) == []


def test_an_undo_that_was_given_up_can_be_asked_for_again(alice: User) -> None:
    batch = imported(alice)
    import_running.request_undo(batch=batch, by=alice)
    job = Job.objects.claim(Job.objects.get(kind=importing.UNDO_KIND).pk, lease=jobs.LONGEST_WAIT)
    assert job is not None
    jobs.give_up(job, "It stumbled.")
    batch.refresh_from_db()
    assert batch.status == Status.DONE
    assert undone(batch, alice) == []


# --- Pages and refusals ---------------------------------------------------------------------------


def test_a_bad_file_is_refused_with_a_sentence(alice: User, client_of: Browse) -> None:
    browser = client_of(alice)
    for files_sent, says in (
        ({}, "Choose a file first."),
        (sent(b"PK\x03\x04"), "Save it as CSV"),
        (sent("Name\n"), "there is no case"),
    ):
        reply = browser.post(PAGE, files_sent)
        assert reply.status_code == 422
        assert says in reply.content.decode()
    assert not ImportBatch.objects.exists()


def test_what_was_chosen_stands_there_again_when_something_is_missing(
    alice: User, client_of: Browse
) -> None:
    batch = importing.take_file(name="a.csv", content=SMALL.encode(), by=alice)
    reply = client_of(alice).post(f"{PAGE}{batch.code}/", {"column-2": "S1-05"})
    assert reply.status_code == 422
    assert "Choose the column with the names" in reply.content.decode()
    assert reply.context["columns"][2]["target"] == "S1-05"
    batch.refresh_from_db()
    assert batch.status == Status.UPLOADED


def test_a_mapping_is_kept_and_used_again(alice: User, client_of: Browse) -> None:
    browser = client_of(alice)
    batch = importing.take_file(name="a.csv", content=SMALL.encode(), by=alice)
    page = f"{PAGE}{batch.code}/"
    chosen = {"column-0": "title", "column-2": "S1-05", "action": "save", "mapping_name": "Ours"}
    assert browser.post(page, chosen).status_code == 200
    assert browser.post(page, chosen | {"mapping_name": " "}).status_code == 422
    mapping = ImportMapping.objects.get()
    again = browser.get(page, {"mapping": f"own-{mapping.code}"})
    targets = [one["target"] for one in again.context["columns"]]
    assert targets == ["title", "", "S1-05", "", ""]
    assert browser.post(f"/portfolio/mappings/{mapping.code}/").status_code == 302
    assert not ImportMapping.objects.exists()


def test_an_import_is_seen_by_whoever_uploaded_it_alone(
    alice: User, bob: User, client_of: Browse
) -> None:
    batch = imported(alice)
    ada = make_person("ada", role=Role.ADMIN)
    for stranger in (bob, ada):
        browser = client_of(stranger)
        for part in ("", "check/", "result/", "result.csv"):
            assert browser.get(f"{PAGE}{batch.code}/{part}").status_code == 404
        assert browser.post(f"{PAGE}{batch.code}/undo/").status_code == 404
        assert browser.get(f"/portfolio/?batch={batch.code}").context["total"] == 0


def test_each_step_leads_to_where_the_import_stands(alice: User, client_of: Browse) -> None:
    browser = client_of(alice)
    batch = importing.take_file(name="a.csv", content=SMALL.encode(), by=alice)
    page = f"{PAGE}{batch.code}/"
    assert browser.get(f"{page}check/").url == page
    assert browser.get(f"{page}result/").url == page
    assert browser.post(f"{page}undo/").url == f"{page}result/"
    browser.post(page, {"action": "discard"})
    assert browser.get(page).url == f"{page}result/"
    assert "Nothing was imported" in browser.get(f"{page}result/").content.decode()
    batch.refresh_from_db()
    assert batch.content is None
    assert browser.post(page, {"column-0": "title"}).status_code == 302


def test_a_double_click_confirms_once(alice: User) -> None:
    batch = uploaded(alice)
    importing.confirm(batch=batch, takes_duplicates=False, by=alice)
    with pytest.raises(importing.NotNow):
        importing.confirm(batch=batch, takes_duplicates=False, by=alice)
    assert Job.objects.filter(kind=importing.KIND).count() == 1


def test_the_result_can_be_taken_away_without_a_formula(alice: User, client_of: Browse) -> None:
    batch = imported(alice)
    reply = client_of(alice).get(f"{PAGE}{batch.code}/result.csv")
    lines = b"".join(reply).decode().splitlines()
    assert lines[0] == "line,name,outcome,reason,case"
    assert "'=1+1" in lines[-1]


def test_a_service_account_and_an_operator_import_for_themselves_like_everybody(
    olga: User, client_of: Browse
) -> None:
    assert client_of(olga).get(PAGE).status_code == 200
    members.deactivate_member(user=olga, by=make_person("ada", role=Role.ADMIN))
    assert client_of(olga).get(PAGE).status_code == 302


def test_more_lines_cost_the_result_no_more_statements(alice: User, client_of: Browse) -> None:
    browser = client_of(alice)
    small = imported(alice, "Name,B\nOne,x\nTwo,y\n")
    large = imported(alice, "Name,B\n" + "".join(f"Case {number},z\n" for number in range(40)))
    with statements() as few:
        browser.get(f"{PAGE}{small.code}/result/")
    with statements() as many:
        browser.get(f"{PAGE}{large.code}/result/")
    assert len(few) == len(many) <= 8
