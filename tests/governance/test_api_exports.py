"""Programs take PDF and DOCX files in two steps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from governance.models import Decision
from tests.builders.issued import issue
from tests.builders.programs import Program

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def decision(alice: User) -> Decision:
    return issue("energy_wizard.json", by=alice)


def test_a_program_is_told_where_to_look_until_the_file_is_there(
    decision: Decision,
    alice: User,
    mallory: User,
    client_of: Callable[[User], Client],
    work: Callable[[], int],
) -> None:
    hers, code = Program(client_of(alice)), decision.revision.charter.code
    asked = f"/charters/{code}/download?format=docx&profile=external"
    waiting = hers.get(asked)
    assert waiting.status_code == 202
    assert waiting["Retry-After"] == "2"
    assert waiting.json()["status"] == "pending"
    where = waiting["Location"]
    assert Program(client_of(mallory)).get(where).status_code == 404
    work()
    ready = hers.get(where).json()
    assert ready["status"] == "ready" and ready["size"] > 10_000
    made = hers.get(ready["file"])
    assert made.content[:2] == b"PK" and len(made.content) == ready["size"]
    assert "external.docx" in made["Content-Disposition"]
