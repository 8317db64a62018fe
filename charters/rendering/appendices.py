"""What stands behind the sections: references, approvals, scores, changes between revisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from charters import notice as notices
from charters.content import CharterContent
from charters.particulars import Citation
from charters.rendering.nodes import Bullets, Heading, Node, Part, Remark, Text

EMPTY = "—"
NO_REFERENCES = "This charter cites nothing beside the answers of its interview."
APPROVAL_COLUMNS = ("Role", "Name", "Status", "When")
SCORE_COLUMNS = ("Item", "Title", "State", "Score", "Threshold", "Attempts")
CHANGE_COLUMNS = ("Item", "Title", "Before", "Now")


NOTICE_IS_DRAFT = (
    "Written in plain words from the answers, for the people whom the system affects. Nothing is "
    "added; what nobody answered is not stated yet. Read it before you publish it."
)


@dataclass(frozen=True)
class Approval:
    """One line of section 15."""

    role: str
    name: str
    status: str
    when: str

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.role, self.name or EMPTY, self.status, self.when or EMPTY)


@dataclass(frozen=True)
class Change:
    """An item whose answer differs from the previous revision."""

    item: str
    title: str
    #: The version of the answer in each revision; None where the item was not asked.
    before: int | None
    now: int | None

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.item, self.title, _version(self.before), _version(self.now))


@dataclass(frozen=True)
class Annex:
    """What surrounds a revision's content and is no part of its hash; governance builds it."""

    author: str = ""
    approvals: tuple[Approval, ...] = ()
    #: The number of the revision before; None on the first.
    previous_number: int | None = None
    changes: tuple[Change, ...] = ()
    #: The address of the interview's transcript; "" where there is none to give.
    transcript_url: str = ""
    #: When the revision was issued, how it stands, and what must be said above it; in words.
    issued: str = ""
    status: str = ""
    warning: str = ""
    #: What the computed decision means, and why it is this one.
    meaning: str = ""
    reason: str = ""
    #: Everybody who is named in here beside the author; an external file names none of them.
    people: tuple[str, ...] = ()
    #: What people made of the decision; who said so; and whole parts after the appendices.
    decision_nodes: tuple[Node, ...] = ()
    approval_nodes: tuple[Node, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def changes_in_words(self) -> str:
        """What the change log says where it has no rows."""
        if self.previous_number is None:
            return "This is the first revision."
        return f"No answer has changed since revision {self.previous_number}."


def changed_items(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Change, ...]:
    """Items whose answers have another version than in an earlier content, both as JSON."""
    earlier, later = before["answers"], now["answers"]
    keys = sorted({*earlier, *later})
    return tuple(
        Change(key, _title(key, later, earlier), _held(earlier, key), _held(later, key))
        for key in keys
        if _held(earlier, key) != _held(later, key)
    )


def _held(answers: Mapping[str, Any], key: str) -> int | None:
    return answers[key]["version"] if key in answers else None


def _title(key: str, *contents: Mapping[str, Any]) -> str:
    return next(str(answers[key]["title"]) for answers in contents if key in answers)


def _version(number: int | None) -> str:
    if number is None:
        return "not asked"
    return f"version {number}" if number else "no answer"


def score_rows(content: CharterContent) -> list[tuple[str, ...]]:
    """Appendix B: how each answer was scored, in the order of the items."""
    return [
        (
            key,
            answer.title,
            answer.state.replace("_", " "),
            EMPTY if answer.score is None else f"{answer.score:g}",
            f"{answer.threshold:g}" if answer.threshold else EMPTY,
            str(answer.attempts),
        )
        for key, answer in sorted(content.answers.items())
    ]


def notice_part(content: CharterContent) -> Part:
    """Appendix D: what affected people can be told."""
    given = {key: {"value": answer.value} for key, answer in content.answers.items()}
    named = {"project_name": content.identity.project_name}
    nodes: list[Node] = [Remark(text=NOTICE_IS_DRAFT)]
    for part in notices.notice_of({"answers": given, "identity": named}).parts:
        nodes.append(Heading(text=part.title))
        nodes.append(Bullets(items=[Text(text=line) for line in part.lines]))
    return Part(key="notice", number="D", title="Notice to affected people", nodes=nodes)


def references(content: CharterContent) -> list[str]:
    """Section 14: one line for each source that is cited."""
    return [_reference(row) for row in content.citations]


def _reference(row: Citation) -> str:
    year = f"({row.year})" if row.year else ""
    head = " ".join(part for part in (", ".join(row.authors), year) if part)
    parts = (head, row.title, row.source, row.doi or row.url)
    return " ".join(part if part.endswith(".") else f"{part}." for part in parts if part)
