"""Prepares decisions and charters for pages: words, tones and links, no domain thought."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import User
from charters.content import CharterContent
from charters.models import Revision
from charters.rendering import appendices, document
from charters.rendering import page as rendering
from charters.rendering.formats import FORMATS
from charters.services import revisions
from charters.services.reading import newest_revisions
from governance.annexes import annex_of
from governance.models import Decision
from governance.services import decisions
from governance.services.standing import Standing, State, standings_of
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
    basis = document.basis(outcome) if outcome else ""
    return {"outcome": outcome, "fired_rules": rules, "basis": basis} | decision_words(outcome)


def preview_panel(session: InterviewSession, outcome: Mapping[str, Any] | None) -> dict[str, Any]:
    """The decision so far, each rule with the questions and findings that it rests on."""
    protocol = catalogue.default_protocol()

    def address_of(name: str) -> str:
        if name in protocol:
            return reverse("interviews:question", args=[session.code, name])
        return f"{reverse('interviews:findings', args=[session.code])}#{name}"

    return decision_panel(outcome, address_of)


#: The tone in which each state is shown; the words say it all.
STANDING_TONES = {
    State.NOT_SUBMITTED: "idle",
    State.DECIDED: "idle",
    State.IN_REVIEW: "busy",
    State.APPROVED: "good",
    State.APPROVED_WITH_CONDITIONS: "good",
    State.SENT_BACK: "warn",
    State.REJECTED: "bad",
    State.STALE: "warn",
    State.RETIRED: "note",
}
#: What is printed across a charter in each state; the others carry nothing.
WATERMARKS = {
    State.IN_REVIEW: "in review",
    State.SENT_BACK: "sent back",
    State.REJECTED: "rejected",
    State.STALE: "approval is stale",
    State.RETIRED: "retired",
}
#: What the cover says for a watermark; else it says how the charter stands.
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


def watermark(revision: Revision, newest_number: int, standing: Standing | None = None) -> str:
    """What is printed across a revision that must not be taken for an approved one."""
    if revision.number < newest_number:
        return "superseded"
    if has_open_blocker(revision.content):
        return "draft"
    return WATERMARKS.get(standing.state, "") if standing else ""


def status_label(mark: str, standing: Standing) -> str:
    """How the cover says it."""
    if mark in ("superseded", "draft") or standing.state == State.DECIDED:
        return STATUS_LABELS.get(mark, STATUS_LABELS[""])
    return standing.label


def has_open_blocker(content: Mapping[str, Any]) -> bool:
    """Whether a BLOCKER stands: such a charter is a draft to everybody (contract 5)."""
    return not content["consistency_report"]["is_consistent"]


def charter_rows(user: User, *, limit: int, after: Revision | None = None) -> list[dict[str, Any]]:
    """Charters for a list, with decision and standing of each; the statements do not grow.

    ``after`` is the revision in whose place the list goes on.
    """
    found = newest_revisions(user, limit=limit, after=after)
    decided = found.select_related("charter__session__owner", "decision")
    revisions_found = list(decided.defer("content", "decision__facts"))
    standings = standings_of([one.charter for one in revisions_found])
    return [_charter_row(one, standings[one.charter_id]) for one in revisions_found]


def _charter_row(revision: Revision, standing: Standing) -> dict[str, Any]:
    session = revision.charter.session
    return {
        "title": session.project_name,
        "url": _url(revision),
        "place": f"{revision.charter.code}.{revision.number}",
        "number": revision.number,
        "issued_at": revision.issued_at,
        "owner": session.owner,
        "is_sample": bool(session.source_note),
        "standing_label": standing.label if standing.state != State.DECIDED else "",
        "standing_tone": STANDING_TONES[standing.state],
    } | decision_words(outcome_of(revision))


def _url(revision: Revision) -> str:
    return reverse("governance:charter", args=[revision.charter.code, revision.number])


def charter_page(revision: Revision, numbers: Sequence[int], standing: Standing) -> dict[str, Any]:
    """Everything that the charter page shows; ``standing`` is its charter's."""
    charter = revision.charter
    annex = annex_of(revision, address=str)
    mark = watermark(revision, max(numbers), standing)

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
        "status_label": status_label(mark, standing),
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


def _exports(revision: Revision) -> list[dict[str, Any]]:
    """Every file of the revision: for insiders, and without what must not leave the house."""
    place = [revision.charter.code, revision.number]

    def files(profile: str) -> list[dict[str, str]]:
        return [
            {
                "label": f"{one.label} ({paper})" if paper else one.label,
                "url": f"{reverse('governance:charter-download', args=[*place, name])}{query}",
            }
            for name, one in FORMATS.items()
            for paper, query in _variants(name, profile)
        ]

    return [
        {"title": "Take it away", "files": files("full")},
        {
            "title": "External copy, without money, names and personal data",
            "files": files("external"),
        },
        {
            "title": "Tell affected people",
            "files": [
                {
                    "label": "Notice in plain words (Markdown)",
                    "url": reverse("governance:notice-file", args=place),
                }
            ],
        },
        *_bundle(place, revision),
    ]


def _bundle(place: list[Any], revision: Revision) -> list[dict[str, Any]]:
    """What somebody checks the decision with, where there is one."""
    if getattr(revision, "decision", None) is None:
        return []
    url = reverse("governance:decision-bundle", args=place)
    return [
        {
            "title": "Check the decision on any machine",
            "files": [
                {"label": "Decision bundle (ZIP)", "url": url},
            ],
        }
    ]


def _variants(name: str, profile: str) -> list[tuple[str, str]]:
    """(paper, query) of each link to one format; the usual ones have no query."""
    marks = {} if profile == "full" else {"profile": profile}
    if name != "pdf":
        return [("", f"?{urlencode(marks)}" if marks else "")]
    return [
        ("A4", f"?{urlencode(marks)}" if marks else ""),
        ("Letter", f"?{urlencode(marks | {'paper': 'letter'})}"),
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
