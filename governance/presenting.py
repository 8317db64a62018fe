"""Prepares decisions and charters for pages: words, tones and links, no domain thought."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.urls import reverse

from accounts.models import User
from charters.content import CharterContent
from charters.models import Revision
from charters.rendering import appendices
from charters.rendering import page as rendering
from charters.services import revisions
from charters.services.reading import newest_revisions
from governance.annexes import annex_of
from governance.models import Decision
from governance.services import decisions
from interviews.consistency.types import GateOutcome
from interviews.models import Finding, InterviewSession
from interviews.protocol import catalogue, values
from interviews.protocol.types import Question
from interviews.services import contradictions
from interviews.services.reading import Reading

#: What each decision means for the people who read it, and the tone of its badge.
MEANINGS = {
    "PROCEED": ("good", "Build it."),
    "PROCEED_WITH_MONITORING": (
        "good",
        "Build it, and review it at least every 90 days.",
    ),
    "REVISE": (
        "warn",
        "Change the scope, the data or the controls, then issue a new revision.",
    ),
    "SUBMIT_TO_COMMITTEE": (
        "warn",
        "A committee must rule on it before anything is built.",
    ),
    "HALT": ("bad", "Stop. Reopening needs a changed answer and a committee's record."),
}


#: What is said beside an answer of a sample.
PROVENANCE = {
    "record": "What stands in quotation marks repeats the public record; the rest is illustrative.",
    "illustrative": "It is illustrative: written for this sample.",
}


def decision_words(outcome: Mapping[str, Any] | None) -> dict[str, Any]:
    """The decision in words: label, tone, meaning, and what the headline rule says."""
    if outcome is None:
        return {"decision_label": "Pending", "decision_tone": "note", "decision_meaning": ""}
    tone, meaning = MEANINGS[outcome["decision"]]
    return {
        "decision_label": outcome["decision"].replace("_", " "),
        "decision_tone": tone,
        "decision_meaning": meaning,
        "decision_reason": headline_reason(outcome),
    }


def decision_panel(
    outcome: Mapping[str, Any] | None, address_of: Callable[[str], str]
) -> dict[str, Any]:
    """The decision in words, and its rules with links to what each rests on."""
    fired = outcome["rules_fired"] if outcome else []
    rules = [
        {
            "rule": one["rule"],
            "floor": one["floor"],
            "detail": one["detail"],
            "is_headline": outcome is not None and one["rule"] == outcome["headline"],
            "sources": [{"name": name, "url": address_of(name)} for name in one["sources"]],
        }
        for one in fired
    ]
    return {"outcome": outcome, "fired_rules": rules} | decision_words(outcome)


def preview_panel(session: InterviewSession, outcome: Mapping[str, Any] | None) -> dict[str, Any]:
    """The decision so far, each rule with the questions and findings that it rests on."""
    protocol = catalogue.default_protocol()

    def address_of(name: str) -> str:
        if name in protocol:
            return reverse("interviews:question", args=[session.code, name])
        return f"{reverse('interviews:findings', args=[session.code])}#{name}"

    return decision_panel(outcome, address_of)


#: What the cover says for each watermark.
STATUS_LABELS = {"superseded": "Superseded", "draft": "Draft: a BLOCKER stands", "": "Issued"}


def headline_reason(outcome: Mapping[str, Any]) -> str:
    """Why it is this decision, in one sentence."""
    for fired in outcome["rules_fired"]:
        if fired["rule"] == outcome["headline"]:
            return str(fired["detail"])
    return "The highest remaining risk over the five principles leads to this decision."


def outcome_of(revision: Revision) -> dict[str, Any] | None:
    """The engine's output on a revision; None when none was computed."""
    decision: Decision | None = getattr(revision, "decision", None)
    return decision.outcome if decision else None


def watermark(revision: Revision, newest_number: int) -> str:
    """What is printed across a revision that must not be taken for an approved one."""
    if revision.number < newest_number:
        return "superseded"
    return "draft" if has_open_blocker(revision.content) else ""


def has_open_blocker(content: Mapping[str, Any]) -> bool:
    """Whether a BLOCKER stands: such a charter is a draft to everybody (contract 5)."""
    return not content["consistency_report"]["is_consistent"]


def charter_rows(user: User, *, limit: int, after: Revision | None = None) -> list[dict[str, Any]]:
    """Charters for a list, with the decision of each; one statement.

    ``after`` is the revision in whose place the list goes on.
    """
    found = newest_revisions(user, limit=limit, after=after)
    decided = found.select_related("charter__session__owner", "decision")
    return [_charter_row(one) for one in decided.defer("content", "decision__facts")]


def _charter_row(revision: Revision) -> dict[str, Any]:
    session = revision.charter.session
    return {
        "title": session.project_name,
        "url": _url(revision),
        "place": f"{revision.charter.code}.{revision.number}",
        "number": revision.number,
        "issued_at": revision.issued_at,
        "owner": session.owner,
        "is_sample": bool(session.source_note),
    } | decision_words(outcome_of(revision))


def _url(revision: Revision) -> str:
    return reverse("governance:charter", args=[revision.charter.code, revision.number])


def charter_page(revision: Revision, numbers: Sequence[int]) -> dict[str, Any]:
    """Everything that the charter page shows."""
    charter = revision.charter
    annex = annex_of(revision, address=str)
    mark = watermark(revision, max(numbers))

    def link(item: str, version: int) -> str:
        return reverse("governance:charter-answer", args=[charter.code, revision.number, item])

    def address_of(name: str) -> str:
        return link(name, 0) if name in revision.content["answers"] else "#section-13"

    return {
        "page": rendering.charter_page(content_of(revision), link=link),
        "revision": revision,
        "charter": charter,
        "session": charter.session,
        "watermark": mark,
        "status_label": STATUS_LABELS[mark],
        "numbers": numbers,
        "newest_number": max(numbers),
        "content_hash": revision.content_hash,
        "author": annex.author,
        "issued_at": revision.issued_at,
        "exports": _exports(revision),
        "is_sample": bool(charter.session.source_note),
        "annex": annex,
        "approval_columns": appendices.APPROVAL_COLUMNS,
        "approvals": [row.cells for row in annex.approvals],
        "change_columns": appendices.CHANGE_COLUMNS,
        "changes": [row.cells for row in annex.changes],
    } | decision_panel(outcome_of(revision), address_of)


def content_of(revision: Revision) -> CharterContent:
    """The typed content of a revision."""
    return CharterContent.model_validate(revision.content)


def _exports(revision: Revision) -> list[dict[str, str]]:
    return [
        {
            "label": label,
            "url": reverse(
                "governance:charter-download",
                args=[revision.charter.code, revision.number, file_format],
            ),
        }
        for file_format, label in (("markdown", "Markdown"), ("json", "JSON"))
    ]


def answer_page(revision: Revision, question_key: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    """One frozen answer, readable, whatever is asked today."""
    question = _asked_today(revision, question_key)
    value = answer["value"]
    return {
        "revision": revision,
        "charter": revision.charter,
        "session": revision.charter.session,
        "question_key": question_key,
        "is_asked_today": question is not None,
        "answer": answer,
        "text": values.display(question, value) if question else values.plain(value),
        "provenance": PROVENANCE.get(revision.content["identity"]["provenance"].get(question_key)),
    }


def _asked_today(revision: Revision, question_key: str) -> Question | None:
    """The question, if the set that the revision was written from is still installed."""
    protocol = catalogue.default_protocol()
    if revision.protocol_version != protocol.version or question_key not in protocol:
        return None
    return protocol.question(question_key)


def submit_page(reading: Reading, found: list[Finding]) -> dict[str, Any]:
    """What issuing would mean now."""
    draft = revisions.draft_charter(reading, found)
    outcome = decisions.outcome_of(draft.content) if draft.is_ready else None
    page = {
        "session": reading.session,
        "outcome": outcome,
        "is_ready": draft.is_ready,
        "blocked": _blocked(reading, draft.blocked_stages),
        "checks": contradictions.checks(reading),
        "carried": [one for one in found if one.severity == "BLOCKER" and one.is_standing],
    }
    return page | decision_words(outcome)


def submit_refused(reading: Reading, stages: Mapping[int, GateOutcome]) -> dict[str, Any]:
    """Why the charter cannot be issued, stage by stage."""
    page = {
        "session": reading.session,
        "is_ready": False,
        "is_refused": True,
        "blocked": _blocked(reading, stages),
    }
    return page | decision_words(None)


def _blocked(reading: Reading, stages: Mapping[int, GateOutcome]) -> list[dict[str, Any]]:
    return [
        {
            "stage": reading.protocol.stage(number),
            "outcome": outcome,
            "questions": [reading.protocol.question(key) for key in outcome.missing],
        }
        for number, outcome in stages.items()
    ]
