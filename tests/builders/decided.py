"""Many stored decisions at once, from fact sets: what a back-test replays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from accounts.models import User
from charters.models import Charter, Revision
from governance.engine import decide, read_facts
from governance.models import Decision
from tests.builders.sessions import make_session


def decide_all(fact_sets: Iterable[dict[str, Any]], *, by: User, name: str = "Many") -> Charter:
    """One charter whose revisions were decided on these facts, in this order."""
    charter = Charter.objects.create(session=make_session(by, name))
    facts = list(fact_sets)
    revisions = Revision.objects.bulk_create(
        Revision(
            charter=charter,
            number=number,
            content={},
            content_hash=f"{number:064d}",
            protocol_version="uaip/1",
            as_of_date=date(2026, 11, 21),
            issued_by=by,
        )
        for number in range(1, len(facts) + 1)
    )
    Decision.objects.bulk_create(
        _decided(revision, one) for revision, one in zip(revisions, facts, strict=True)
    )
    return charter


def _decided(revision: Revision, facts: dict[str, Any]) -> Decision:
    computed = decide(read_facts(facts))
    return Decision(
        revision=revision,
        value=computed.value.stored,
        content_hash=revision.content_hash,
        facts=facts,
        outcome=computed.to_json(),
        engine_version=computed.engine_version,
    )
