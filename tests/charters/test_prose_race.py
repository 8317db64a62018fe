"""Several people save the charter's prose at the same moment: one is kept, the others are told."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from accounts.models import AuditEvent, User
from charters.models import Prose
from charters.refusals import ProseChanged
from charters.services import prose
from tests.accounts.together import at_once
from tests.builders.sessions import make_session

pytestmark = pytest.mark.django_db(transaction=True)

COUNT = 4


def test_of_many_who_edit_the_prose_one_is_kept(alice: User) -> None:
    session = make_session(alice)

    def save(words: str, version: int) -> Any:
        texts = {"executive_summary": words}
        try:
            return prose.save_edits(session=session, texts=texts, version=version, by=alice)
        except ProseChanged as refusal:
            return refusal

    start = save("First.", 0).version
    outcomes = at_once(*(partial(save, f"Version {one}.", start) for one in range(COUNT)))
    assert sum(isinstance(one, ProseChanged) for one in outcomes) == COUNT - 1
    (kept,) = [one for one in outcomes if isinstance(one, Prose)]
    assert Prose.objects.get().edits == kept.edits
    assert AuditEvent.objects.filter(type="prose.edited").count() == 2
