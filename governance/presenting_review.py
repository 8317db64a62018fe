"""Prepares a reviewer's workspace: what was computed, what the charter says, whose turn it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from charters.content import CharterContent
from charters.models import Revision
from charters.rendering import page as rendering
from charters.statements import Table
from governance import policies, presenting, presenting_queue
from governance.forms import OUTCOME_HINTS
from governance.models import APPROVING, Decision, Outcome, Review, Ruling, Vote
from governance.phrasing import OUTCOME_TONES, counted
from governance.refusals import Refusal
from governance.services.rulings import is_override
from governance.services.standing import Standing
from governance.tally import Tally
from governance.transitions import Act
from interviews.models import ModelCall

RANK = {"BLOCKER": 0, "MAJOR": 1, "MINOR": 2}
STANDING = ("open", "answered", "carried", "disputed")
STILL_SEALED = "Votes stay closed until a newer revision is issued or people rule."
REASON_HINT = "At least 50 characters: what convinced you, or what is missing."

Permits = Mapping[Act, Refusal | None]


@dataclass(frozen=True)
class Turn:
    """What one person does in a case, or why there is nothing to do."""

    title: str
    sentence: str = ""
    url: str = ""
    label: str = ""
    why_not: Sequence[str] = field(default_factory=tuple)
    #: Whether the verdict form is shown.
    is_verdict: bool = False


def turn_of(review: Review, permits: Permits, *, own: Vote | None, is_author: bool) -> Turn:
    """Whose turn it is, in words to this person."""
    if not review.is_open:
        return Turn("This case is closed", _how_it_ended(review))
    if permits[Act.VOTE] is None:
        return Turn(
            "Your vote",
            "You see the others’ votes and comments once yours is cast.",
            is_verdict=True,
        )
    if permits[Act.RULE] is None:
        return _to_rule(review)
    if is_author:
        return Turn(
            "Your charter is being reviewed",
            "Answer comments as they come. You get an e-mail when people have ruled.",
        )
    if own is not None:
        return Turn("Your vote is cast", why_not=_sentences(permits[Act.RULE]))
    return Turn("You read along", why_not=_sentences(permits[Act.VOTE], permits[Act.RULE]))


def _to_rule(review: Review) -> Turn:
    url = reverse("governance:review-ruling", args=[review.code])
    if review.lane == Review.Lane.COMMITTEE:
        sentence = "The quorum is reached and you take the chair: record the ruling."
    else:
        sentence = "Here one reviewer rules: your vote is the ruling."
    return Turn("Your ruling is wanted", sentence, url, "Record the ruling")


def _sentences(*refusals: Refusal | None) -> tuple[str, ...]:
    """Each once, in their order; the first is what stands in the way."""
    found = [one.sentence for one in refusals if one is not None]
    return tuple(dict.fromkeys(found[:1]))


def _how_it_ended(review: Review) -> str:
    day = timezone.localdate(review.closed_at)
    ended = f"{review.get_end_display()}, {day.day} {day:%B %Y}."
    return f"{ended} {STILL_SEALED}" if policies.are_votes_sealed(review) else ended


def head(review: Review, *, cast: int) -> dict[str, Any]:
    """What stands above everything else."""
    revision = review.revision
    return (
        {
            "review": review,
            "revision": revision,
            "charter": review.charter,
            "session": review.charter.session,
            "lane_label": review.get_lane_display(),
            "cause_label": review.get_cause_display(),
            "votes_words": presenting_queue.cast_words(review, cast) if review.is_open else "",
        }
        | presenting_queue.due_of(review, today=timezone.localdate())
        | presenting.decision_words(presenting.outcome_of(revision))
    )


def decision(revision: Revision) -> dict[str, Any]:
    """The computed decision; what rests on a finding leads to the findings of the page."""

    def address_of(name: str) -> str:
        if name in revision.content["answers"]:
            return answer_url(revision, name)
        return "#findings"

    return presenting.decision_panel(presenting.outcome_of(revision), address_of)


def answer_url(revision: Revision, item: str) -> str:
    """The answer behind a statement, as it stood in the revision."""
    return reverse("governance:charter-answer", args=[revision.charter.code, revision.number, item])


# --- The charter ----------------------------------------------------------------------------------


def charter(
    revision: Revision, *, threads: Mapping[str, list[dict[str, Any]]], may_comment: bool
) -> dict[str, Any]:
    """The sections with a way to comment on each block; ``threads`` by the place they are about."""
    content = presenting.content_of(revision)
    page = rendering.charter_page(content, link=lambda item, version: answer_url(revision, item))
    return {
        "page": page,
        "sections": [
            _section(revision, source, view, threads, may_comment)
            for source, view in zip(content.sections, page.sections, strict=True)
        ],
    }


def _section(
    revision: Revision,
    source: Any,
    view: rendering.SectionView,
    threads: Mapping[str, list[dict[str, Any]]],
    may_comment: bool,
) -> dict[str, Any]:
    places = block_places(source)
    blocks = [
        {
            "view": block,
            "anchor": place.replace("/", "-"),
            "label": block.title or view.title,
            "threads": threads.get(place, []),
            "comment_url": comment_url(revision, "statement", place) if may_comment else "",
        }
        for place, block in zip(places, view.blocks, strict=True)
    ]
    return {
        "number": view.number,
        "title": view.title,
        "blocks": blocks,
        "thread_count": sum(len(threads.get(place, [])) for place in places),
    }


def block_places(section: Any) -> list[str]:
    """The places of a section's blocks that pages show, such as "section-3/block-2"."""
    # The quick facts of section 1 stand as cards at the head of the page.
    return [
        f"section-{section.number}/block-{number}"
        for number, block in enumerate(section.blocks, start=1)
        if not (section.number == 1 and isinstance(block, Table))
    ]


def block_at(content: CharterContent, place: str) -> tuple[str, rendering.BlockView] | None:
    """The title of the section and the block at a place; None where there is none."""
    page = rendering.charter_page(content)
    for source, view in zip(content.sections, page.sections, strict=True):
        for found, block in zip(block_places(source), view.blocks, strict=True):
            if found == place:
                return view.title, block
    return None


def comment_url(revision: Revision, anchor: str, key: str = "") -> str:
    """Where a new matter is raised."""
    path = reverse("governance:thread-new", args=[revision.charter.code])
    return f"{path}?anchor={anchor}&key={key}" if key else path


def findings(revision: Revision, *, may_comment: bool) -> list[dict[str, Any]]:
    """What stood against the revision when it was issued, the gravest first."""
    report = revision.content["consistency_report"]
    # A frozen finding carries no title; the session's row of the same rule does.
    titles = dict(revision.charter.session.findings.values_list("rule_id", "title"))
    standing = [one for one in report["findings"] if one["state"] in STANDING]
    return [
        {
            "rule_id": one["rule_id"],
            "title": titles.get(one["rule_id"], ""),
            "severity": one["severity"],
            "state": one["state"],
            "message": one["message"],
            "reason": one.get("reason", ""),
            "links": [
                {"item": item, "url": answer_url(revision, item)}
                for item in one["answer_ids"]
                if item in revision.content["answers"]
            ],
            "comment_url": _about_first(revision, one["answer_ids"]) if may_comment else "",
        }
        for one in sorted(standing, key=lambda row: (RANK[row["severity"]], row["rule_id"]))
    ]


def _about_first(revision: Revision, items: Sequence[str]) -> str:
    known = [item for item in items if item in revision.content["answers"]]
    return comment_url(revision, "item", known[0]) if known else ""


def exposure(review: Review) -> dict[str, Any]:
    """What a language model saw of the interview; two statements."""
    calls = ModelCall.objects.filter(session=review.charter.session_id).exclude(host="")
    counts = calls.order_by().values("host").annotate(count=Count("pk")).order_by("-count", "host")
    hosts = list(counts)
    return {
        "sent": sum(one["count"] for one in hosts),
        "hosts": [one["host"] for one in hosts],
    }


# --- Verdicts -------------------------------------------------------------------------------------


def outcome_choices(*, approval: Refusal | None = None, computed: str = "") -> list[dict[str, Any]]:
    """The four outcomes with what each means; those that cannot be had say why.

    ``computed``, where it is given, is the decision that an outcome may override.
    """
    return [
        {
            "value": one.value,
            "label": one.label,
            "hint": OUTCOME_HINTS[one] + _override_warning(computed, one),
            "why_not": approval.sentence if approval and one in APPROVING else "",
        }
        for one in Outcome
    ]


def _override_warning(computed: str, outcome: Outcome) -> str:
    if not computed or not is_override(computed, outcome):
        return ""
    words = Decision.Value(computed).label.replace("_", " ")
    return f" This overrides the computed decision, {words}; both are shown wherever it appears."


def votes(review: Review) -> list[dict[str, Any]]:
    """Every vote with its reason: for whoever may see them."""
    cast = review.votes.select_related("cast_by", "seat")
    return [
        {
            "who": str(one.cast_by),
            "is_chair": one.seat.is_chair,
            "label": one.get_outcome_display(),
            "tone": OUTCOME_TONES[one.outcome],
            "reason": one.reason,
            "at": one.cast_at,
        }
        for one in cast
    ]


def ruling(found: Ruling) -> dict[str, Any]:
    """A ruling with its conditions, and what it departs from."""
    computed = found.get_computed_display().replace("_", " ")
    return {
        "label": presenting_queue.outcome_words(found.outcome),
        "tone": OUTCOME_TONES[found.outcome],
        "reason": found.reason,
        "who": str(found.ruled_by),
        "at": found.ruled_at,
        "conditions": list(found.conditions.all()),
        "override_words": (
            f"This overrides the computed decision, {computed}: both stay on record."
            if found.is_override
            else ""
        ),
        "departs_words": (
            f"It goes another way than the votes: {tally_words(found.tally['counts'])}."
            if found.departs_from_tally
            else ""
        ),
        "departure_reason": found.departure_reason,
        "url": review_url(found.review),
    }


def newest_ruling(revision: Revision, standing: Standing) -> dict[str, Any] | None:
    """What people ruled on a revision; on an older one that says the same, where that holds."""
    rulings = Ruling.objects.select_related("ruled_by", "review__charter__session")
    found = rulings.prefetch_related("conditions").filter(review__revision=revision)
    newest = found.order_by("-id").first()
    if newest is not None:
        return ruling(newest)
    held = standing.ruling
    if held is None or not standing.is_carried_over or revision.number != standing.revision_number:
        return None
    number = held.review.revision.number
    return ruling(held) | {
        "carried_words": f"given to revision {number}; only wording changed since"
    }


def tally_words(counts: Mapping[str, int]) -> str:
    """ "2 votes to approve, 1 vote to send back"."""
    said = [
        f"{counted(counts[one.value], 'vote')} to {one.label.lower()}"
        for one in Outcome
        if counts.get(one.value)
    ]
    return ", ".join(said) or "no votes"


def tally_sentence(tally: Tally) -> str:
    """What the votes come to by the rule of the case."""
    said = f"{tally_words(tally.counts).capitalize()}."
    if tally.outcome is None:
        return said
    if tally.is_split:
        return f"{said} No outcome has what the rule asks for, so the votes come to: send back."
    return f"{said} The votes come to: {Outcome(tally.outcome).label.lower()}."


# --- Ways back ------------------------------------------------------------------------------------


def review_url(review: Review | None) -> str:
    """Where the case is; "" where there is none."""
    return reverse("governance:review-detail", args=[review.code]) if review else ""


def back_url(revision: Revision, review: Review | None) -> str:
    """From a comment back to the case, or to the charter where none is open."""
    if review is not None:
        return review_url(review)
    return reverse("governance:charter", args=[revision.charter.code, revision.number])
