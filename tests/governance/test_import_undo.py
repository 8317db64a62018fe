"""Undoing an import deletes nothing that must be kept, and nothing that somebody else took over."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import User
from accounts.permissions import Role
from governance.models import ImportBatch
from governance.services import import_running
from interviews.models import Collaborator, InterviewSession
from interviews.services import archiving, sharing, shutting
from tests.builders.people import make_person
from tests.builders.portfolio import imported, run

pytestmark = pytest.mark.django_db

Status = ImportBatch.Status
OWNED = "Name,Owner e-mail\nHers,alice@example.org\n"


def undone(batch: ImportBatch, by: User) -> list[str]:
    """What is left after an undo."""
    import_running.request_undo(batch=batch, by=by)
    run(batch)
    return sorted(InterviewSession.objects.values_list("project_name", flat=True))


def kept_by_an_incident(session: InterviewSession, by: User) -> None:
    shutting.shut_off(session=session, by=by)


def kept_by_a_legal_hold(session: InterviewSession, by: User) -> None:
    archiving.place_hold(session=session, reason="A claim.", by=by)


@pytest.mark.parametrize("keep", [kept_by_an_incident, kept_by_a_legal_hold])
def test_an_undo_leaves_what_must_be_kept_and_takes_the_rest(
    alice: User, keep: Callable[[InterviewSession, User], None]
) -> None:
    batch = imported(alice)
    keep(InterviewSession.objects.get(project_name="Leak finder"), make_person("ada"))
    assert undone(batch, alice) == ["Leak finder"]
    assert batch.status == Status.UNDONE


def test_who_was_shown_out_of_a_case_takes_it_away_no_more(alice: User) -> None:
    ada = make_person("ada", role=Role.ADMIN)
    batch = imported(ada, OWNED)
    hers = Collaborator.objects.get(session__project_name="Hers")
    sharing.unshare_session(collaborator=hers, by=alice)
    assert undone(batch, ada) == ["Hers"]
