"""The effect guard: a model far above the embedded scorer is asked again, and the lower stands."""

from __future__ import annotations

from dataclasses import replace

from interviews.protocol.types import Question
from interviews.scoring.judgement import ElementVerdict, FollowUpText, Judgement, Verdict
from interviews.scoring.rubric import score

_KEPT = 3
_RANK: dict[Verdict, int] = {"absent": 0, "partly": 1, "met": 2}


def needs_recheck(
    question: Question,
    by_model: Judgement,
    embedded: Judgement,
    threshold: float,
    margin: float,
) -> bool:
    """Whether the model accepts what the embedded scorer finds far weaker.

    ``margin`` are the points by which it may stand above that without being asked again.
    """
    given = score(question, by_model, threshold=threshold)
    own = score(question, embedded, threshold=threshold)
    return given >= threshold and given - own > margin


def lower(question: Question, first: Judgement, second: Judgement, threshold: float) -> Judgement:
    """Element by element the lower of two verdicts; what either holds against the answer stays.

    Never above either of the two, whatever the rubric weighs.
    """
    elements = tuple(_lower(element.id, first, second) for element in question.rubric)
    worse = min(first, second, key=lambda one: score(question, one, threshold=threshold))
    return replace(
        worse,
        elements=elements,
        is_off_topic=first.is_off_topic or second.is_off_topic,
        injection_suspected=first.injection_suspected or second.injection_suspected,
        passages=tuple(dict.fromkeys(first.passages + second.passages)),
        copied_example=first.copied_example or second.copied_example,
        is_placeholder=first.is_placeholder or second.is_placeholder,
        is_denial=first.is_denial or second.is_denial,
        is_complete=first.is_complete and second.is_complete,
        followups=_follow_ups(
            question, elements, worse.followups, first.followups, second.followups
        ),
    )


def _lower(element_id: str, first: Judgement, second: Judgement) -> ElementVerdict:
    """The lower verdict on one element; one that only one of them knows is absent."""
    found = [v for one in (first, second) for v in one.elements if v.id == element_id]
    if len(found) < 2:
        return ElementVerdict(element_id, "absent")
    return min(found, key=lambda verdict: _RANK[verdict.verdict])


def _follow_ups(
    question: Question,
    elements: tuple[ElementVerdict, ...],
    *offered: tuple[FollowUpText, ...],
) -> tuple[FollowUpText, ...]:
    """Follow-ups about what is still open, the heaviest first; the first wording offered wins."""
    texts: dict[str, FollowUpText] = {}
    for follow_up in (one for follow_ups in offered for one in follow_ups):
        texts.setdefault(follow_up.element_id, follow_up)
    verdicts = {verdict.id: verdict.verdict for verdict in elements}
    still_open = [element for element in question.rubric if verdicts[element.id] != "met"]
    still_open.sort(
        key=lambda e: (
            e.required and verdicts[e.id] == "absent",
            e.weight * (2 - _RANK[verdicts[e.id]]),
            e.required,
        ),
        reverse=True,
    )
    return tuple(
        texts.get(element.id, FollowUpText(element.id, element.ask or element.means))
        for element in still_open[:_KEPT]
    )
